import type { Cell } from '../data/row.js';
import type { SliceResult } from './evaluation.js';
import type { EvaluationInput } from './evaluation-rows.js';
import { groupsOf, rowsByGroup } from './groups.js';
import { frameOf } from './summarise.js';

/** Most slices kept of one column; the largest are. */
const mostSlices = 20;

/** Metrics within each value (or quartile) of each column, largest slice first. `columns` are aligned with the rows. */
export function sliceMetrics(
  input: EvaluationInput,
  columns: { readonly [column: string]: readonly Cell[] },
): SliceResult[] {
  const frame = frameOf(input);
  return Object.entries(columns).flatMap(([column, cells]) => {
    if (cells.length !== frame.rows)
      throw new RangeError(`column "${column}" has ${cells.length} values for ${frame.rows} rows`);
    return rowsByGroup(groupsOf(cells))
      .slice(0, mostSlices)
      .map(([value, rows]) => {
        const weights = new Uint32Array(frame.rows);
        for (const row of rows) weights[row] = 1;
        return { column, value, rows: rows.length, metrics: { ...frame.measure(weights) } };
      });
  });
}
