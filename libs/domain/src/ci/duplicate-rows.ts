import type { Cell } from '../data/row.js';
import { type CheckResult, checked, shareText } from './check.js';

/** Columns of one part, all of the same length. */
export interface PartColumns {
  readonly rows: number;
  readonly columns: { readonly [column: string]: readonly Cell[] };
}

export interface DuplicateInput {
  readonly parts: { readonly [part: string]: PartColumns };
  /** Target and features: what two rows have in common when they are the same. */
  readonly columns: readonly string[];
  readonly key: string | null;
  /** Largest share of a part's rows that may be in another part too, percent. */
  readonly max: number;
}

/** What was trained on is not measured on: no key in two parts, and few rows that equal one of another part. */
export function duplicateChecks(input: DuplicateInput): readonly CheckResult[] {
  const names = Object.keys(input.parts);
  const pairs = names.flatMap((one, index) => names.slice(index + 1).map((other) => [one, other] as const));
  return pairs.flatMap(([one, other]) => [
    ...(input.key === null ? [] : [compare(input, { one, other, by: [input.key], what: 'keys', max: 0 })]),
    compare(input, { one, other, by: input.columns, what: 'rows', max: input.max }),
  ]);
}

function compare(
  { parts }: DuplicateInput,
  asked: {
    readonly one: string;
    readonly other: string;
    readonly by: readonly string[];
    readonly what: 'keys' | 'rows';
    readonly max: number;
  },
): CheckResult {
  const { one, other, by, what, max } = asked;
  const known = new Set(textsOf(parts[one], by));
  const rows = parts[other]?.rows ?? 0;
  const twice = textsOf(parts[other], by).filter((text) => known.has(text)).length;
  const share = rows === 0 ? 0 : twice / rows;
  const expected = `at most ${max} % of the ${what} of ${other} in ${one} too`;
  const breach = share * 100 <= max ? null : { expected, found: `${twice} of ${rows} (${shareText(share)})` };
  return checked({ suite: 'data', name: `${what} of ${one} and ${other}` }, breach);
}

function textsOf(part: PartColumns | undefined, by: readonly string[]): readonly string[] {
  if (part === undefined) return [];
  return Array.from({ length: part.rows }, (_, row) =>
    JSON.stringify(by.map((column) => part.columns[column]?.[row] ?? null)),
  );
}
