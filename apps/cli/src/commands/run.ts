import { resolve } from 'node:path';
import type { ProjectRunAccepted, RunProjectBody } from '@laurel/contracts/schemas';
import { InvalidArgumentError } from 'commander';
import { type AddCommands, withContext } from '../context.js';
import { followProjectRun } from '../follow/follow-project-run.js';
import { readProject } from '../mlproject/read-project.js';

interface RunOptions {
  readonly entryPoint: string;
  readonly paramList: { readonly [name: string]: string };
  readonly experiment?: string;
  readonly runName?: string;
  readonly wait?: boolean;
  readonly key?: string;
  readonly attempts?: number;
  readonly deadline?: string;
  readonly cpus?: number;
  readonly memory?: string;
  readonly gpus?: number;
}

/** `run`. */
export const addRunCommand: AddCommands = (program, surroundings) => {
  program
    .command('run')
    .summary('run an MLproject folder')
    .description(
      'Run an entry point of a folder that MLflow runs, as a durable job whose run clients of MLflow see. With --wait, ' +
        'repeat what the program writes and succeed only when it does.',
    )
    .argument('<folder>', 'the folder that holds MLproject')
    .option('-e, --entry-point <name>', 'entry point, or a .py or .sh file of the folder', 'main')
    .option('-P, --param-list <name=value>', 'a parameter; may be given several times', withParameter, {})
    .option('--experiment <name>', 'experiment of the run, made where there is none (default: Default)')
    .option('--run-name <name>', 'name of the run')
    .option('--wait', 'follow the run to its end')
    .option('--key <key>', 'name of this reason to run; asked again, it starts nothing')
    .option('--attempts <number>', 'starts that may fail (default: 1)', wholeNumber)
    .option('--deadline <duration>', 'longest time the program may run (default: 24h)')
    .option('--cpus <number>', 'processors of the program (default: 1)', wholeNumber)
    .option('--memory <size>', 'memory of the program, as 512Mi or 2Gi (default: 2Gi)')
    .option('--gpus <number>', 'GPUs of the program (default: 0)', wholeNumber)
    .action(
      withContext(surroundings, async (context, folder: string, options: RunOptions) => {
        const { api, cwd, printer } = context;
        const project = await readProject(resolve(cwd, folder), options.entryPoint);
        const accepted = await api.post<ProjectRunAccepted>('project-runs', { ...project, ...asked(options) });
        const { runId } = accepted;
        if (options.wait !== true) {
          printer.data(accepted, () => `Run ${runId} is asked for. Follow it: laurel get run ${runId}`);
          return;
        }
        printer.note(`Run ${runId} is asked for.`);
        const ended = await followProjectRun(context, runId);
        printer.data(ended, () => `Run ${runId} of ${ended.project} has finished.`);
      }),
    );
};

/** The options as the API takes them; what was not given is left to it. */
function asked(options: RunOptions): Partial<RunProjectBody> {
  const { entryPoint, paramList, experiment, runName, key, attempts, deadline, cpus, memory, gpus } = options;
  return {
    entry: entryPoint,
    parameters: paramList,
    ...given({ experiment, runName, key, attempts, deadline }),
    resources: given({ cpu: cpus, memory, gpu: gpus === undefined ? undefined : { count: gpus } }),
  } as Partial<RunProjectBody>;
}

function given(values: { readonly [name: string]: unknown }): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function withParameter(text: string, known: RunOptions['paramList']): RunOptions['paramList'] {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be NAME=VALUE.');
  const name = text.slice(0, at);
  if (Object.hasOwn(known, name)) throw new InvalidArgumentError(`${name} is given twice.`);
  return { ...known, [name]: text.slice(at + 1) };
}

function wholeNumber(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}
