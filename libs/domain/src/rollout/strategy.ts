import type { Duration } from '../duration.js';
import type { Percent } from '../ids.js';
import type { HeaderMatch } from './header-route.js';
import type { RolloutMetricSpec, RolloutStepSpec } from './plan.js';
import { needsOf } from './rollout-metrics.js';

/** Equal steps, each held for `interval` before its analysis. Named after SageMaker's `LINEAR` traffic routing. */
export interface LinearStrategy {
  readonly stepSize: Percent;
  readonly interval: Duration;
}

/** Preview and shadow beside the champion, then all traffic at once. Field names follow Argo Rollouts. */
export interface BlueGreenStrategy {
  /** Who sees the challenger before the switch; `null`: nobody. */
  readonly preview: HeaderMatch | null;
  readonly shadow: ShadowPart;
  /** Metrics that must pass before the switch; absent: all that a shadow can show. */
  readonly prePromotionAnalysis?: { readonly metrics: readonly string[] };
  /** Metrics that must pass after it; absent: every guardrail with a hard limit and no margin. */
  readonly postPromotionAnalysis?: { readonly metrics: readonly string[] };
  /** False: a person says `promote` before the switch. */
  readonly autoPromotionEnabled: boolean;
}

/** The challenger is compared on the same requests, and users see it only as champion. */
export type ShadowOnlyStrategy = ShadowPart;

/** Two arms whose weights stay as they are until every deciding metric has `sample` observations per arm. */
export interface AbTestStrategy {
  readonly weight: Percent;
  readonly sample: number;
}

/** Copies of requests: percent of them, and how many there must be. */
export interface ShadowPart {
  readonly sample: Percent;
  readonly requests: number;
}

/** A strategy with its parameters. A `canary` has its steps written out. */
export type Strategy =
  | ({ readonly kind: 'linear' } & LinearStrategy)
  | ({ readonly kind: 'blueGreen' } & BlueGreenStrategy)
  | ({ readonly kind: 'shadowOnly' } & ShadowOnlyStrategy)
  | ({ readonly kind: 'abTest' } & AbTestStrategy);

type Metrics = { readonly [name: string]: RolloutMetricSpec };

/** What every strategy begins with where it does not say otherwise. */
export const usualShadow: ShadowPart = { sample: 100, requests: 200 };

/** Name of the header route under which a blue/green rollout shows its challenger. */
const previewRoute = 'preview';

/**
 * The steps of a strategy. Analyses name what `metrics` defines: in shadow and live its guardrails, and where it is
 * decided its decision metrics too. Every strategy begins in shadow, so that the first users are not the first test.
 */
export function expandStrategy(strategy: Strategy, metrics: Metrics): readonly RolloutStepSpec[] {
  if (strategy.kind === 'linear') return linear(strategy, metrics);
  if (strategy.kind === 'blueGreen') return blueGreen(strategy, metrics);
  if (strategy.kind === 'abTest') return abTest(strategy, metrics);
  return [shadow(strategy), analysis([...guardrails(metrics, 'shadow'), ...decisions(metrics, 'shadow')])];
}

function linear({ stepSize, interval }: LinearStrategy, metrics: Metrics): readonly RolloutStepSpec[] {
  const guards = guardrails(metrics, 'canary');
  const count = Math.max(1, Math.ceil(100 / stepSize - 1e-9) - 1);
  const weights = Array.from({ length: count }, (_, index) => Math.min(99, rounded((index + 1) * stepSize)));
  return [
    shadow(usualShadow),
    analysis(guardrails(metrics, 'shadow')),
    ...weights.flatMap((setWeight, index) => {
      const decides = index === weights.length - 1 ? decisions(metrics, 'canary') : [];
      return [{ setWeight }, { pause: { duration: interval } }, analysis([...guards, ...decides])];
    }),
  ];
}

function blueGreen(strategy: BlueGreenStrategy, metrics: Metrics): readonly RolloutStepSpec[] {
  const { preview, prePromotionAnalysis, postPromotionAnalysis, autoPromotionEnabled } = strategy;
  const before = prePromotionAnalysis?.metrics ?? [...guardrails(metrics, 'shadow'), ...decisions(metrics, 'shadow')];
  const after = postPromotionAnalysis?.metrics ?? alone(metrics);
  return [
    ...(preview === null ? [] : [{ setHeaderRoute: { name: previewRoute, match: [preview] } }]),
    shadow(strategy.shadow),
    analysis(before),
    ...(autoPromotionEnabled ? [] : [{ pause: {} }]),
    { setWeight: 100 },
    analysis(after),
  ];
}

function abTest({ weight }: AbTestStrategy, metrics: Metrics): readonly RolloutStepSpec[] {
  return [
    shadow(usualShadow),
    { setWeight: weight },
    analysis([...guardrails(metrics, 'canary'), ...decisions(metrics, 'canary')]),
  ];
}

/** The metrics with `sample` as the least sample of those that decide; without any, of every one: something has to. */
export function heldUntilSample(metrics: Metrics, sample: number): Metrics {
  const decided = Object.values(metrics).some(({ role }) => role === 'decision');
  return Object.fromEntries(
    Object.entries(metrics).map(([name, spec]) => {
      const holds = spec.role === 'decision' || !decided;
      return [name, holds ? { ...spec, minimumSample: Math.max(spec.minimumSample, sample) } : spec];
    }),
  );
}

function shadow({ sample, requests }: ShadowPart): RolloutStepSpec {
  return { shadow: { sample, until: { requests } } };
}

function analysis(metrics: readonly string[]): RolloutStepSpec {
  return { analysis: { metrics } };
}

function guardrails(metrics: Metrics, mode: 'shadow' | 'canary'): readonly string[] {
  return named(metrics, (name, { role }) => role === 'guardrail' && shows(name, mode));
}

function decisions(metrics: Metrics, mode: 'shadow' | 'canary'): readonly string[] {
  return named(metrics, (name, { role }) => role === 'decision' && shows(name, mode));
}

/** Guardrails that need no champion to be compared with. */
function alone(metrics: Metrics): readonly string[] {
  return named(
    metrics,
    (name, { role, margin }) => role === 'guardrail' && margin === undefined && shows(name, 'canary'),
  );
}

function named(metrics: Metrics, holds: (name: string, spec: RolloutMetricSpec) => boolean): readonly string[] {
  return Object.entries(metrics).flatMap(([name, spec]) => (holds(name, spec) ? [name] : []));
}

function shows(name: string, mode: 'shadow' | 'canary'): boolean {
  const needs = needsOf(name);
  return needs !== undefined && (needs.mode === 'both' || needs.mode === mode);
}

function rounded(percent: number): number {
  return Math.round(percent * 1e6) / 1e6;
}
