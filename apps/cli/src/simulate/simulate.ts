import {
  type ExpectedTraffic,
  type ModelProject,
  planOf,
  type RolloutPlan,
  randomFrom,
  type Scenario,
  type ScenarioResult,
  simulateScenario,
} from '@laurel/domain';

/** What a rollout is tried with. */
export interface Trial {
  readonly plan: RolloutPlan;
  readonly traffic: ExpectedTraffic;
  readonly scenarios: readonly Scenario[];
  readonly runs: number;
  readonly seed: number;
  readonly lookEverySeconds: number;
}

/** A tried policy: what was assumed and what came of it. */
export interface SimulationReport {
  readonly project: string;
  readonly traffic: ExpectedTraffic;
  readonly runs: number;
  readonly seed: number;
  readonly lookEverySeconds: number;
  readonly scenarios: readonly ScenarioResult[];
}

/** Simulates every scenario; each has its own stream of random numbers, so that adding one changes no other. */
export function simulate(project: ModelProject, trial: Trial, tell: (progress: string) => void): SimulationReport {
  const { plan, traffic, scenarios, runs, seed, lookEverySeconds } = trial;
  const results = scenarios.map((scenario, index) => {
    tell(`simulating ${scenario.name}`);
    return simulateScenario(
      {
        plan,
        traffic: { ...traffic, challenger: traffic.champion },
        lookEverySeconds,
        random: randomFrom(seed + 7_919 * index),
      },
      { scenario, runs },
    );
  });
  return { project: project.metadata.name, traffic, runs, seed, lookEverySeconds, scenarios: results };
}

/** The plan of a project. */
export function planOfProject(project: ModelProject): RolloutPlan {
  return planOf(project.spec);
}

/** Looks of a rollout that lasts as long as is expected: as close together as the watcher's where they are few. */
export function lookSpacing(expectedSeconds: number): number {
  return Math.max(1, Math.ceil(expectedSeconds / 100));
}
