import { forecast, usualScenarios } from '@laurel/domain';
import type { Command } from 'commander';
import { type Context, type Surroundings, withContext } from '../context.js';
import { namedProject } from '../input/project-file.js';
import { type TrafficOptions, withTrafficOptions } from '../input/traffic-options.js';
import { rateOf, trafficOf } from '../simulate/expected-traffic.js';
import { lookSpacing, planOfProject, simulate } from '../simulate/simulate.js';
import { rolloutPlanText } from '../views/rollout-plan.js';

/** `rollout plan`. */
export function addRolloutPlan(rollout: Command, surroundings: Surroundings): void {
  const command = rollout
    .command('plan')
    .summary('show what a rollout would take and risk')
    .description(
      "Show, before anything moves, a project's rollout: its steps, how long they take at current traffic, the harm " +
        'each metric can tell, and by simulation the risk of each wrong decision.',
    )
    .argument('<project>', 'a project file, its folder, or the name of an applied project');
  withTrafficOptions(command).action(withContext(surroundings, show));
}

async function show(context: Context, name: string, options: TrafficOptions): Promise<void> {
  const project = await namedProject(context, name);
  const plan = planOfProject(project);
  const traffic = trafficOf(options, await rateOf(context, project, options));
  const expected = forecast(plan, traffic);
  const trial = {
    plan,
    traffic,
    scenarios: usualScenarios({ plan, champion: traffic.champion }),
    ...options,
    lookEverySeconds: lookSpacing(expected.seconds),
  };
  const { printer } = context;
  const risks = simulate(project, trial, (text) => printer.progress(text, { minor: true }));
  printer.settle();
  const report = { ...risks, forecast: expected };
  printer.data(report, () => rolloutPlanText(report, printer));
}
