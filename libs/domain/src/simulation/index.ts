export { type ArmBehaviour, type Behaviour, behaviours, usualBehaviour } from './behaviour.js';
export {
  type ExpectedTraffic,
  forecast,
  type MetricForecast,
  type PlanForecast,
  type StepForecast,
} from './forecast.js';
export {
  type Effects,
  effectText,
  type Scenario,
  truthOf,
  usualScenarios,
  withEffects,
} from './scenario.js';
export { type SimulatedRollout, type Simulation, simulateRollout } from './simulate-rollout.js';
export { type StageShare, StageTraffic, type SyntheticTraffic } from './stage-traffic.js';
export { type ScenarioResult, type Share, type Spread, simulateScenario, tally } from './tally.js';
