import type { Parsed, SearchEntity, SearchGrammar } from './search-grammar.js';

/** Where an identifier points. */
export interface SearchKey {
  readonly entity: SearchEntity;
  readonly key: string;
}

const datasetKeys = ['name', 'digest', 'context'];

/** Reads an identifier such as `metrics.m`, `` params.`a b` `` or `status`. */
export function searchKey(
  identifier: string,
  known: {
    readonly entities: SearchGrammar['entities'];
    readonly attributes: readonly string[];
    readonly aliases: SearchGrammar['aliases'];
  },
): Parsed<SearchKey> {
  const dot = identifier.indexOf('.');
  const word = dot === -1 ? 'attribute' : unwrapped(identifier.slice(0, dot), '`');
  const entity = dot === -1 ? 'attribute' : ownEntry(known.entities, word);
  if (entity === undefined) {
    return refused(`Invalid entity type '${word}'. Valid values are ${listed(Object.keys(known.entities))}`);
  }
  const written = unwrapped(unquoted(identifier.slice(dot + 1)) ?? identifier.slice(dot + 1), '`');
  if (entity === 'dataset' && !datasetKeys.includes(written)) {
    return refused(`Invalid dataset key '${written}' specified. Valid keys are ${listed(datasetKeys)}`);
  }
  if (entity !== 'attribute') return { ok: true, value: { entity, key: written } };
  const key = ownEntry(known.aliases, written) ?? written;
  if (known.attributes.includes(key)) return { ok: true, value: { entity, key } };
  return refused(`Invalid attribute key '${written}' specified. Valid keys are ${listed(known.attributes)}`);
}

/** The text between single or double quotes, its inside as it is written; `undefined` when it is in none. */
export function unquoted(text: string): string | undefined {
  for (const quote of ["'", '"']) if (unwrapped(text, quote) !== text) return unwrapped(text, quote);
  return undefined;
}

function unwrapped(text: string, mark: string): string {
  return text.length >= 2 && text.startsWith(mark) && text.endsWith(mark) ? text.slice(1, -1) : text;
}

function ownEntry<Value>(record: { readonly [key: string]: Value }, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

export const refused = (problem: string) => ({ ok: false, problem }) as const;
export const listed = (words: readonly string[]) => `[${words.map((word) => `'${word}'`).join(', ')}]`;
