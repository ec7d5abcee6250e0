import { type SweepModel, type SweepState, sweepProgress } from '@laurel/contracts';
import { setCurrentDetails, setHandler } from '@temporalio/workflow';

/** Where a sweep stands: its state, the query `sweepProgress`, and the details of Temporal's UI. */
export interface SweepBoard {
  readonly state: SweepState;
  change(changes: Partial<SweepState>): void;
}

export function openSweepBoard({ project, sweep }: SweepModel, initial: SweepState): SweepBoard {
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
    change: (changes) => {
      state = { ...state, ...changes };
      const counts = Object.entries(countNow()).flatMap(([name, count]) => (count === 0 ? [] : [`${count} ${name}`]));
      const trials = `${state.next} of ${sweep.trials} trials asked`;
      setCurrentDetails([`**${project.metadata.name}**: ${sweep.algorithm}`, trials, ...counts].join(', '));
    },
  };
}
