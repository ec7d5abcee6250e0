import type { Cell } from '../data/row.js';
import type { Digest } from '../ids.js';
import type { Prediction } from '../observation/prediction.js';
import type { GateSpec } from '../project/project-spec.js';
import { calibrationBins } from './calibration.js';
import { compare } from './compare.js';
import { confusionMatrix } from './confusion.js';
import type { EvaluationReport, PairedComparison } from './evaluation.js';
import { fairnessOf } from './fairness.js';
import { evaluateGates } from './gates.js';
import { type PairedMetricName, pairedMetricNames } from './metric-names.js';
import { sliceMetrics } from './slices.js';
import { type SummariseInput, summarise } from './summarise.js';

export interface ReportInput extends SummariseInput {
  /** Raw columns of the same rows; those named by `slices` and `sensitive` are used. */
  readonly columns: { readonly [column: string]: readonly Cell[] };
  readonly slices: readonly string[];
  readonly sensitive: readonly string[];
  readonly gates: readonly GateSpec[];
  /** The present champion's answers to the same rows; `null` where there is none. */
  readonly champion: { readonly digest: Digest; readonly predictions: readonly Prediction[] } | null;
}

/**
 * Everything measured about a version on its holdout, and the judgement of its gates. Columns that the data does not
 * have are left out, and a gate that needs one is an error. No rows pass no gate.
 */
export function reportOn(input: ReportInput): EvaluationReport {
  const rows = input.rows.truth.length;
  const summary = summarise(input);
  const fairness = input.task === 'binary' ? fairnessResults(input) : [];
  const comparisons = input.champion === null ? [] : comparisonsOf(input, input.champion);
  const gates = evaluateGates({
    gates: input.gates,
    summary,
    fairness,
    comparisons,
    championExists: input.champion !== null,
  });
  return {
    rows,
    summary,
    slices: sliceMetrics(input, pick(input.columns, input.slices)),
    fairness,
    calibration: input.task === 'regression' ? [] : calibrationBins(input),
    confusion: input.task === 'regression' ? null : confusionMatrix(input),
    comparison: comparisons[0] ?? null,
    gates,
    gatesPassed: rows > 0 && gates.every(({ state }) => state === 'pass'),
  };
}

function fairnessResults(input: ReportInput) {
  return Object.entries(pick(input.columns, input.sensitive)).map(([column, cells]) =>
    fairnessOf({ ...input, column, cells }),
  );
}

/** The task's own comparison first, then one for every other metric that a gate asks for. */
function comparisonsOf(input: ReportInput, champion: NonNullable<ReportInput['champion']>): PairedComparison[] {
  const own: PairedMetricName = input.task === 'regression' ? 'meanAbsoluteError' : 'accuracy';
  const asked = input.gates.flatMap((gate) => ('against' in gate ? [gate.metric] : []));
  const scored = [...champion.predictions, ...input.rows.predictions].every(
    ({ probabilities }) => probabilities?.length === input.classes.length,
  );
  const metrics = pairedMetricNames.filter((metric) => {
    if (metric === own) return true;
    return asked.includes(metric) && scored && input.task !== 'regression' && metric !== 'meanAbsoluteError';
  });
  const {
    rows: { truth, predictions },
    task,
    classes,
    positive,
  } = input;
  const both = { championPredictions: champion.predictions, challengerPredictions: predictions };
  return [own, ...metrics.filter((metric) => metric !== own)].map((metric) =>
    compare({ task, classes, positive, champion: champion.digest, metric, truth, ...both }),
  );
}

function pick<T>(
  columns: { readonly [column: string]: T },
  names: readonly string[],
): { readonly [column: string]: T } {
  return Object.fromEntries(Object.entries(columns).filter(([name]) => names.includes(name)));
}
