import type { RolloutMetricSpec, RolloutPlan } from '../rollout/plan.js';
import { needsOf } from '../rollout/rollout-metrics.js';
import { type ArmBehaviour, type Behaviour, behaviours } from './behaviour.js';
import { limitOf } from './planned-sample.js';

/** How far a challenger is from its champion in what is set. */
export type Effects = { readonly [name in Behaviour]?: number };

/** One thing that may be true of a challenger, and whether it ought to be promoted. */
export interface Scenario {
  readonly name: string;
  readonly effects: Effects;
  /** `harmful`: beyond a margin or a hard limit of the plan. */
  readonly truth: 'harmless' | 'harmful';
}

/** The challenger's behaviour: the champion's with `effects` added, kept within what is possible. */
export function withEffects(champion: ArmBehaviour, effects: Effects): ArmBehaviour {
  const moved = { ...champion };
  for (const name of behaviours) moved[name] = Math.max(0, champion[name] + (effects[name] ?? 0));
  for (const name of ['errorRate', 'accuracy', 'disagreement'] as const) moved[name] = Math.min(1, moved[name]);
  return { ...moved, latencyP99: Math.max(moved.latencyP99, 1.05 * moved.latencyP50) };
}

/** A plan with what is known of its champion. */
interface Judged {
  readonly plan: Pick<RolloutPlan, 'metrics'>;
  readonly champion: ArmBehaviour;
}

/** Whether a challenger with these effects is one that the plan means to keep out. */
export function truthOf({ plan, champion }: Judged, effects: Effects): Scenario['truth'] {
  const challenger = withEffects(champion, effects);
  const harmful = behaviours.some((name) => {
    const spec = Object.hasOwn(plan.metrics, name) ? plan.metrics[name] : undefined;
    if (spec === undefined) return false;
    const sign = spec.direction === 'lower' ? 1 : -1;
    const [margin, hardLimit] = [limitOf(spec.margin), limitOf(spec.hardLimit)];
    const worse = sign * (challenger[name] - champion[name]);
    return (margin !== null && worse > margin) || (hardLimit !== null && sign * (challenger[name] - hardLimit) > 0);
  });
  return harmful ? 'harmful' : 'harmless';
}

/**
 * What a plan is tried against unless told otherwise: a challenger that is no different, and for each of its metrics
 * one that is worse by twice the margin (or, without a margin, half as much again beyond the hard limit).
 */
export function usualScenarios({ plan, champion }: Judged): readonly Scenario[] {
  const harms = behaviours.flatMap((name): Scenario[] => {
    const spec = Object.hasOwn(plan.metrics, name) ? plan.metrics[name] : undefined;
    const distance = spec === undefined ? 0 : harmOf({ spec, name, champion });
    if (distance === 0) return [];
    return [{ name: `${name} ${effectText(name, distance)}`, effects: { [name]: distance }, truth: 'harmful' }];
  });
  return [{ name: 'no difference', effects: {}, truth: 'harmless' }, ...harms];
}

function harmOf(input: {
  readonly spec: RolloutMetricSpec;
  readonly name: Behaviour;
  readonly champion: ArmBehaviour;
}): number {
  const { spec, name, champion } = input;
  const sign = spec.direction === 'lower' ? 1 : -1;
  const [margin, hardLimit] = [limitOf(spec.margin), limitOf(spec.hardLimit)];
  if (margin !== null && margin > 0) return sign * 2 * margin;
  if (hardLimit === null) return 0;
  const limit = spec.direction === 'lower' ? 1.5 * hardLimit : hardLimit / 1.5;
  return limit - champion[name];
}

/** An effect with its sign and unit: `+0.01`, `-20 ms`. */
export function effectText(name: Behaviour, effect: number): string {
  const unit = needsOf(name)?.unit === 'milliseconds' ? ' ms' : '';
  return `${effect < 0 ? '' : '+'}${Number(effect.toPrecision(4))}${unit}`;
}
