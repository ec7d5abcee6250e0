import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { findToolchain } from '@laurel/dev';
import { type CheckResult, countChecks, summaryText } from '@laurel/domain';
import { createTableEngine } from '@laurel/duckdb';
import type { CiReport } from '../ci/index.js';
import { type AddCommands, type Context, withContext } from '../context.js';
import { CommandFailed } from '../exit.js';

interface CiOptions {
  readonly model?: string;
  readonly quick?: boolean;
  readonly python?: string;
  readonly junit?: string;
  readonly summary?: string;
}

/** `ci`. */
export const addCiCommand: AddCommands = (program, surroundings) => {
  program
    .command('ci')
    .summary('test a project: data, features, model, deployment')
    .description(
      'Test a project folder without an installation: the data and its leaks, a training, the tests of tests.yaml on ' +
        'its model, and a smoke deployment. Ends with 1 when a check fails, 2 when laurel.yaml or tests.yaml is wrong.',
    )
    .argument('[folder]', 'folder with laurel.yaml and tests.yaml', '.')
    .option('--model <folder>', "test this trainer's output instead of training")
    .option('--quick', 'train with the parameters under quick of tests.yaml')
    .option('--python <file>', 'interpreter of the trainer (default: LAUREL_PYTHON, else that of the set-up)')
    .option('--junit <file>', 'write JUnit XML')
    .option('--summary <file>', 'write Markdown; also appended to GITHUB_STEP_SUMMARY where that is set')
    .action(withContext(surroundings, check));
};

async function check(context: Context, folder: string, options: CiOptions): Promise<void> {
  const { cwd, printer } = context;
  // With everything that trains and predicts; other commands start without it.
  const { junitText, runCi } = await import('../ci/index.js');
  const report = await runCi({
    folder: resolve(cwd, folder),
    model: options.model === undefined ? null : resolve(cwd, options.model),
    quick: options.quick ?? false,
    python: options.python ?? findToolchain(context.env).python,
    engine: createTableEngine({ threads: 2 }),
    progress: (text, minor) => printer.progress(text, { minor }),
  });
  printer.settle();
  await write(context, options.junit, () => junitText(report.project, report.results));
  await write(context, options.summary, () => summaryText(report.project, report.results));
  const step = context.env['GITHUB_STEP_SUMMARY'];
  if (step !== undefined && step !== '') await appendFile(step, summaryText(report.project, report.results));
  printer.data(report, () => text(report));
  if (report.results.some(({ state }) => state === 'failed')) throw new CommandFailed();
}

async function write({ cwd }: Context, file: string | undefined, content: () => string): Promise<void> {
  if (file === undefined) return;
  const path = resolve(cwd, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content());
}

function text({ project, results }: CiReport): string {
  const { failed, passed, skipped } = countChecks(results);
  const told = results.flatMap(({ suite, state, message }) =>
    message === null ? [] : [`${mark(state)} ${suite}: ${message}`],
  );
  return [...told, `${project}: ${passed} passed, ${failed} failed, ${skipped} not asked`].join('\n');
}

function mark(state: CheckResult['state']): string {
  return state === 'failed' ? 'FAILED' : 'not asked';
}
