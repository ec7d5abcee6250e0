import { type TrialOutcome, type TrialStop, trialStopped } from '@laurel/contracts';
import { type ChildWorkflowHandle, log, TemporalFailure } from '@temporalio/workflow';
import type { trial } from '../trial.workflow.js';

type RunningTrial = ChildWorkflowHandle<typeof trial>;

/** The trials that run now, so that all of them can be told to stop. */
export interface RunningTrials {
  readonly count: number;
  /** Waits for the end of a started trial. One that started too late to hear the order to stop is told first. */
  follow(started: RunningTrial): Promise<TrialOutcome>;
  /** Tells all of them to stop; they end as pruned, but for those that are through with their training. */
  stop(order: TrialStop): Promise<void>;
}

export function openRunningTrials(): RunningTrials {
  const running = new Set<RunningTrial>();
  let given: TrialStop | null = null;
  return {
    get count() {
      return running.size;
    },
    follow: async (started) => {
      running.add(started);
      try {
        if (given !== null) await tell(started, given);
        return await started.result();
      } finally {
        running.delete(started);
      }
    },
    stop: async (order) => {
      given = order;
      await Promise.all([...running].map((started) => tell(started, order)));
    },
  };
}

/** A trial that cannot be told has just ended. */
async function tell(started: RunningTrial, order: TrialStop): Promise<void> {
  try {
    await started.signal(trialStopped, order);
  } catch (error) {
    if (!(error instanceof TemporalFailure)) throw error;
    log.info('a trial ended before it could be told to stop', { trial: started.workflowId, error });
  }
}
