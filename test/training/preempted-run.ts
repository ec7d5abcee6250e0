import type { AttemptView, RunView } from '@laurel/contracts/schemas';
import type { Field, Manner } from './field.js';
import { type AttemptTrace, attemptsIn, lostSteps, readJournal, untilStep } from './journal.js';
import { processesOf } from './processes.js';

/** An interruption: when the run has done this step. */
export interface Strike {
  readonly step: number;
  readonly manner: Manner;
}

/** An uninterrupted run, which the others must equal. */
export interface Baseline {
  readonly runId: string;
  /** Digest of its `model.onnx`. */
  readonly model: string;
  readonly steps: number;
}

/** What came of a run that was interrupted. */
export interface Interrupted {
  readonly runId: string;
  readonly seconds: number;
  /** Steps done in vain, one number an interruption. */
  readonly lost: readonly number[];
  /** Milliseconds from each interruption to the next step that was done. */
  readonly resumed: readonly number[];
  /** Milliseconds from each interruption to the first line of the trainer's next process. */
  readonly started: readonly number[];
  readonly violations: readonly string[];
}

/** Trains once without an interruption. */
export async function runBaseline(field: Field): Promise<Baseline> {
  const runId = await field.train();
  const run = await field.ended(runId);
  const { made } = await field.circumstances(runId);
  const steps = attemptsIn(await readJournal(field.journal, runId))
    .at(-1)
    ?.steps.at(-1)?.step;
  if (run.status !== 'registered' || made === null || steps === undefined)
    throw new Error(`the uninterrupted run ended as ${run.status}: ${run.message}`);
  return { runId, model: made.model, steps };
}

/** Repeats the baseline, interrupted at these steps, and says in which ways it is not what it must be. */
export async function runInterrupted(
  field: Field,
  baseline: Baseline,
  strikes: readonly Strike[],
): Promise<Interrupted> {
  const asked = Date.now();
  const { runId, isOver, end } = await repeat(field, baseline);
  const struckAt: number[] = [];
  for (const [former, { step, manner }] of strikes.entries()) {
    const wanted = { former, step, isOver };
    if ((await untilStep({ folder: field.journal, runId }, wanted)) === undefined) break;
    struckAt.push(Date.now());
    await field.battlefield.preempt(runId, manner);
  }
  const run = await end;
  const traces = attemptsIn(await readJournal(field.journal, runId));
  const lost = lostSteps(traces);
  const violations = [
    ...statusViolations(run),
    ...(run.status === 'repeated' ? await modelViolations(field, baseline, runId) : []),
    ...(struckAt.length === strikes.length ? [] : [`only ${struckAt.length} of ${strikes.length} strikes met it`]),
    ...attemptViolations(await field.attempts(runId), strikes.slice(0, struckAt.length)),
    ...lost.filter((steps) => steps > field.trainer.every).map((steps) => `${steps} steps were lost at once`),
    ...(await leftBehind(runId)),
  ];
  const seconds = (Date.now() - asked) / 1_000;
  const resumed = sinceStrikes(struckAt, traces, ({ steps }) => steps[0]?.at);
  const started = sinceStrikes(struckAt, traces, ({ began }) => began);
  return { runId, seconds, lost, resumed, started, violations };
}

/** Repeats the baseline; `end` is how that ends. */
export async function repeat(field: Field, baseline: Baseline) {
  const runId = await field.repeat(baseline.runId);
  let over = false;
  const end = field.ended(runId).finally(() => {
    over = true;
  });
  // Whoever waits for a step hears of a failure when it waits for the end.
  end.catch(() => undefined);
  return { runId, isOver: () => over, end };
}

/** What is wrong with the way in which a repetition ended. */
export function statusViolations({ status, message }: RunView): readonly string[] {
  return status === 'repeated' ? [] : [`it ended as ${status}: ${message}`];
}

async function modelViolations(field: Field, baseline: Baseline, runId: string): Promise<readonly string[]> {
  const { made, repetition } = await field.circumstances(runId);
  if (made?.model !== baseline.model) {
    const why = JSON.stringify({ predictions: repetition?.predictions, differences: repetition?.differences });
    return [`its model differs from the uninterrupted run's: ${why}`];
  }
  return repetition?.bitEqual === true ? [] : ['the models are equal and Laurel says that they are not'];
}

const causes: { readonly [Way in Manner]: string } = { term: 'disrupted', kill: 'killed' };

/** One attempt more than strikes, each ended by its strike, none charged. */
function attemptViolations(attempts: readonly AttemptView[], strikes: readonly Strike[]): readonly string[] {
  const charged = attempts.filter((attempt) => attempt.charged === true);
  const told = attempts.map(({ cause }) => cause).join(', ');
  const expected = [...strikes.map(({ manner }) => causes[manner]), 'done'].join(', ');
  return [
    ...charged.map(({ attempt, cause, message }) => `attempt ${attempt} was charged (${cause}: ${message})`),
    ...(told === expected ? [] : [`its attempts ended as ${told}, not as ${expected}`]),
  ];
}

/** Processes of the run that live although it has ended. */
export async function leftBehind(runId: string): Promise<readonly string[]> {
  const alive = await processesOf(runId);
  return alive.length === 0 ? [] : [`processes live on: ${alive.map(({ pid }) => pid).join(', ')}`];
}

/** Milliseconds from each strike to the first of these moments in an attempt after it. */
function sinceStrikes(
  struckAt: readonly number[],
  traces: readonly AttemptTrace[],
  moment: (trace: AttemptTrace) => number | undefined,
): readonly number[] {
  return struckAt.flatMap((at, index) => {
    const first = traces
      .slice(index + 1)
      .map(moment)
      .find((found) => found !== undefined);
    return first === undefined ? [] : [first - at];
  });
}
