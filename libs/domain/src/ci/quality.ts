import type { Cell } from '../data/row.js';
import { classificationMetrics } from '../evaluation/classification-metrics.js';
import type { EvaluationInput } from '../evaluation/evaluation-rows.js';
import type { MetricValues } from '../evaluation/metric-names.js';
import { regressionMetrics } from '../evaluation/regression-metrics.js';
import { type Breach, measureText } from './check.js';
import type { Quality } from './model-tests.js';

/** A metric on the rows of a slice keeps its bounds. Too few rows, and a metric that is undefined there, are breaches. */
export function qualityBreach(
  { metric, min, max, slice, rows: { min: least } }: Quality,
  input: EvaluationInput,
  columns: { readonly [column: string]: readonly Cell[] },
): Breach | null {
  const where = slice === undefined ? 'all rows' : `rows with ${slice.column} = ${slice.value}`;
  const bounds = [min === undefined ? '' : `at least ${min}`, max === undefined ? '' : `at most ${max}`];
  const expected = `${metric} of ${bounds.filter((bound) => bound !== '').join(' and ')} on ${where}`;
  if (slice !== undefined && columns[slice.column] === undefined)
    return { expected, found: `no column ${slice.column}` };
  const chosen = input.rows.truth.flatMap((_, row) =>
    slice === undefined || String(columns[slice.column]?.[row]) === String(slice.value) ? [row] : [],
  );
  if (chosen.length < least) return { expected, found: `${chosen.length} rows where ${least} are needed` };
  const measured = measure(input, chosen);
  const value = Object.entries(measured).find(([name]) => name === metric)?.[1];
  if (value === undefined) return { expected, found: `that it is undefined on these ${chosen.length} rows` };
  if (value >= (min ?? Number.NEGATIVE_INFINITY) && value <= (max ?? Number.POSITIVE_INFINITY)) return null;
  return { expected, found: `${measureText(value)} on ${chosen.length} rows` };
}

function measure(input: EvaluationInput, chosen: readonly number[]): MetricValues {
  const { truth, predictions } = input.rows;
  const rows = {
    truth: chosen.flatMap((row) => truth[row] ?? []),
    predictions: chosen.flatMap((row) => predictions[row] ?? []),
  };
  return input.task === 'regression' ? regressionMetrics(rows) : classificationMetrics({ ...input, rows });
}
