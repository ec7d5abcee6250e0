import type { Cell, Row } from '../data/row.js';
import type { ExplainPlan } from './plan.js';

/** Consecutive rows of a plan. */
export interface ExplainChunk {
  /** Index of the first row in the plan. */
  readonly from: number;
  readonly rows: readonly Row[];
}

/**
 * The rows of a plan in chunks of at most `maximumRows`, built one chunk at a time as they are asked for, so that memory
 * is bounded by the chunk. Throws `RangeError` for a maximum below one.
 */
export function* explainChunks(plan: ExplainPlan, maximumRows: number): Generator<ExplainChunk, void, undefined> {
  if (!(Number.isSafeInteger(maximumRows) && maximumRows >= 1)) {
    throw new RangeError(`a chunk must have room for a whole number of rows from 1, it has ${maximumRows}`);
  }
  for (let from = 0; from < plan.rowCount; from += maximumRows) {
    const length = Math.min(maximumRows, plan.rowCount - from);
    yield { from, rows: Array.from({ length }, (_, index) => rowAt(plan, from + index)) };
  }
}

function rowAt(plan: ExplainPlan, index: number): Row {
  const { background, coalitions, features, row } = plan;
  const coalition = coalitions[Math.floor((index - 1) / background.length)];
  const other = background[(index - 1) % background.length];
  const cells: [string, Cell][] = [];
  for (const [position, feature] of features.entries()) {
    const source = coalition === undefined || other === undefined || coalition[position] === '1' ? row : other;
    // A column that the source lacks stays lacking: whether that is an error is the model's to say.
    const cell = Object.hasOwn(source, feature) ? source[feature] : undefined;
    if (cell !== undefined) cells.push([feature, cell]);
  }
  return Object.fromEntries(cells);
}
