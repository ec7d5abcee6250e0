import { type EvaluationInput, requirePairs } from './evaluation-rows.js';

/** Smallest and largest probability in a logarithm, as in scikit-learn: machine epsilon of a double. */
const clip = Number.EPSILON;

/** A classification in numbers: indices into `classes`, and everything that has a value per row. */
export interface LabelledRows {
  readonly n: number;
  /** The model's classes, then those that only the truth has. */
  readonly classes: readonly string[];
  /** How many of `classes` the model knows. */
  readonly known: number;
  /** Index of the positive class; `null` for several classes. */
  readonly positive: number | null;
  readonly truth: Int32Array;
  /** −1 where the model named no known class. */
  readonly predicted: Int32Array;
  /** 1 where the prediction is right. */
  readonly correct: Float64Array;
  /** `null` when the model gives no probabilities. */
  readonly scored: ScoredRows | null;
}

export interface ScoredRows {
  /** Row-major, one column per known class. */
  readonly probabilities: Float64Array;
  readonly logLoss: Float64Array;
  readonly brier: Float64Array;
  /** Probability that calibration is judged by: of the positive class, or of the most probable one. */
  readonly confidence: Float64Array;
  /** 1 where what `confidence` is about came true. */
  readonly outcome: Float64Array;
}

/** Turns names into indices and computes the per-row losses. */
export function labelRows(input: EvaluationInput): LabelledRows {
  requirePairs(input.rows);
  const { rows } = input;
  const truthNames = rows.truth.map(String);
  const strangers = [...new Set(truthNames)].filter((name) => !input.classes.includes(name)).sort();
  const classes = [...input.classes, ...strangers];
  const indexOf = new Map(classes.map((name, index) => [name, index]));
  const truth = Int32Array.from(truthNames, (name) => indexOf.get(name) ?? -1);
  const predicted = Int32Array.from(rows.predictions, ({ label }) =>
    label === null ? -1 : (indexOf.get(label) ?? -1),
  );
  const base = {
    n: truth.length,
    classes,
    known: input.classes.length,
    positive: positiveIndex(input),
    truth,
    predicted,
  };
  const correct = Float64Array.from(truth, (index, row) => (index === predicted[row] ? 1 : 0));
  return { ...base, correct, scored: scoreRows(input, base) };
}

function positiveIndex({ task, classes, positive }: EvaluationInput): number | null {
  if (task !== 'binary') return null;
  if (positive === null) return classes.length - 1;
  const index = classes.indexOf(positive);
  if (index === -1) throw new RangeError(`the positive class "${positive}" is none of ${classes.join(', ')}`);
  return index;
}

function scoreRows(
  { rows }: EvaluationInput,
  { n, known, positive, truth }: Pick<LabelledRows, 'n' | 'known' | 'positive' | 'truth'>,
): ScoredRows | null {
  if (known === 0 || rows.predictions.some(({ probabilities }) => probabilities?.length !== known)) return null;
  const probabilities = new Float64Array(n * known);
  const scored = {
    logLoss: new Float64Array(n),
    brier: new Float64Array(n),
    confidence: new Float64Array(n),
    outcome: new Float64Array(n),
  };
  rows.predictions.forEach(({ probabilities: given }, row) => {
    const row0 = given ?? [];
    probabilities.set(row0, row * known);
    const actual = truth[row] ?? -1;
    const asked = positive ?? indexOfLargest(row0);
    const likelihood = Math.min(1 - clip, Math.max(clip, row0[actual] ?? 0));
    scored.logLoss[row] = -Math.log(likelihood);
    scored.brier[row] =
      positive === null ? squaredDistance(row0, actual) : ((row0[positive] ?? 0) - (actual === positive ? 1 : 0)) ** 2;
    scored.confidence[row] = row0[asked] ?? 0;
    scored.outcome[row] = actual === asked ? 1 : 0;
  });
  return { probabilities, ...scored };
}

/** Σ over classes of (probability − truth)²; a truth the model does not know adds its whole 1. */
function squaredDistance(probabilities: readonly number[], actual: number): number {
  const known = probabilities.reduce((sum, p, index) => sum + (p - (index === actual ? 1 : 0)) ** 2, 0);
  return actual >= probabilities.length ? known + 1 : known;
}

function indexOfLargest(values: readonly number[]): number {
  return values.reduce((best, value, index) => (value > (values[best] ?? Number.NEGATIVE_INFINITY) ? index : best), 0);
}
