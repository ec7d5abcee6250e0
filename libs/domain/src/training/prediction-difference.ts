import type { Cell } from '../data/row.js';

/** Columns of predictions by name: `value`, or `p_0`, `p_1`, …; others (the label in words) are not compared. */
export type PredictionColumns = { readonly [name: string]: readonly Cell[] };

/**
 * Largest absolute difference between two tables of predictions; `null` when they have other columns or other numbers
 * of rows, or hold anything but numbers in them.
 */
export function predictionDifference(
  a: PredictionColumns,
  b: PredictionColumns,
): { readonly rows: number; readonly largestDifference: number } | null {
  const names = numbersOf(a);
  const first = names[0];
  if (first === undefined || names.join('\n') !== numbersOf(b).join('\n')) return null;
  const rows = a[first]?.length ?? 0;
  let largest = 0;
  for (const name of names) {
    const difference = columnDifference(a[name] ?? [], b[name] ?? []);
    if (difference === null) return null;
    largest = Math.max(largest, difference);
  }
  return { rows, largestDifference: largest };
}

function numbersOf(columns: PredictionColumns): readonly string[] {
  return Object.keys(columns)
    .filter((name) => name === 'value' || /^p_\d+$/.test(name))
    .sort();
}

function columnDifference(a: readonly Cell[], b: readonly Cell[]): number | null {
  if (a.length !== b.length) return null;
  let largest = 0;
  for (const [row, value] of a.entries()) {
    const other = b[row];
    if (typeof value !== 'number' || typeof other !== 'number') return null;
    const difference = Math.abs(value - other);
    if (!Number.isFinite(difference)) return null;
    largest = Math.max(largest, difference);
  }
  return largest;
}
