import { type SweepModel, type SweepState, sweepProgress } from '@laurel/contracts';
import { CancellationScope, setCurrentDetails, setHandler } from '@temporalio/workflow';
import { shouldRollOver } from '../roll-over.js';
import { runTrial } from './run-trial.js';
import { refuseHopeless, tally, whyEnded } from './tally.js';

/** State after the last trial; `rollOver` when there are more to come in a new history. */
interface Searched {
  readonly state: SweepState;
  readonly rollOver: boolean;
}

/** Runs trials in `parallel` lanes until their number, the budget or the grid is spent, or the history is long. */
export async function runTrials(input: SweepModel, initial: SweepState): Promise<Searched> {
  const { sweep } = input;
  const board = openBoard(input, initial);
  const mayStart = () => {
    board.change({ ended: whyEnded(input, board.state, Date.now()) });
    return board.state.ended === null && board.state.next < sweep.trials && !shouldRollOver();
  };
  const lane = async () => {
    while (mayStart()) {
      const number = board.state.next;
      board.change({ next: number + 1 });
      const outcome = await runTrial(input, board.state, number);
      if (outcome === null) {
        board.change({ ended: board.state.ended ?? `The grid has ${number} points, and each has run.` });
        return;
      }
      board.change(tally(board.state, outcome));
      refuseHopeless(input, board.state);
    }
  };
  await inLanes(Math.min(sweep.parallel, sweep.trials), lane);
  return { state: board.state, rollOver: board.state.ended === null && board.state.next < sweep.trials };
}

/** Runs lanes side by side. When one breaks, the others are cancelled and waited for; then its error is thrown. */
async function inLanes(count: number, lane: () => Promise<void>): Promise<void> {
  const scope = new CancellationScope();
  const errors: unknown[] = [];
  const run = async () => {
    try {
      await lane();
    } catch (error) {
      errors.push(error);
      scope.cancel();
    }
  };
  await scope.run(() => Promise.all(Array.from({ length: count }, run)));
  if (errors.length > 0) throw errors[0];
}

/** Where a sweep stands: its state, the query `sweepProgress`, and the details of Temporal's UI. */
function openBoard({ project, sweep }: SweepModel, initial: SweepState) {
  let state = initial;
  const countNow = () => {
    const { complete, pruned, failed, cancelled } = state.counts;
    return { ...state.counts, running: state.next - complete - pruned - failed - cancelled };
  };
  setHandler(sweepProgress, () => ({
    trials: sweep.trials,
    counts: countNow(),
    steps: state.steps,
    ended: state.ended,
  }));
  return {
    get state() {
      return state;
    },
    change: (changes: Partial<SweepState>) => {
      state = { ...state, ...changes };
      const counts = Object.entries(countNow()).flatMap(([name, count]) => (count === 0 ? [] : [`${count} ${name}`]));
      const trials = `${state.next} of ${sweep.trials} trials asked`;
      setCurrentDetails([`**${project.metadata.name}**: ${sweep.algorithm}`, trials, ...counts].join(', '));
    },
  };
}
