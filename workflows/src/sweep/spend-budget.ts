import type { SweepModel, SweepState } from '@laurel/contracts';
import { budgetReached, type Duration, milliseconds } from '@laurel/domain';
import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';

export interface Spending {
  readonly sweep: SweepModel['sweep'];
  /** The state of this moment. */
  state(): SweepState;
  /** Called once, when the budget is spent; `limit` in words. */
  spent(limit: string): Promise<void>;
}

/** The limit that a sweep has reached, in words; `null` while none is. `now` in milliseconds since 1970. */
export function limitReached({ budget }: SweepModel['sweep'], state: SweepState, now: number): string | null {
  const { steps, gpuMilliseconds, startedAt } = state;
  return budgetReached(budget, { steps, gpuMilliseconds, milliseconds: now - startedAt });
}

/** Does `work` and watches the budget meanwhile: the clock, and what the trials that ended have used. */
export async function spendBudget(spending: Spending, work: () => Promise<void>): Promise<void> {
  const watching = new CancellationScope();
  const watch = watching.run(() => watchBudget(spending));
  try {
    await work();
  } finally {
    watching.cancel();
    await watch;
  }
}

async function watchBudget(spending: Spending): Promise<void> {
  const { sweep } = spending;
  const { duration } = sweep.budget;
  const reached = () => limitReached(sweep, spending.state(), Date.now());
  const isSpent = () => reached() !== null;
  const millisecondsLeft = (of: Duration) => spending.state().startedAt + milliseconds(of) - Date.now();
  try {
    await (duration === null ? condition(isSpent) : condition(isSpent, Math.max(1, millisecondsLeft(duration))));
    await spending.spent(reached() ?? String(duration));
  } catch (error) {
    if (!isCancellation(error)) throw error;
  }
}
