/** A column of a query, and how its values stand in JSON. */
export interface QueryColumn {
  readonly name: string;
  readonly kind: 'number' | 'boolean' | 'text';
}

/** A query as a table. The line break ends a comment at its end. */
export function asTable(query: string): string {
  return `(${withoutEnd(query)}\n) as source`;
}

/** The rows of a query by the key, then by all of their text: the same rows come in the same order everywhere. */
export function orderedQuery(query: string, columns: readonly QueryColumn[], key: string | null): string {
  const keyed = columns.find(({ name }) => name === key);
  const collated = (text: string) => `${text} collate "C"`;
  const byKey =
    keyed === undefined ? [] : [keyed.kind === 'text' ? collated(`${quoted(keyed.name)}::text`) : quoted(keyed.name)];
  return `select * from ${asTable(query)} order by ${[...byKey, collated('(source.*)::text')].join(', ')}`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function withoutEnd(query: string): string {
  return query.replace(/(\s|;)+$/, '');
}
