import {
  type BestTrial,
  type SweepModel,
  type SweepState,
  searchAttributes,
  type TrainingOutcome,
} from '@laurel/contracts';
import { planOf } from '@laurel/domain';
import { CancellationScope, continueAsNew, log, upsertSearchAttributes } from '@temporalio/workflow';
import { computing, ending, sweeping, writing } from './activity-proxies.js';
import { codedFailure } from './failures.js';
import { openSweep } from './sweep/open-sweep.js';
import { runTrials } from './sweep/run-trials.js';
import { interruptionOf } from './training/interruption.js';

/**
 * Searches over the trainer's parameters: trials in lanes, each its own workflow and nested run; then the best trial's
 * model becomes a version, as that of a training would. That nothing was found is a value. Cancelled, it stops its trials
 * and says so.
 */
export async function sweepModel(input: SweepModel): Promise<TrainingOutcome> {
  const run = { project: input.project.metadata.name, runId: input.runId };
  const found: Found = { state: input.state, best: null, step: 'snapshot' };
  const end = (outcome: TrainingOutcome | { readonly kind: 'cancelled' }) =>
    CancellationScope.nonCancellable(() =>
      ending.endSweep({ ...run, outcome, best: found.best?.number ?? null, ended: found.state?.ended ?? null }),
    );
  upsertSearchAttributes([
    { key: searchAttributes.project, value: run.project },
    { key: searchAttributes.phase, value: 'sweep' },
  ]);
  try {
    const outcome = await search(input, found);
    await end(outcome);
    if (outcome.kind === 'registered' && outcome.gatesPassed && input.rollOut) await rollOut(input, outcome.version);
    return outcome;
  } catch (error) {
    const interruption = interruptionOf(error);
    if (interruption.kind === 'cancelled') {
      await end({ kind: 'cancelled' });
      throw interruption.error;
    }
    const { code, message } = interruption;
    const outcome: TrainingOutcome = { kind: 'rejected', step: found.step, code, message };
    await end(outcome);
    return outcome;
  }
}

/** What a sweep has found out so far; its end tells all of it. */
interface Found {
  state: SweepState | null;
  best: BestTrial | null;
  step: 'snapshot' | 'train' | 'evaluate' | 'register';
}

async function search(input: SweepModel, found: Found): Promise<TrainingOutcome> {
  found.state ??= await openSweep(input);
  found.step = 'train';
  const { state, rollOver } = await runTrials(input, found.state);
  found.state = state;
  if (rollOver) await continueAsNew<typeof sweepModel>({ ...input, state });
  found.step = 'evaluate';
  const best = await sweeping.chooseBest({ runId: input.runId, sweep: input.sweep });
  found.best = best;

  const { project: model, folder } = input;
  const { dataset, parts } = state;
  const context = { project: model.metadata.name, runId: input.runId, rerun: false, model, folder };
  const evaluation = await computing.evaluateModel({ ...context, parts, package: best.package });
  found.step = 'register';
  const registration = { ...context, runId: best.runId, dataset, package: best.package, evaluation };
  const version = await writing.registerVersion(registration);
  return { kind: 'registered', version, gatesPassed: evaluation.gatesPassed, gates: evaluation.gates };
}

/** A rollout that is refused leaves the version registered; it can be asked for by hand. */
async function rollOut(
  { project: model, runId, requestedBy }: SweepModel,
  challenger: Extract<TrainingOutcome, { kind: 'registered' }>['version'],
): Promise<void> {
  try {
    await writing.requestRollout({
      requestId: runId,
      endpoint: model.spec.serving.endpoint,
      project: model.metadata.name,
      challenger,
      plan: planOf(model.spec),
      requestedBy,
    });
  } catch (error) {
    if (codedFailure(error) === undefined) throw error;
    log.warn('the best version of the sweep is not rolled out', { run: runId, error });
  }
}
