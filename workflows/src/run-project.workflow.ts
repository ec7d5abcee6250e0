import type { ProjectRunOutcome, RunProject } from '@laurel/contracts';
import { CancellationScope, continueAsNew } from '@temporalio/workflow';
import { recording } from './activity-proxies.js';
import { openBoard, type TrainingBoard } from './training/board.js';
import { interruptionOf } from './training/interruption.js';
import { untilOutput } from './training/run-attempts.js';

/**
 * One command of a folder that MLflow runs, as a job and as a run that clients of MLflow see. A command that fails is a
 * value; the run says the same. Cancelled, it stops its job and says so.
 */
export async function runProject(input: RunProject): Promise<ProjectRunOutcome> {
  const { carried, ...run } = input;
  const { project, runId } = run;
  const { maximumAttempts } = run.training.retry;
  const board = openBoard({ project, runId, maximumAttempts, cost: carried?.cost ?? null }, ['train']);
  const end = async (outcome: ProjectRunOutcome) => {
    await CancellationScope.nonCancellable(() => recording.endProjectRun({ runId, outcome }));
    return outcome;
  };
  try {
    // Shielded: a run that is cancelled at once has a row that says so.
    if (carried === undefined) await CancellationScope.nonCancellable(() => recording.beginProjectRun(run));
    return await end({ kind: 'finished', output: await runCommand(input, board) });
  } catch (error) {
    const interruption = interruptionOf(error);
    if (interruption.kind === 'failed') {
      const { code, message } = interruption;
      return end({ kind: 'failed', code, message });
    }
    await end({ kind: 'cancelled' });
    throw interruption.error;
  }
}

function runCommand({ carried, ...run }: RunProject, board: TrainingBoard) {
  board.enter('train');
  return untilOutput({
    run: { project: run.project, runId: run.runId },
    training: run.training,
    start: (jobs, attempt) => jobs.runCommand({ ...run, ...attempt }),
    board,
    ...(carried === undefined ? {} : { carried: carried.attempts }),
    rollOver: (attempts) => continueAsNew<typeof runProject>({ ...run, carried: { attempts, cost: board.cost } }),
  });
}
