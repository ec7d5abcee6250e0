import type { Cell, Row } from '@laurel/domain';
import type { LabelledRow } from './labelled-row.js';

/** Neighbours asked for the chance of a label. */
const neighbours = 25;

/** Says what the truth of a row that nobody lived through would be. */
export interface Reference {
  /** Share of the nearest held-out rows that bear `positive`, 0 to 1. */
  chance(row: Row): number;
}

/**
 * A reference fitted on the held-out rows alone, independent of every model that is judged by it: the k nearest
 * neighbours in Gower's distance (1971: numbers by range, categories by equality).
 */
export function fitReference(rows: readonly LabelledRow[], positive: string): Reference {
  const columns = Object.keys(rows[0]?.row ?? {});
  const ranges = new Map(columns.map((column) => [column, rangeOf(rows.map(({ row }) => row[column] ?? null))]));
  const distance = (a: Row, b: Row) => {
    let sum = 0;
    for (const column of columns) sum += gower(a[column] ?? null, b[column] ?? null, ranges.get(column) ?? 0);
    return sum;
  };
  return {
    chance: (row) => {
      const nearest = rows
        .map((known) => ({ far: distance(row, known.row), truth: known.truth }))
        .sort((a, b) => a.far - b.far);
      const asked = nearest.slice(0, neighbours);
      return asked.filter(({ truth }) => truth === positive).length / Math.max(1, asked.length);
    },
  };
}

function rangeOf(cells: readonly Cell[]): number {
  const numbers = cells.filter((cell): cell is number => typeof cell === 'number');
  return numbers.length === 0 ? 0 : Math.max(...numbers) - Math.min(...numbers);
}

function gower(a: Cell, b: Cell, range: number): number {
  if (typeof a === 'number' && typeof b === 'number' && range > 0) return Math.abs(a - b) / range;
  return a === b ? 0 : 1;
}
