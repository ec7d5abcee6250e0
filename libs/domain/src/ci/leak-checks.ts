import type { DescribedTable } from '../data/anomaly-input.js';
import type { Cell } from '../data/row.js';
import type { Task } from '../project/project-spec.js';
import { type CheckResult, checked, shareText } from './check.js';
import type { DataTests } from './model-tests.js';

/** A column with more distinct values than this is judged by ranges that hold equally many rows. */
const mostValues = 50;
/** In a shorter table, values that all differ mean nothing. */
const leastRows = 50;
const mostlyDistinct = 0.9;

export interface LeakInput extends DescribedTable {
  readonly task: Task;
  readonly target: string;
  readonly key: string | null;
  readonly features: readonly string[];
  readonly table: { readonly [column: string]: readonly Cell[] };
  readonly leaks: DataTests['leaks'];
}

/** No feature is the target or the key, identifies a row, or knows alone nearly all that is to be learned. */
export function leakChecks(input: LeakInput): readonly CheckResult[] {
  const { features, leaks } = input;
  return features
    .filter((name) => !leaks.allow.includes(name))
    .map((name) => checked({ suite: 'data', name: `leak through ${name}` }, leakOf(input, name)));
}

function leakOf(input: LeakInput, name: string) {
  const { target, key, leaks } = input;
  if (name === target) return { expected: 'features without the target', found: 'the target itself among them' };
  if (name === key) return { expected: 'features without the key', found: 'the key itself among them' };
  if (identifies(input, name))
    return {
      expected: 'a feature that says something of more than one row',
      found: 'another value in nearly every row',
    };
  const known = knownShare(input, name);
  if (known <= leaks.max) return null;
  return {
    expected: `a feature that knows at most ${shareText(leaks.max)} of what ${target} is`,
    found: `${shareText(known)}: it was made from the target or is known only after it`,
  };
}

/** Numbers may differ by their nature; texts of which nearly all differ are names, numbers or moments. */
function identifies({ schema, statistics }: LeakInput, name: string): boolean {
  const storage = schema.columns.find((column) => column.name === name)?.storage;
  const { distinct = 0, missing = 0 } = statistics.columns.find((column) => column.name === name) ?? {};
  const filled = statistics.rows - missing;
  if (filled < leastRows) return false;
  return storage === 'string' ? distinct > mostlyDistinct * filled : storage === 'integer' && distinct === filled;
}

/** Classes: share of the errors of "always the most frequent class" that the feature alone avoids. Regression: r². */
function knownShare({ table, target, task }: LeakInput, name: string): number {
  const pairs = (table[target] ?? []).flatMap((truth, row) =>
    truth === null ? [] : [{ truth, cell: table[name]?.[row] ?? null }],
  );
  return task === 'regression' ? explained(pairs) : avoided(pairs);
}

interface Pair {
  readonly truth: Exclude<Cell, null>;
  readonly cell: Cell;
}

/** Each row is told by the others that have its value: a value that occurs once knows nothing. */
function avoided(pairs: readonly Pair[]): number {
  const usual = Math.max(0, ...countClasses(pairs).values());
  const groups = Map.groupBy(pairs, groupOf(pairs.map(({ cell }) => cell)));
  const right = [...groups.values()].reduce((sum, group) => sum + toldByOthers(group), 0);
  return usual === pairs.length ? 0 : (right - usual) / (pairs.length - usual);
}

function countClasses(pairs: readonly Pair[]): ReadonlyMap<string, number> {
  return new Map([...Map.groupBy(pairs, ({ truth }) => String(truth))].map(([name, { length }]) => [name, length]));
}

/** Rows of a group whose class is still its most frequent one without them. */
function toldByOthers(group: readonly Pair[]): number {
  const [first = 0, second = 0] = [...countClasses(group).values()].sort((a, b) => b - a);
  return first - 1 > second || (second === 0 && first > 1) ? first : 0;
}

function groupOf(cells: readonly Cell[]): (pair: Pair) => string {
  const numbers = cells.filter((cell) => typeof cell === 'number').sort((a, b) => a - b);
  if (new Set(cells).size <= mostValues || numbers.length === 0) return ({ cell }) => String(cell);
  const edges = Array.from({ length: mostValues - 1 }, (_, at) =>
    Number(numbers[Math.floor(((at + 1) * numbers.length) / mostValues)]),
  );
  return ({ cell }) => (typeof cell === 'number' ? String(edges.filter((edge) => cell >= edge).length) : String(cell));
}

function explained(pairs: readonly Pair[]): number {
  const both = pairs.flatMap(({ truth, cell }) => (typeof cell === 'number' ? [[cell, Number(truth)] as const] : []));
  const mean = (at: 0 | 1) => both.reduce((sum, pair) => sum + pair[at], 0) / both.length;
  const [x, y] = [mean(0), mean(1)];
  const sum = (term: (pair: readonly [number, number]) => number) => both.reduce((all, pair) => all + term(pair), 0);
  const spread = sum(([a]) => (a - x) ** 2) * sum(([, b]) => (b - y) ** 2);
  return spread === 0 ? 0 : sum(([a, b]) => (a - x) * (b - y)) ** 2 / spread;
}
