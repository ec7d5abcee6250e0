import { parseDuration } from '../duration.js';
import type { RolloutMetricSpec, RolloutPlan } from '../rollout/plan.js';
import { riskOf } from '../rollout/risk.js';
import { normalQuantile } from '../statistics/distributions.js';
import { type ArmBehaviour, type Behaviour, behaviours } from './behaviour.js';
import { perItemVariance } from './per-item-variance.js';

/** One metric of a plan, at the champion's share of the traffic. */
export interface PlannedMetric {
  readonly name: string;
  readonly spec: RolloutMetricSpec;
  readonly plan: Pick<RolloutPlan, 'metrics'>;
  readonly champion: ArmBehaviour;
  /** Observations of the champion for each of the challenger. */
  readonly ratio: number;
}

/** What a metric's plan comes to with this champion. */
export interface PlannedSample {
  /** Observations of the challenger with which the plan ends at the latest; `null` where it cannot be said. */
  readonly sample: number | null;
  /** Smallest difference that they show with the plan's power; `null` where only a limit is judged. */
  readonly detectable: number | null;
}

const unknown: PlannedSample = { sample: null, detectable: null };

/**
 * The sample of a metric's plan, as the looks plan it: as many as show its margin (or half its limit) with its power, never fewer
 * than its minimum, and its maximum where it has one.
 */
export function plannedSample(metric: PlannedMetric): PlannedSample {
  const { name, spec, plan } = metric;
  if (!isBehaviour(name)) return unknown;
  const { drift, alpha } = riskOf(spec, Object.values(plan.metrics));
  const margin = limitOf(spec.margin);
  const unit = margin === null ? limitError(name, spec) : marginError(metric, name, margin);
  const effect = margin ?? unit?.effect ?? 0;
  if (unit === null || (effect === 0 && spec.maximumSample === undefined)) return unknown;
  const wanted = spec.maximumSample ?? (unit.perItem * drift ** 2) / effect ** 2;
  const sample = Math.ceil(Math.max(wanted, spec.minimumSample, leastSample(name, alpha)));
  return { sample, detectable: margin === null ? null : drift * Math.sqrt(unit.perItem / sample) };
}

interface UnitError {
  /** Squared standard error times the challenger's sample. */
  readonly perItem: number;
  readonly effect: number;
}

/** Of the difference between the arms, the challenger at the margin. */
function marginError({ spec, champion, ratio }: PlannedMetric, name: Behaviour, margin: number): UnitError {
  const isShare = name === 'errorRate' || name === 'accuracy' || name === 'disagreement';
  const worse = spec.direction === 'lower' ? margin : -margin;
  const atMargin = isShare ? { ...champion, [name]: Math.min(1, Math.max(0, champion[name] + worse)) } : champion;
  const perItem = perItemVariance(name, atMargin) + perItemVariance(name, champion) / ratio;
  return { perItem, effect: margin };
}

/** Of the share beyond a hard limit, which is planned to be half of what the limit lets pass. */
function limitError(name: Behaviour, { hardLimit, direction }: RolloutMetricSpec): UnitError | null {
  const limit = limitOf(hardLimit);
  if (limit === null || name === 'meanAbsoluteError') return null;
  const share = name in tails ? tails[name as keyof typeof tails] : direction === 'lower' ? limit : 1 - limit;
  return { perItem: share * (1 - share), effect: share / 2 };
}

/** Shares of requests slower than the quantile. */
const tails = { latencyP50: 0.5, latencyP99: 0.01 } as const;

/** Fewest observations of which a quantile has a bound, with half as many again. */
function leastSample(name: Behaviour, alpha: number): number {
  if (!(name in tails)) return 0;
  const tail = tails[name as keyof typeof tails];
  return (1.5 * normalQuantile(1 - alpha) ** 2 * (1 - tail)) / tail;
}

function isBehaviour(name: string): name is Behaviour {
  return (behaviours as readonly string[]).includes(name);
}

/** A margin or a limit as a number, latencies in milliseconds; `null` without one. */
export function limitOf(limit: number | string | undefined): number | null {
  if (limit === undefined) return null;
  return typeof limit === 'number' ? limit : (parseDuration(limit) ?? null);
}
