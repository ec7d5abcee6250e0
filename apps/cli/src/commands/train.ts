import { trainingSteps } from '@laurel/contracts';
import type { RunAccepted } from '@laurel/contracts/schemas';
import { InvalidArgumentError, Option } from 'commander';
import { type AddCommands, withContext } from '../context.js';
import { followRerun } from '../follow/follow-rerun.js';
import { followTraining } from '../follow/follow-training.js';
import { runIdArgument } from '../input/run-id.js';

interface TrainOptions {
  readonly wait?: boolean;
  readonly from?: string;
  readonly key?: string;
  readonly rollOut: boolean;
  readonly rerun?: string;
  readonly seed?: number;
}

/** `train`. */
export const addTrainCommand: AddCommands = (program, surroundings) => {
  program
    .command('train')
    .summary('train a project')
    .description(
      'Ask for a training; when the gates pass, the version is rolled out. With --wait, follow it to its end and ' +
        'succeed only when the version is registered and, if it is rolled out, promoted; or, with --rerun, when the ' +
        'repeated model is bit-equal.',
    )
    .argument('<project>', 'name of an applied project')
    .option('--wait', 'follow the run and its rollout to the end')
    .addOption(new Option('--from <step>', 'run this step and those after it again').choices(trainingSteps))
    .option('--key <key>', 'name of this reason to train; asked again, it starts nothing')
    .option('--no-roll-out', 'register only')
    .addOption(
      new Option('--rerun <run>', 'repeat this run and say whether its model is bit-equal; registers nothing')
        .conflicts('from')
        .argParser(runIdArgument('laurel get runs')),
    )
    .addOption(new Option('--seed <number>', 'with --rerun: another seed than the run had').argParser(seedNumber))
    .action(
      withContext(
        surroundings,
        async (context, project: string, { wait, from, key, rollOut, rerun, seed }: TrainOptions) => {
          const { api, printer } = context;
          const accepted = await api.post<RunAccepted>(`projects/${encodeURIComponent(project)}/runs`, {
            rollOut,
            ...(from === undefined ? {} : { from }),
            ...(key === undefined ? {} : { key }),
            ...(rerun === undefined ? {} : { rerunOf: rerun }),
            ...(seed === undefined ? {} : { seed }),
          });
          if (wait !== true) {
            printer.data(
              accepted,
              () => `Run ${accepted.runId} is asked for. Follow it: laurel get run ${accepted.runId}`,
            );
            return;
          }
          const end =
            rerun === undefined
              ? await followTraining(context, { project, runId: accepted.runId, rollOut })
              : await followRerun(context, accepted.runId);
          printer.data(end.data, end.human);
        },
      ),
    );
};

function seedNumber(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 0.');
}
