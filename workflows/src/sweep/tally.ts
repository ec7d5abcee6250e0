import type { SweepModel, SweepState, TrialOutcome } from '@laurel/contracts';
import { dimensionsOf, gridSize, isHopeless } from '@laurel/domain';
import { ApplicationFailure } from '@temporalio/workflow';

/** The state after a trial has ended. */
export function tally(state: SweepState, { result, steps, gpuMilliseconds }: TrialOutcome): SweepState {
  const failure = result.kind === 'failed' ? { code: result.code, message: result.message } : null;
  return {
    ...state,
    counts: { ...state.counts, [result.kind]: state.counts[result.kind] + 1 },
    steps: state.steps + steps,
    gpuMilliseconds: state.gpuMilliseconds + gpuMilliseconds,
    firstFailure: state.firstFailure ?? failure,
  };
}

/** The state once the budget is spent; `limit` in words. */
export function budgetSpent({ sweep }: SweepModel, state: SweepState, limit: string): SweepState {
  const ended = `The budget of ${limit} is spent after ${state.next} of ${sweep.trials} trials.`;
  return { ...state, ended: state.ended ?? ended };
}

/** The state once a trial of this number found no point left. Lanes may learn it in any order. */
export function gridExhausted({ project, sweep }: SweepModel, state: SweepState, number: number): SweepState {
  const points = gridSize(dimensionsOf(sweep.space, project.spec.training.parameters)) ?? number;
  const ended = `The grid has ${points} points, and each has run.`;
  return { ...state, next: Math.min(state.next, number), ended: state.ended ?? ended };
}

/** Gives a sweep up whose every trial failed. Error: that of the first one, as the sweep's own. */
export function refuseHopeless({ sweep }: SweepModel, { counts, firstFailure }: SweepState): void {
  if (firstFailure === null || !isHopeless(counts, sweep.parallel)) return;
  const message = `Each of the first ${counts.failed} trials failed; the first one: ${firstFailure.message}`;
  throw ApplicationFailure.nonRetryable(message, firstFailure.code);
}
