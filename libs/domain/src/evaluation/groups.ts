import type { Cell } from '../data/row.js';
import { sampleQuantile } from '../statistics/bootstrap.js';

/** A numeric column with more distinct values than this is divided at its quartiles. */
const mostDistinct = 10;

/** Group of a row whose value is missing. */
const missingGroup = '(missing)';

/** The group of each row by the value of one column; numbers with many values go by quartile. */
export function groupsOf(cells: readonly Cell[]): readonly string[] {
  const numbers = cells.filter((cell) => typeof cell === 'number' && Number.isFinite(cell)) as readonly number[];
  if (new Set(numbers).size <= mostDistinct) return cells.map(nameOf);
  const sorted = [...numbers].sort((a, b) => a - b);
  const edges = [...new Set([0.25, 0.5, 0.75].map((q) => sampleQuantile(sorted, q)))];
  return cells.map((cell) => (typeof cell === 'number' && Number.isFinite(cell) ? rangeOf(cell, edges) : nameOf(cell)));
}

/** Row numbers by group, largest group first. */
export function rowsByGroup(groups: readonly string[]): readonly (readonly [string, readonly number[]])[] {
  const rows = new Map<string, number[]>();
  groups.forEach((group, row) => {
    const list = rows.get(group);
    if (list === undefined) rows.set(group, [row]);
    else list.push(row);
  });
  return [...rows].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1));
}

function nameOf(cell: Cell): string {
  if (cell === null || cell === '' || (typeof cell === 'number' && Number.isNaN(cell))) return missingGroup;
  return String(cell);
}

function rangeOf(value: number, edges: readonly number[]): string {
  const index = edges.findIndex((edge) => value <= edge);
  const [below, above] = [edges[index - 1], edges[index]];
  if (above === undefined) return `above ${short(edges.at(-1) ?? 0)}`;
  return below === undefined ? `up to ${short(above)}` : `${short(below)} to ${short(above)}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
