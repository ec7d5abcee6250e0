import { summarise } from '../bench/samples.js';
import type { Exercise, Trial } from './cells.js';

/** What was tried in one cell. */
export interface CellResult {
  readonly cell: string;
  readonly exercise: Exercise;
  readonly trials: readonly Trial[];
}

/** The results as a table. */
export function resultTable(results: readonly CellResult[]): string {
  const head = ['cell', 'what', 'passed', 'most steps lost', 'measured', 'median, s', 'most, s'];
  const rows = results.map(({ cell, exercise, trials }) => {
    const passed = trials.filter(({ violations }) => violations.length === 0).length;
    const times = trials.flatMap(({ milliseconds }) => milliseconds);
    const lost = trials.flatMap((trial) => trial.lost);
    const summary = times.length === 0 ? undefined : summarise(times);
    return [
      cell,
      exercise.title,
      `${passed}/${trials.length}`,
      lost.length === 0 ? '' : String(Math.max(...lost)),
      exercise.measures,
      summary === undefined ? '' : (summary.median / 1_000).toFixed(2),
      summary === undefined ? '' : (summary.max / 1_000).toFixed(2),
    ];
  });
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
