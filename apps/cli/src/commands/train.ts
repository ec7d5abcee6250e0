import { trainingSteps } from '@laurel/contracts';
import type { RunAccepted } from '@laurel/contracts/schemas';
import { Option } from 'commander';
import { type AddCommands, withContext } from '../context.js';
import { followTraining } from '../follow/follow-training.js';

interface TrainOptions {
  readonly wait?: boolean;
  readonly from?: string;
  readonly key?: string;
  readonly rollOut: boolean;
}

/** `train`. */
export const addTrainCommand: AddCommands = (program, surroundings) => {
  program
    .command('train')
    .summary('train a project')
    .description(
      'Ask for a training; when the gates pass, the version is rolled out. With --wait, follow it to its end and ' +
        'succeed only when the version is registered and, if it is rolled out, promoted.',
    )
    .argument('<project>', 'name of an applied project')
    .option('--wait', 'follow the run and its rollout to the end')
    .addOption(new Option('--from <step>', 'run this step and those after it again').choices(trainingSteps))
    .option('--key <key>', 'name of this reason to train; asked again, it starts nothing')
    .option('--no-roll-out', 'register only')
    .action(
      withContext(surroundings, async (context, project: string, { wait, from, key, rollOut }: TrainOptions) => {
        const { api, printer } = context;
        const accepted = await api.post<RunAccepted>(`projects/${encodeURIComponent(project)}/runs`, {
          rollOut,
          ...(from === undefined ? {} : { from }),
          ...(key === undefined ? {} : { key }),
        });
        if (wait !== true) {
          printer.data(
            accepted,
            () => `Run ${accepted.runId} is asked for. Follow it: laurel get run ${accepted.runId}`,
          );
          return;
        }
        const end = await followTraining(context, { project, runId: accepted.runId, rollOut });
        printer.data(end.data, end.human);
      }),
    );
};
