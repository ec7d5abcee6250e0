import { LaurelError } from '@laurel/contracts';
import type {
  RolledBack,
  RolloutAccepted,
  RolloutOrder,
  RolloutOrdered,
  RolloutOutcomeView,
  RolloutView,
  VersionView,
} from '@laurel/contracts/schemas';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type AddCommands, type Context, type Surroundings, withContext } from '../context.js';
import { followRollout } from '../follow/follow-rollout.js';
import { poll } from '../follow/poll.js';
import { outcomeText } from '../views/rollout-outcome.js';
import { addRolloutPlan } from './rollout-plan.js';

interface StartOptions {
  readonly wait?: boolean;
}

const orders: { readonly [order in RolloutOrder]: string } = {
  promote: 'make the challenger champion without waiting for the rest of the plan',
  abort: 'end the rollout and restore what was before it',
  pause: 'hold the rollout where it is',
  resume: 'let a held rollout go on',
  skip: 'end the step in progress without what it waits for; admins only, and never the last analysis',
  rerun: 'run the step in progress again, on what is seen from then on; admins only',
};

/** `rollout` and `rollback`. */
export const addRolloutCommands: AddCommands = (program, surroundings) => {
  const rollout = program
    .command('rollout')
    .summary('plan, start, watch and steer rollouts')
    .description('Plan, start, watch and steer the rollout of a version on an endpoint.');
  addRolloutPlan(rollout, surroundings);
  addStart(rollout, surroundings);
  addWatch(rollout, surroundings);
  addExplain(rollout, surroundings);
  for (const [order, summary] of Object.entries(orders)) addOrder(rollout, surroundings, { order, summary });
  addRollback(program, surroundings);
};

function addStart(rollout: Command, surroundings: Surroundings): void {
  rollout
    .command('start')
    .summary('roll a version out')
    .description('Roll a version out; without a version, the newest one whose gates passed.')
    .argument('<endpoint>', 'where to')
    .argument('[version]', 'number of the version', versionNumber)
    .option('--wait', 'follow the rollout to its end')
    .action(
      withContext(surroundings, async (context, endpoint: string, asked: number | undefined, options: StartOptions) => {
        const { api, printer } = context;
        const version = asked ?? (await newestPassed(context, endpoint));
        const accepted = await api.post<RolloutAccepted>(`${pathOf(endpoint)}/rollouts`, { version });
        if (options.wait !== true) {
          printer.data(
            accepted,
            () => `Rollout ${accepted.rollout} is asked for; see laurel rollout watch ${endpoint}.`,
          );
          return;
        }
        await poll(() => api.find(`${pathOf(endpoint)}/rollouts/${accepted.incarnation}`));
        const ended = await followRollout(context, { id: accepted.rollout, endpoint, ...accepted });
        printer.data(ended, () => `Version ${ended.challenger.version} is champion of ${endpoint}.`);
      }),
    );
}

function addWatch(rollout: Command, surroundings: Surroundings): void {
  rollout
    .command('watch')
    .summary('follow the rollout in progress')
    .description('Follow the newest rollout of an endpoint to its end; succeed only when it promotes.')
    .argument('<endpoint>', 'which endpoint', endpointOf)
    .action(
      withContext(surroundings, async (context, endpoint: string) => {
        const ended = await followRollout(context, await newest(context, endpoint));
        context.printer.data(ended, () => `Version ${ended.challenger.version} is champion of ${endpoint}.`);
      }),
    );
}

function addExplain(rollout: Command, surroundings: Surroundings): void {
  rollout
    .command('explain')
    .summary('say why a rollout ended as it did')
    .description('Say why a rollout ended, or stands, as it does, from its stored evidence; -o json has every look.')
    .argument('<rollout>', 'an endpoint, for its newest rollout, or ENDPOINT/NUMBER')
    .action(
      withContext(surroundings, async (context, name: string) => {
        const id = name.includes('/') ? name : (await newest(context, name)).id;
        const path = id.split('/').map(encodeURIComponent).join('/');
        const outcome = await context.api.get<RolloutOutcomeView>(`rollouts/${path}/outcome`);
        context.printer.data(outcome, () => outcomeText(outcome));
      }),
    );
}

function addOrder(
  rollout: Command,
  surroundings: Surroundings,
  { order, summary }: { readonly order: string; readonly summary: string },
): void {
  rollout
    .command(order)
    .summary(summary)
    .description(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`)
    .argument('<endpoint>', 'whose rollout in progress', endpointOf)
    .addOption(reasonOf(order))
    .action(
      withContext(surroundings, async (context, endpoint: string, { reason }: { readonly reason: string }) => {
        const { id, incarnation } = await newest(context, endpoint);
        const path = `${pathOf(endpoint)}/rollouts/${incarnation}/${order}`;
        const answer = await context.api.post<RolloutOrdered>(path, { reason });
        context.printer.data(answer, () => `Rollout ${id} has been told to ${order}.`);
      }),
    );
}

/** Who overrides a step has to say why. */
function reasonOf(order: string): Option {
  const option = new Option('--reason <text>', 'why, for the audit log');
  return order === 'skip' || order === 'rerun' ? option.makeOptionMandatory() : option.default('asked by hand');
}

/** The endpoint of a name, or of a rollout's id such as `churn/3`. */
function endpointOf(text: string): string {
  return text.replace(/\/\d+$/, '');
}

function addRollback(program: Command, surroundings: Surroundings): void {
  program
    .command('rollback')
    .summary('return to the champion before')
    .description('Make the champion before the present one champion again, at once.')
    .argument('<endpoint>', 'which endpoint')
    .option('--reason <text>', 'why, for the audit log', 'asked by hand')
    .action(
      withContext(surroundings, async ({ api, printer }, endpoint: string, { reason }: { readonly reason: string }) => {
        const answer = await api.post<RolledBack>(`${pathOf(endpoint)}/rollback`, { reason });
        const { version, semver } = answer.restored;
        printer.data(answer, () => `Version ${version} (${semver}) is champion of ${endpoint} again.`);
      }),
    );
}

function versionNumber(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be the number of a version, as in 3.');
}

function pathOf(endpoint: string): string {
  return `endpoints/${encodeURIComponent(endpoint)}`;
}

async function newest({ api }: Context, endpoint: string): Promise<RolloutView> {
  const [rollout] = await api.list<RolloutView>(`${pathOf(endpoint)}/rollouts`, 1);
  if (rollout !== undefined) return rollout;
  throw new LaurelError('NotFound', `Endpoint "${endpoint}" has had no rollout; start one with laurel rollout start.`);
}

async function newestPassed({ api }: Context, endpoint: string): Promise<number> {
  const projects = await api.list<{ readonly name: string; readonly endpoint: string }>('projects', 1000);
  const project = projects.find((item) => item.endpoint === endpoint);
  if (project === undefined) throw new LaurelError('NotFound', `No project declares an endpoint "${endpoint}".`);
  const versions = await api.list<VersionView>(`models/${encodeURIComponent(project.name)}/versions`, 100);
  const passed = versions.find(({ gatesPassed }) => gatesPassed);
  if (passed !== undefined) return passed.version;
  throw new LaurelError('GateFailed', `No version of ${project.name} has passed its gates; train one first.`);
}
