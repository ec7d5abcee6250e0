import type { Parsed, SearchComparator, SearchComparison, SearchEntity, SearchGrammar } from './search-grammar.js';
import { listed, refused, type SearchKey, searchKey, unquoted } from './search-keys.js';
import { type SearchToken, searchTokens } from './search-tokens.js';

const ordering: readonly SearchComparator[] = ['>', '>=', '!=', '=', '<', '<='];
const matching: readonly SearchComparator[] = ['!=', '=', 'LIKE', 'ILIKE'];
const listing: readonly SearchComparator[] = ['IN', 'NOT IN'];
const nulls: readonly SearchComparator[] = ['IS NULL', 'IS NOT NULL'];
const mostTokens = 4_000;

/** What stands on the right of a comparison. */
type Right =
  | { readonly kind: 'one'; readonly token: SearchToken }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'nothing' };

/**
 * Reads a filter of MLflow: comparisons that must all hold, with `AND` between them. The empty filter has none. Accepts and
 * refuses what `mlflow/utils/search_utils.py` does, but keys that are words of SQL need no backticks here.
 */
export function parseFilter(filter: string, grammar: SearchGrammar): Parsed<readonly SearchComparison[]> {
  if (filter === '') return { ok: true, value: [] };
  const tokens = searchTokens(filter);
  if (tokens.length === 0) return refused(`Invalid filter '${filter}'. Could not be parsed.`);
  if (tokens.length > mostTokens) return refused(`The filter has more than ${mostTokens} words; split the search.`);
  const comparisons: SearchComparison[] = [];
  let place = 0;
  while (place < tokens.length) {
    if (isWord(tokens[place], 'AND')) {
      place += 1;
      continue;
    }
    const read = comparisonAt(tokens, place, grammar);
    if (!read.ok) return read;
    comparisons.push(read.value.comparison);
    place = read.value.next;
  }
  return { ok: true, value: comparisons };
}

function comparisonAt(
  tokens: readonly SearchToken[],
  place: number,
  grammar: SearchGrammar,
): Parsed<{ readonly comparison: SearchComparison; readonly next: number }> {
  const left = tokens[place];
  if (left?.kind !== 'identifier') return invalidClause(tokens, place);
  const operator = operatorAt(tokens, place + 1);
  if (operator === null) return invalidClause(tokens, place);
  const { comparator, next } = operator;
  const right = rightAt(tokens, next, comparator);
  if (!right.ok) return right;
  const known = { ...grammar, attributes: Object.keys(grammar.attributes) };
  const key = searchKey(left.text, known);
  if (!key.ok) return key;
  const comparison = checked(key.value, comparator, right.value.right, grammar);
  return comparison.ok ? { ok: true, value: { comparison: comparison.value, next: right.value.next } } : comparison;
}

/** The comparator in capitals, whether or not it is one that is known. */
function operatorAt(tokens: readonly SearchToken[], place: number) {
  const [first, second, third] = [tokens[place], tokens[place + 1], tokens[place + 2]];
  if (first?.kind === 'comparator') return { comparator: first.text, next: place + 1 };
  if (isWord(first, 'IS') && isWord(second, 'NULL')) return { comparator: 'IS NULL', next: place + 2 };
  if (isWord(first, 'IS') && isWord(second, 'NOT') && isWord(third, 'NULL')) {
    return { comparator: 'IS NOT NULL', next: place + 3 };
  }
  if (isWord(first, 'NOT') && isWord(second, 'IN')) return { comparator: 'NOT IN', next: place + 2 };
  const word = ['IN', 'LIKE', 'ILIKE', 'RLIKE'].find((one) => isWord(first, one));
  if (word !== undefined) return { comparator: word, next: place + 1 };
  const negated = isWord(first, 'NOT') ? ['LIKE', 'ILIKE', 'RLIKE'].find((one) => isWord(second, one)) : undefined;
  return negated === undefined ? null : { comparator: `NOT ${negated}`, next: place + 2 };
}

function rightAt(
  tokens: readonly SearchToken[],
  place: number,
  comparator: string,
): Parsed<{ readonly right: Right; readonly next: number }> {
  if ((nulls as readonly string[]).includes(comparator)) {
    return { ok: true, value: { right: { kind: 'nothing' }, next: place } };
  }
  const token = tokens[place];
  if (token?.kind === 'open' && (listing as readonly string[]).includes(comparator)) return listAt(tokens, place + 1);
  if (token === undefined || !['text', 'number', 'identifier'].includes(token.kind))
    return invalidClause(tokens, place);
  return { ok: true, value: { right: { kind: 'one', token }, next: place + 1 } };
}

