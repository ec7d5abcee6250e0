import { sampleQuantile } from '../statistics/bootstrap.js';
import { type Interval, wilson } from '../statistics/intervals.js';
import { type Scenario, withEffects } from './scenario.js';
import { type SimulatedRollout, type Simulation, simulateRollout } from './simulate-rollout.js';

/** A count of rollouts as a share, with its 95 % interval. */
export interface Share extends Interval {
  readonly count: number;
  readonly share: number;
}

/** Middle and tail of a count or a time over the rollouts of a scenario. */
export interface Spread {
  readonly median: number;
  readonly p95: number;
}

/** What came of many rollouts of the same scenario. */
export interface ScenarioResult extends Scenario {
  readonly runs: number;
  readonly promoted: Share;
  readonly rolledBack: Share;
  readonly undecided: Share;
  /** `promoted` where the challenger is harmful, `rolledBack` where it is not. */
  readonly wrong: Share;
  /** Of rollouts that were decided; `null` if none was. */
  readonly secondsToDecision: Spread | null;
  /** Requests of users that the challenger answered. */
  readonly exposed: Spread;
}

/** Simulates `runs` rollouts of one scenario. */
export function simulateScenario(
  simulation: Simulation,
  { scenario, runs }: { readonly scenario: Scenario; readonly runs: number },
): ScenarioResult {
  const { champion } = simulation.traffic;
  const traffic = { ...simulation.traffic, challenger: withEffects(champion, scenario.effects) };
  const rollouts = Array.from({ length: runs }, () => simulateRollout({ ...simulation, traffic }));
  return tally(scenario, rollouts);
}

/** Counts the ends of rollouts of one scenario. */
export function tally(scenario: Scenario, rollouts: readonly SimulatedRollout[]): ScenarioResult {
  const runs = rollouts.length;
  const shareOf = (outcome: SimulatedRollout['outcome']): Share => {
    const count = rollouts.filter((rollout) => rollout.outcome === outcome).length;
    return { count, share: runs === 0 ? 0 : count / runs, ...wilson({ successes: count, n: runs }) };
  };
  const decided = rollouts.filter(({ outcome }) => outcome !== 'undecided').map(({ seconds }) => seconds);
  const [promoted, rolledBack] = [shareOf('promoted'), shareOf('rolledBack')];
  return {
    ...scenario,
    runs,
    promoted,
    rolledBack,
    undecided: shareOf('undecided'),
    wrong: scenario.truth === 'harmful' ? promoted : rolledBack,
    secondsToDecision: decided.length === 0 ? null : spreadOf(decided),
    exposed: spreadOf(rollouts.map(({ exposed }) => exposed)),
  };
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: sampleQuantile(sorted, 0.5), p95: sampleQuantile(sorted, 0.95) };
}
