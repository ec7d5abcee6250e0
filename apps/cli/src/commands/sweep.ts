import type { SweepAccepted, SweepResultsView, SweepView, TrialView } from '@laurel/contracts/schemas';
import { type Command, InvalidArgumentError } from 'commander';
import { type AddCommands, type Surroundings, withContext } from '../context.js';
import { followSweep } from '../follow/follow-sweep.js';
import { runIdArgument } from '../input/run-id.js';
import { bestText, countsText, renderResults, renderTrials, sweeps } from '../views/sweeps.js';

interface StartOptions {
  readonly wait?: boolean;
  readonly key?: string;
  readonly rollOut: boolean;
}

const sweepId = runIdArgument('laurel sweep list');

/** `sweep`. */
export const addSweepCommands: AddCommands = (program, surroundings) => {
  const sweep = program
    .command('sweep')
    .summary('search for better parameters')
    .description("Search over the parameters that spec.sweep names, and register the best trial's model.");
  addStart(sweep, surroundings);
  addStatus(sweep, surroundings);
  addResults(sweep, surroundings);
  addList(sweep, surroundings);
  addCancel(sweep, surroundings);
  addStop(sweep, surroundings);
};

function addStart(sweep: Command, surroundings: Surroundings): void {
  sweep
    .command('start')
    .summary('start the sweep of a project')
    .description(
      'Start the sweep that the project declares; its best version is rolled out when its gates pass. With --wait, ' +
        'follow it to its end and succeed only when a version is registered and its gates pass.',
    )
    .argument('<project>', 'name of an applied project')
    .option('--wait', 'follow the sweep to its end')
    .option('--key <key>', 'name of this reason to search; asked again, it starts nothing')
    .option('--no-roll-out', 'register only')
    .action(
      withContext(surroundings, async (context, project: string, { wait, key, rollOut }: StartOptions) => {
        const { api, printer } = context;
        const accepted = await api.post<SweepAccepted>(`projects/${encodeURIComponent(project)}/sweeps`, {
          rollOut,
          ...(key === undefined ? {} : { key }),
        });
        if (wait !== true) {
          printer.data(
            accepted,
            () => `Sweep ${accepted.runId} is asked for. See laurel sweep status ${accepted.runId}`,
          );
          return;
        }
        const ended = await followSweep(context, accepted.runId);
        printer.data(ended, () => renderResults(ended, { now: Date.now(), printer }));
      }),
    );
}

function addStatus(sweep: Command, surroundings: Surroundings): void {
  sweep
    .command('status')
    .summary('tell in a line how far a sweep is')
    .description('Tell in a line how far a sweep is, and its best trial so far.')
    .argument('<sweep>', 'its run', sweepId)
    .action(
      withContext(surroundings, async ({ api, printer }, run: string) => {
        const results = await api.get<SweepResultsView>(pathOf(run));
        printer.data(results, () => `${results.status}: ${countsText(results)} | ${bestText(results)}`);
      }),
    );
}

function addResults(sweep: Command, surroundings: Surroundings): void {
  sweep
    .command('results')
    .summary('show what a sweep has found')
    .description('Show the best trial, the front where there are several goals, importance, and every trial.')
    .argument('<sweep>', 'its run', sweepId)
    .action(
      withContext(surroundings, async ({ api, printer }, run: string) => {
        const results = await api.get<SweepResultsView>(pathOf(run));
        const { items } = await api.get<{ readonly items: readonly TrialView[] }>(`${pathOf(run)}/trials`);
        printer.data({ ...results, all: items }, () =>
          [renderResults(results, { now: Date.now(), printer }), renderTrials(items, results)].join('\n\n'),
        );
      }),
    );
}

function addList(sweep: Command, surroundings: Surroundings): void {
  sweep
    .command('list')
    .summary('list sweeps')
    .description('List sweeps, newest first.')
    .argument('[project]', 'only those of this project')
    .action(
      withContext(surroundings, async ({ api, printer }, of: string | undefined) => {
        const filter = { limit: 50, ...(of === undefined ? {} : { of }) };
        const shown = await sweeps.list({ api, printer, now: Date.now() }, filter);
        printer.data(shown.data, shown.human);
      }),
    );
}

function addCancel(sweep: Command, surroundings: Surroundings): void {
  sweep
    .command('cancel')
    .summary('stop a sweep and its trials')
    .description('Stop a sweep and its trials; nothing is registered.')
    .argument('<sweep>', 'its run', sweepId)
    .action(
      withContext(surroundings, async ({ api, printer }, run: string) => {
        const stopped = await api.post<SweepView>(`${pathOf(run)}/cancel`);
        printer.data(stopped, () => `Sweep ${run} is asked to stop.`);
      }),
    );
}

function addStop(sweep: Command, surroundings: Surroundings): void {
  sweep
    .command('stop')
    .summary('stop one trial early')
    .description('Stop one trial early; it ends as pruned and the sweep goes on.')
    .argument('<sweep>', 'its run', sweepId)
    .argument('<trial>', 'number of the trial', trialNumber)
    .action(
      withContext(surroundings, async ({ api, printer }, run: string, number: number) => {
        const trial = await api.post<TrialView>(`${pathOf(run)}/trials/${number}/stop`);
        printer.data(trial, () => `Trial ${number} of sweep ${run} is asked to stop.`);
      }),
    );
}

function pathOf(run: string): string {
  return `sweeps/${encodeURIComponent(run)}`;
}

function trialNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError('It must be a whole number from 0.');
}