/** Texts in quotes, with commas between them and perhaps one at the end. */
function listAt(
  tokens: readonly SearchToken[],
  start: number,
): Parsed<{ readonly right: Right; readonly next: number }> {
  const items: string[] = [];
  for (let place = start; place < tokens.length; place += 1) {
    const token = tokens[place];
    if (token?.kind === 'close' && items.length > 0) {
      return { ok: true, value: { right: { kind: 'list', items }, next: place + 1 } };
    }
    const item = token === undefined ? undefined : unquoted(token.text);
    if (item === undefined) break;
    items.push(item);
    if (tokens[place + 1]?.kind === 'comma') place += 1;
    else if (tokens[place + 1]?.kind !== 'close') break;
  }
  return refused('While parsing a list in the query, expected a non-empty list of string values.');
}

function checked(
  { entity, key }: SearchKey,
  comparator: string,
  right: Right,
  grammar: SearchGrammar,
): Parsed<SearchComparison> {
  const type = entity === 'attribute' ? (grammar.attributes[key] ?? 'text') : entity === 'metric' ? 'number' : 'text';
  if ((nulls as readonly string[]).includes(comparator)) {
    if (grammar.nullable.includes(entity)) return comparison({ entity, key }, comparator, null);
    const kinds = grammar.nullable.length === 0 ? 'nothing' : grammar.nullable.map((kind) => `${kind}s`).join(' and ');
    return refused(`IS NULL / IS NOT NULL is only supported for ${kinds}, not for '${entity}' '${key}'`);
  }
  const value = valueOf({ entity, key }, type, right, grammar);
  if (!value.ok) return value;
  const valid = comparatorsOf(entity, type);
  if (!(valid as readonly string[]).includes(comparator)) {
    return refused(`Invalid comparator '${comparator}' not one of ${listed(valid)}`);
  }
  const wantsList = (listing as readonly string[]).includes(comparator);
  if (wantsList !== Array.isArray(value.value))
    return refused(`Comparator ${comparator} goes with a list in parentheses.`);
  return comparison({ entity, key }, comparator, value.value);
}

function comparison({ entity, key }: SearchKey, comparator: string, value: SearchComparison['value']) {
  return { ok: true, value: { entity, key, comparator: comparator as SearchComparator, value } } as const;
}

function comparatorsOf(entity: SearchEntity, type: 'text' | 'number' | 'integer'): readonly SearchComparator[] {
  if (type !== 'text') return ordering;
  return entity === 'attribute' || entity === 'dataset' ? [...matching, ...listing] : matching;
}

function valueOf(
  { entity, key }: SearchKey,
  type: 'text' | 'number' | 'integer',
  right: Right,
  grammar: SearchGrammar,
): Parsed<Exclude<SearchComparison['value'], null>> {
  if (right.kind === 'nothing') return refused('A comparison needs a value.');
  if (right.kind === 'list') {
    const takes = entity === 'dataset' || (entity === 'attribute' && grammar.lists.includes(key));
    if (takes) return { ok: true, value: right.items };
    return refused(
      `Only the attributes ${listed(grammar.lists)} support comparison with a list of quoted string values.`,
    );
  }
  const { kind, text } = right.token;
  if (type !== 'text') {
    const number = Number(text);
    if (kind === 'number' && (type === 'number' || Number.isInteger(number))) return { ok: true, value: number };
    return refused(
      `Expected ${type === 'integer' ? 'an integer' : 'a numeric value'} for ${entity} '${key}'. Found ${text}`,
    );
  }
  const value = kind === 'number' ? undefined : unquoted(text);
  if (value !== undefined) return { ok: true, value };
  return refused(`Expected a quoted string value for ${entity} '${key}' (e.g. 'my-value'). Got value ${text}`);
}

function isWord(token: SearchToken | undefined, word: string): boolean {
  return token?.kind === 'identifier' && token.text.toUpperCase() === word;
}

function invalidClause(tokens: readonly SearchToken[], place: number) {
  const rest = tokens.slice(place, place + 4).map(({ text }) => text);
  return refused(`Invalid clause(s) in filter string: ${rest.length === 0 ? 'it ends too early' : listed(rest)}`);
}
