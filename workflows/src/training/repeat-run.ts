import type { Rerun, TrainingOutcome, TrainModel } from '@laurel/contracts';
import { type AttemptHistory, repetitionText } from '@laurel/domain';
import { CancellationScope } from '@temporalio/workflow';
import { reproducing } from '../activity-proxies.js';
import { saga } from '../saga.js';
import type { TrainingBoard } from './board.js';
import { runAttempts } from './run-attempts.js';

export interface RepeatRun {
  readonly input: TrainModel;
  readonly rerun: Rerun;
  readonly board: TrainingBoard;
  /** Continues the workflow as new with these attempts; does not return. */
  readonly rollOver: (carried: NonNullable<TrainModel['carried']>) => Promise<never>;
}

/**
 * Trains once more what a former run trained: its rows, its code, its parameters, its seed. Compares both models; there
 * is no version of it, so nothing can be rolled out.
 */
export function repeatRun({ input, rerun, board, rollOver }: RepeatRun): Promise<TrainingOutcome> {
  const project = input.project.metadata.name;
  const { runId, fence, carried } = input;
  const clearSource = () => CancellationScope.nonCancellable(() => reproducing.clearSource({ runId }));
  board.enter('train');
  return saga(async (undo) => {
    undo('clear the source', clearSource);
    const { model, folder, dataset, parts } = await reproducing.recallRun({ project, runId, rerun });
    const output = await runAttempts({
      input: { project, runId, rerun: false, model, folder, dataset, parts, fence, repeats: rerun.of },
      board,
      ...(carried === undefined ? {} : { carried: carried.attempts }),
      rollOver: async (attempts: AttemptHistory) => {
        // The next history lays the source out anew: the trainer may have left files in it.
        await clearSource();
        return rollOver({ dataset, parts, attempts, cost: board.cost });
      },
    });
    const repetition = await reproducing.compareRuns({ runId, of: rerun.of, output });
    await clearSource();
    const { of, bitEqual } = repetition;
    return { kind: 'repeated', of, bitEqual, message: repetitionText(repetition) };
  });
}
