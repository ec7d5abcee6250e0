import type { SweepModel, SweepState, TrialOutcome } from '@laurel/contracts';
import { budgetReached, isHopeless } from '@laurel/domain';
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

/** Why no further trial may start, in words; `null` while one may. `now` in milliseconds since 1970. */
export function whyEnded({ sweep }: SweepModel, state: SweepState, now: number): string | null {
  if (state.ended !== null) return state.ended;
  const { steps, gpuMilliseconds, startedAt } = state;
  const spent = budgetReached(sweep.budget, { steps, gpuMilliseconds, milliseconds: now - startedAt });
  return spent === null ? null : `The budget of ${spent} is spent after ${state.next} of ${sweep.trials} trials.`;
}

/** Gives a sweep up whose every trial failed. Error: that of the first one, as the sweep's own. */
export function refuseHopeless({ sweep }: SweepModel, { counts, firstFailure }: SweepState): void {
  if (firstFailure === null || !isHopeless(counts, sweep.parallel)) return;
  const message = `Each of the first ${counts.failed} trials failed; the first one: ${firstFailure.message}`;
  throw ApplicationFailure.nonRetryable(message, firstFailure.code);
}
