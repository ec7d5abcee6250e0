/** One comparison of a search as it was written: `tags.team = 'growth'`. */
export interface FilterComparison {
  /** `null` where nothing stands before the dot. */
  readonly entity: string | null;
  readonly key: string;
  /** In capitals where it is a word. */
  readonly operator: string;
  readonly value: FilterValue;
}

export type FilterValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'texts'; readonly texts: readonly string[] };

export type ParsedFilter =
  | { readonly ok: true; readonly comparisons: readonly FilterComparison[] }
  | { readonly ok: false; readonly problem: string };

/** Characters and comparisons of a filter. */
const longestFilter = 20_000;
const mostComparisons = 100;

const part = /`[^`]+`|"[^"]+"|[\p{L}\p{N}_-]+/u.source;
const quoted = /'(?:''|\\'|[^'])*'|"(?:""|\\"|[^"])*"/.source;
const number = /[+-]?\d+(?:\.\d+)?/.source;
const spaces = /\s*/.source;
const operator = /!=|<>|>=|<=|=|>|<|(?<=\s)(?:NOT\s+IN|NOT\s+LIKE|IN|LIKE|ILIKE)(?=[\s('"])/.source;

const comparison = new RegExp(
  `${spaces}(${part})(?:\\.(${part}(?:\\.(?:${part}))*))?${spaces}(${operator})${spaces}` +
    `(?:(${quoted})|(${number})|\\(${spaces}((?:${quoted})(?:${spaces},${spaces}(?:${quoted}))*)${spaces},?${spaces}\\))${spaces}`,
  'iuy',
);
const conjunction = /AND(?=[\s`"\p{L}])/iuy;

/** Reads `comparison AND comparison …`, the whole grammar of MLflow's registry searches. */
export function parseRegistryFilter(text: string): ParsedFilter {
  if (text.length > longestFilter) return { ok: false, problem: `it is longer than ${longestFilter} characters` };
  const comparisons: FilterComparison[] = [];
  if (text.trim() === '') return { ok: true, comparisons };
  for (let at = 0; ; ) {
    comparison.lastIndex = at;
    const found = comparison.exec(text);
    if (found === null) return { ok: false, problem: `it cannot be read from ${excerptAt(text, at)}` };
    comparisons.push(comparisonOf(found));
    if (comparisons.length > mostComparisons)
      return { ok: false, problem: `it has more than ${mostComparisons} clauses` };
    at = comparison.lastIndex;
    if (at === text.length) return { ok: true, comparisons };
    conjunction.lastIndex = at;
    if (!conjunction.test(text)) return { ok: false, problem: `it cannot be read from ${excerptAt(text, at)}` };
    at = conjunction.lastIndex;
  }
}

function comparisonOf(found: RegExpExecArray): FilterComparison {
  const [, first = '', second, written = '', text, digits, list = ''] = found;
  const key = unquoted(second ?? first);
  const entity = second === undefined ? null : first;
  const operator = written.toUpperCase().replace(/\s+/, ' ').replace('<>', '!=');
  if (text !== undefined) return { entity, key, operator, value: { kind: 'text', text: unquoted(text) } };
  if (digits !== undefined) return { entity, key, operator, value: { kind: 'number', number: Number(digits) } };
  const texts = (list.match(new RegExp(quoted, 'gu')) ?? []).map(unquoted);
  return { entity, key, operator, value: { kind: 'texts', texts } };
}

/** Quotes around a text are taken away, quotes in it stay as they are written: so does MLflow. */
function unquoted(text: string): string {
  return /^(['"`]).*\1$/s.test(text) && text.length > 1 ? text.slice(1, -1) : text;
}

function excerptAt(text: string, at: number): string {
  const rest = text.slice(at, at + 60).trim();
  return rest === '' ? 'its end' : `"${rest}"`;
}
