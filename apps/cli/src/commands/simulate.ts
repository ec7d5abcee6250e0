import { effectText, forecast, type Scenario, truthOf, usualScenarios } from '@laurel/domain';
import { type AddCommands, type Context, withContext } from '../context.js';
import { namedProject } from '../input/project-file.js';
import { collect, numbersOf, type TrafficOptions, withTrafficOptions } from '../input/traffic-options.js';
import { trafficOf } from '../simulate/expected-traffic.js';
import { lookSpacing, planOfProject, simulate } from '../simulate/simulate.js';
import { simulationText } from '../views/simulation.js';

/** Requests a second where nobody says how many. */
const usualRate = 20;

interface SimulateOptions extends TrafficOptions {
  readonly effect: readonly string[];
}

/** `simulate`. */
export const addSimulateCommands: AddCommands = (program, surroundings) => {
  const simulateCommand = program
    .command('simulate')
    .summary('try a policy on made-up traffic')
    .description('Try a policy on made-up traffic, without a server.');
  const command = simulateCommand
    .command('rollout')
    .summary('try the rollout of a project on made-up traffic')
    .description(
      'Try the rollout of a project on made-up traffic, with the functions that decide live: how often a challenger is ' +
        'promoted and rolled back that is no different, or worse by twice the margin of each metric; how long it takes; ' +
        'how many requests of users it answers.',
    )
    .argument('<project>', 'a project file, its folder, or the name of an applied project')
    .option(
      '--effect <metric=difference...>',
      'try this challenger instead: errorRate=+0.01 latencyP99=+20ms',
      collect,
      [],
    );
  withTrafficOptions(command).action(withContext(surroundings, run));
};

async function run(context: Context, name: string, options: SimulateOptions): Promise<void> {
  const project = await namedProject(context, name);
  const plan = planOfProject(project);
  const traffic = trafficOf(options, options.requestsPerSecond ?? usualRate);
  const judged = { plan, champion: traffic.champion };
  const scenarios = options.effect.length === 0 ? usualScenarios(judged) : [asked(judged, options)];
  const lookEverySeconds = lookSpacing(forecast(plan, traffic).seconds);
  const { printer } = context;
  const trial = { plan, traffic, scenarios, ...options, lookEverySeconds };
  const report = simulate(project, trial, (text) => printer.progress(text, { minor: true }));
  printer.settle();
  printer.data(report, () => simulationText(report, printer));
}

function asked(judged: Parameters<typeof truthOf>[0], { effect }: SimulateOptions): Scenario {
  const effects = numbersOf(effect);
  const name = Object.entries(effects)
    .map(([metric, value]) => `${metric} ${effectText(metric as keyof typeof effects, value)}`)
    .join(', ');
  return { name, effects, truth: truthOf(judged, effects) };
}
