import type { SweepModel, SweepState } from '@laurel/contracts';
import { shouldRollOver } from '../roll-over.js';
import { openSweepBoard } from './board.js';
import { inLanes } from './lanes.js';
import { runTrial } from './run-trial.js';
import { openRunningTrials } from './running-trials.js';
import { limitReached, spendBudget } from './spend-budget.js';
import { budgetSpent, gridExhausted, refuseHopeless, tally } from './tally.js';

/** State after the last trial; `rollOver` when there are more to come in a new history. */
interface Searched {
  readonly state: SweepState;
  readonly rollOver: boolean;
}

/** Runs trials in `parallel` lanes until their number, the budget or the grid is spent, or the history is long. */
export async function runTrials(input: SweepModel, initial: SweepState): Promise<Searched> {
  const { sweep } = input;
  const board = openSweepBoard(input, initial);
  const running = openRunningTrials();
  const isOpen = () => board.state.ended === null && board.state.next < sweep.trials;
  const mayStart = () => {
    const limit = limitReached(sweep, board.state, Date.now());
    if (isOpen() && limit !== null) board.change(budgetSpent(input, board.state, limit));
    return isOpen() && !shouldRollOver();
  };
  const lane = async () => {
    while (mayStart()) {
      const number = board.state.next;
      board.change({ next: number + 1 });
      const outcome = await runTrial(input, board.state, { number, running });
      board.change(outcome === null ? gridExhausted(input, board.state, number) : tally(board.state, outcome));
      refuseHopeless(input, board.state);
    }
  };
  const spent = async (limit: string) => {
    if (running.count > 0) board.change(budgetSpent(input, board.state, limit));
    await running.stop({ by: 'the sweep', reason: `its budget of ${limit} is spent` });
  };
  await spendBudget({ sweep, state: () => board.state, spent }, () =>
    inLanes(Math.min(sweep.parallel, sweep.trials), lane),
  );
  return { state: board.state, rollOver: isOpen() };
}
