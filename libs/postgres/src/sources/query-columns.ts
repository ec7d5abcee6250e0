import { LaurelError } from '@laurel/contracts';
import type { Client } from 'pg';
import { asTable, type QueryColumn } from './query-text.js';

/** By name in `pg_type`. Enumerations are text too. */
const kinds: { readonly [type: string]: QueryColumn['kind'] } = {
  int2: 'number',
  int4: 'number',
  int8: 'number',
  float4: 'number',
  float8: 'number',
  numeric: 'number',
  bool: 'boolean',
  text: 'text',
  varchar: 'text',
  bpchar: 'text',
  name: 'text',
  uuid: 'text',
  date: 'text',
  time: 'text',
  timestamp: 'text',
  timestamptz: 'text',
};

/** Columns of a query. Errors: `DataUnreadable` for a name that comes twice and a type that no table has. */
export async function queryColumns(client: Client, query: string): Promise<readonly QueryColumn[]> {
  const { fields } = await client.query({
    text: `select * from ${asTable(query)} limit 0`,
    name: 'columns-of-source',
    rowMode: 'array',
  });
  const twice = fields.find(({ name }, index) => fields.findIndex((other) => other.name === name) < index);
  if (twice !== undefined) throw refused(`has two columns "${twice.name}"; name one of them with as`);
  const types = await typesOf(
    client,
    fields.map(({ dataTypeID }) => dataTypeID),
  );
  return fields.map(({ name, dataTypeID }) => {
    const type = types.get(dataTypeID);
    const kind = type?.enumeration === true ? 'text' : kinds[type?.name ?? ''];
    if (kind !== undefined) return { name, kind };
    throw refused(
      `gives the column "${name}" the type ${type?.name ?? 'unknown'}, which no table has; cast it, as in ${name}::text`,
    );
  });
}

async function typesOf(client: Client, oids: readonly number[]) {
  const { rows } = await client.query<{ readonly oid: string; readonly typname: string; readonly typtype: string }>(
    'select oid, typname, typtype from pg_catalog.pg_type where oid = any($1::oid[])',
    [[...new Set(oids)]],
  );
  return new Map(
    rows.map(({ oid, typname, typtype }) => [Number(oid), { name: typname, enumeration: typtype === 'e' }] as const),
  );
}

function refused(what: string): LaurelError {
  return new LaurelError('DataUnreadable', `spec.data.source.query ${what}.`);
}
