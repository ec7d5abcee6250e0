import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { LaurelError } from '@laurel/contracts';
import {
  type ExplainChunk,
  type Explanation,
  ExplanationSums,
  explainChunks,
  type ModelSignature,
  type Prediction,
  planExplanation,
  type Row,
  type VersionRef,
} from '@laurel/domain';
import type { RunnableModel } from '@laurel/ports';
import type { AnsweredValues } from '../values/answered-values.js';
import type { Backgrounds } from './backgrounds.js';
import { checkWork, type ExplainSettings } from './explain-limits.js';

/** A prediction that arrives waits for one chunk: so long, about. */
const chunkMilliseconds = 2;
const maximumChunkRows = 64;
/** After each chunk, predictions that are under way go first for this long at most. */
const giveWayMilliseconds = 10;

export interface ExplainAsk extends ExplainSettings {
  readonly endpoint: string;
  readonly version: VersionRef;
  readonly model: RunnableModel;
  /** One to 16 rows. */
  readonly rows: readonly Row[];
  readonly isCancelled: () => boolean;
}

export interface Explained {
  /** What the model says of the rows. */
  readonly answer: AnsweredValues;
  /** One per row. */
  readonly explanations: readonly Explanation[];
  readonly backgroundRows: number;
  readonly evaluations: number;
}

export interface ExplainWork {
  readonly backgrounds: Backgrounds;
  /** Are predictions under way? They go first. */
  readonly isBusy: () => boolean;
}

/**
 * Explains rows in chunks between other work. `check` is called before each and throws to give up. Errors: those of
 * `Explainer`.
 */
export async function explainRows(parts: ExplainWork, ask: ExplainAsk, check: () => void): Promise<Explained> {
  check();
  const { model, rows, permutations, seed, version } = ask;
  const signature = explainable(model);
  const batch = model.encode(rows);
  const background = await parts.backgrounds(version.digest);
  const features = signature.inputs.map(({ name }) => name);
  checkWork({ rows: rows.length, background: background.length, features: features.length, permutations });
  const outputs = await model.run(batch);
  model.check(outputs, rows.length);
  const answer = { model, outputs, rows: rows.length, predictions: () => model.decode(outputs, rows.length) };
  const explanations: Explanation[] = [];
  let evaluations = 0;
  for (const row of rows) {
    const plan = planExplanation({ row, background, features, permutations, seed });
    const sums = new ExplanationSums(plan);
    for (const chunk of explainChunks(plan, chunkRows(model))) {
      sums.add(chunk, await evaluate(model, chunk));
      await giveWay(parts.isBusy);
      check();
    }
    evaluations += plan.rowCount;
    explanations.push(sums.explanation());
  }
  return { answer, explanations, backgroundRows: background.length, evaluations };
}

/** The signature of a model that can be explained. Errors: `Unsupported`. */
function explainable({ signature }: RunnableModel): ModelSignature {
  if (signature === null) {
    throw new LaurelError(
      'Unsupported',
      'The model is a bare graph without a background set; only models that Laurel packaged can be explained.',
    );
  }
  if (signature.outputs.some(({ role }) => role !== 'label')) return signature;
  throw new LaurelError(
    'Unsupported',
    'The model gives labels only; probabilities and values can be explained, labels cannot.',
  );
}

/** Rows that take about `chunkMilliseconds`. */
function chunkRows({ cost, sharesRuns }: RunnableModel): number {
  if (!sharesRuns) return 1;
  if (cost.milliseconds <= 0) return maximumChunkRows;
  const rows = Math.floor((cost.maximumRows * chunkMilliseconds) / cost.milliseconds);
  return Math.min(maximumChunkRows, Math.max(1, rows));
}

async function evaluate(model: RunnableModel, { rows }: ExplainChunk): Promise<readonly (readonly number[])[]> {
  const batch = encoded(model, rows);
  const outputs = await model.run(batch);
  model.check(outputs, rows.length);
  return model.decode(outputs, rows.length).map(numbersOf);
}

/** The caller's own rows have been encoded before: what fails now came from the background. */
function encoded(model: RunnableModel, rows: readonly Row[]): ReturnType<RunnableModel['encode']> {
  try {
    return model.encode(rows);
  } catch (cause) {
    throw new LaurelError(
      'Unsupported',
      'The background set of this version is not what its model takes; train it again to have it explained.',
      { cause },
    );
  }
}

/** What is explained: the probabilities of all classes, or the value. */
function numbersOf({ probabilities, value }: Prediction): readonly number[] {
  return probabilities ?? (value === null ? [] : [value]);
}

async function giveWay(isBusy: () => boolean): Promise<void> {
  await nextTurn();
  const end = performance.now() + giveWayMilliseconds;
  while (isBusy() && performance.now() < end) await pause(1);
}
