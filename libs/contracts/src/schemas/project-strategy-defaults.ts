import {
  expandStrategy,
  heldUntilSample,
  type RolloutMetricSpec,
  type RolloutSpec,
  type Strategy,
  type StrategyName,
  type Task,
  usualShadow,
} from '@laurel/domain';

/** Parameters of strategies as written; those of the strategy in use have their defaults. */
type Declared = Partial<Pick<RolloutSpec, 'linear' | 'blueGreen' | 'shadowOnly' | 'abTest'>> & {
  readonly strategy: StrategyName;
};

type Metrics = RolloutSpec['metrics'];

const errorRate: RolloutMetricSpec = { role: 'guardrail', direction: 'lower', margin: 0.01, minimumSample: 200 };
const latencyP99: RolloutMetricSpec = { role: 'guardrail', direction: 'lower', margin: '10ms', minimumSample: 200 };
const disagreement: RolloutMetricSpec = { role: 'guardrail', direction: 'lower', hardLimit: 0.3, minimumSample: 200 };
const accuracy: RolloutMetricSpec = {
  role: 'decision',
  direction: 'higher',
  margin: 0.03,
  minimumSample: 400,
  maturity: '5m',
};
/** After a switch of all traffic nobody is left to compare with: only a limit can be held against. */
const errorRateAlone: RolloutMetricSpec = {
  role: 'guardrail',
  direction: 'lower',
  hardLimit: 0.05,
  minimumSample: 200,
};

/**
 * Metrics of a rollout that names none. Classes are compared in shadow and their accuracy decides. Numbers always differ,
 * and no margin fits every unit, so a regression is decided by errors and latency until its project gives
 * `meanAbsoluteError` a margin.
 */
export function usualMetrics(task: Task, strategy: StrategyName): Metrics {
  const guards = { errorRate: strategy === 'blueGreen' ? errorRateAlone : errorRate, latencyP99 };
  return task === 'regression' ? guards : { ...guards, disagreement, accuracy };
}

/** The strategy in use with all of its parameters; `undefined` for a canary, whose steps are written out. */
export function strategyOf({ strategy, linear, blueGreen, shadowOnly, abTest }: Declared): Strategy | undefined {
  if (strategy === 'linear') return { kind: 'linear', stepSize: 20, interval: '1m', ...linear };
  if (strategy === 'shadowOnly') return { kind: 'shadowOnly', ...usualShadow, ...shadowOnly };
  if (strategy === 'abTest') return { kind: 'abTest', weight: 50, sample: 1_000, ...abTest };
  if (strategy === 'canary') return undefined;
  return { kind: 'blueGreen', preview: null, shadow: usualShadow, autoPromotionEnabled: true, ...blueGreen };
}

/** Steps and metrics that a strategy makes of its parameters and the metrics there are. */
export function expanded(strategy: Strategy, metrics: Metrics): Pick<RolloutSpec, 'steps' | 'metrics'> {
  const held = strategy.kind === 'abTest' ? heldUntilSample(metrics, strategy.sample) : metrics;
  return { steps: expandStrategy(strategy, held), metrics: held };
}
