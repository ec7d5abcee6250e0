import {
  searchAttributes,
  type TrainingState,
  type TrainingStep,
  trainingProgressed,
  trainingState,
  trainingSteps,
} from '@laurel/contracts';
import { type AttemptHistory, addCost, type Cost, type TrainingProgress } from '@laurel/domain';
import { setCurrentDetails, setHandler, upsertSearchAttributes } from '@temporalio/workflow';
import { trainingDetails } from './training-details.js';

/** Where a training stands, for people: the query `training`, search attributes, and the details of Temporal's UI. */
export interface TrainingBoard {
  enter(step: TrainingStep): void;
  begin(attempts: AttemptHistory): void;
  end(end: NonNullable<TrainingState['lastEnd']>): void;
  bill(cost: Cost | null): void;
  readonly step: TrainingStep;
  readonly cost: Cost | null;
}

/** The run that a board is of. `cost`: of the attempts of a former history. */
export interface BoardRun {
  readonly project: string;
  readonly runId: string;
  readonly maximumAttempts: number;
  readonly cost: Cost | null;
}

/** Sets the handlers; call it before the first await. `steps` are those that this run has. */
export function openBoard(run: BoardRun, steps: readonly TrainingStep[] = trainingSteps): TrainingBoard {
  let state: TrainingState = { ...run, step: trainingSteps[0], attempts: null, progress: null, lastEnd: null };
  const change = (next: Partial<TrainingState>) => {
    state = { ...state, ...next };
    setCurrentDetails(trainingDetails(state, steps));
  };
  setHandler(trainingState, () => state);
  setHandler(trainingProgressed, (progress: TrainingProgress) => {
    if (progress.attempt === state.attempts?.attempt) change({ progress });
  });
  return {
    enter: (step) => {
      change({ step });
      upsertSearchAttributes([
        { key: searchAttributes.project, value: run.project },
        { key: searchAttributes.phase, value: step },
      ]);
    },
    begin: (attempts) => {
      change({ attempts, progress: null });
      upsertSearchAttributes([{ key: searchAttributes.attempt, value: attempts.attempt }]);
    },
    end: (lastEnd) => change({ lastEnd }),
    bill: (cost) => change({ cost: addCost(state.cost, cost), progress: null }),
    get step() {
      return state.step;
    },
    get cost() {
      return state.cost;
    },
  };
}
