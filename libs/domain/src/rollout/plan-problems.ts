import { parseDuration } from '../duration.js';
import { nearest } from '../text/nearest.js';
import type { RolloutMetricSpec, RolloutPlan, RolloutStepSpec } from './plan.js';
import { needsOf, type RolloutMetricNeeds, rolloutMetricNames } from './rollout-metrics.js';

/** What a plan is judged by: its steps, its metrics and, where known, its deadline. */
export type JudgedPlan = Pick<RolloutPlan, 'steps' | 'metrics'> & Partial<Pick<RolloutPlan, 'deadline'>>;

/** Traffic of the challenger between two steps. */
interface Stage {
  readonly mode: 'none' | 'shadow' | 'canary';
  readonly weight: number;
}

/** What is wrong with a rollout's plan, one sentence each; empty for one that can run and can promote. */
export function planProblems(plan: JudgedPlan): string[] {
  const problems = Object.entries(plan.metrics).flatMap(([name, spec]) => metricProblems(name, spec));
  let stage: Stage = { mode: 'none', weight: 0 };
  for (const [index, step] of plan.steps.entries()) {
    problems.push(...stepProblems({ plan, step, stage }).map((text) => `step ${index + 1}: ${text}`));
    stage = after(stage, step);
  }
  const weighs = plan.steps.some((step) => 'setWeight' in step);
  if (weighs && !plan.steps.some((step) => 'analysis' in step)) {
    problems.push('a plan that gives a canary weight needs at least one analysis, or it can never promote');
  }
  if (plan.deadline !== undefined && !isPositiveDuration(plan.deadline)) {
    problems.push(`the deadline must be a duration such as 6h, it is "${plan.deadline}"`);
  }
  return problems;
}

function after(stage: Stage, step: RolloutStepSpec): Stage {
  if ('shadow' in step) return { mode: 'shadow', weight: 0 };
  if ('setWeight' in step) return { mode: step.setWeight > 0 ? 'canary' : 'none', weight: step.setWeight };
  return stage;
}

interface StepInPlan {
  readonly plan: JudgedPlan;
  readonly step: RolloutStepSpec;
  readonly stage: Stage;
}

function stepProblems({ plan, step, stage }: StepInPlan): string[] {
  if ('setWeight' in step) return weightProblems(step.setWeight, stage);
  if ('shadow' in step) return shadowProblems(step.shadow, stage);
  if ('analysis' in step) return analysisProblems({ plan, names: step.analysis.metrics, stage });
  if ('pause' in step) {
    const { duration } = step.pause;
    if (duration === undefined || isPositiveDuration(duration)) return [];
    return [`a pause's duration must be a duration such as 1m, it is "${duration}"`];
  }
  return isCount(step.approval.approvers)
    ? []
    : [`approvers must be a whole number from 1, not ${step.approval.approvers}`];
}

function weightProblems(weight: number, stage: Stage): string[] {
  if (!(weight > 0 && weight <= 100)) return [`setWeight must be above 0 and at most 100, it is ${weight}`];
  if (weight < stage.weight) return [`setWeight must not shrink the canary from ${stage.weight} to ${weight}`];
  return [];
}

function shadowProblems(
  shadow: { readonly sample: number; readonly until: { readonly requests: number } },
  stage: Stage,
) {
  const problems: string[] = [];
  if (!(shadow.sample > 0 && shadow.sample <= 100)) {
    problems.push(`a shadow's sample must be above 0 and at most 100, it is ${shadow.sample}`);
  }
  if (!isCount(shadow.until.requests)) {
    problems.push(`a shadow's requests must be a whole number from 1, not ${shadow.until.requests}`);
  }
  if (stage.weight > 0) problems.push('a shadow must come before the first setWeight, it would take the canary back');
  return problems;
}

function analysisProblems(input: {
  readonly plan: JudgedPlan;
  readonly names: readonly string[];
  readonly stage: Stage;
}): string[] {
  const { plan, names, stage } = input;
  if (names.length === 0) return ['an analysis must name at least one metric'];
  const { mode, weight } = stage;
  if (mode === 'none') return ['an analysis needs a shadow or a setWeight before it, there is nothing to observe yet'];
  return names.flatMap((name) => {
    if (!Object.hasOwn(plan.metrics, name)) {
      const near = nearest(name, Object.keys(plan.metrics));
      return [`metric "${name}" is not defined under metrics${near === null ? '' : `; did you mean "${near}"?`}`];
    }
    const needs = needsOf(name);
    if (needs === undefined) return [];
    if (needs.mode !== 'both' && needs.mode !== mode)
      return [`metric "${name}" can only be observed in a ${needs.mode} stage`];
    if (weight === 100 && plan.metrics[name]?.margin !== undefined) {
      return [`metric "${name}" has no champion to be compared with at weight 100`];
    }
    return [];
  });
}

function metricProblems(name: string, spec: RolloutMetricSpec): string[] {
  const needs = needsOf(name);
  if (needs === undefined) {
    const near = nearest(name, rolloutMetricNames);
    return [
      `metric "${name}" is unknown; ${near === null ? `known are ${rolloutMetricNames.join(', ')}` : `did you mean "${near}"?`}`,
    ];
  }
  const problems = [
    ...limitProblems('margin', spec.margin, needs),
    ...limitProblems('hardLimit', spec.hardLimit, needs),
  ];
  if (spec.direction !== needs.direction) problems.push(`direction must be ${needs.direction}, not ${spec.direction}`);
  if (!isCount(spec.minimumSample))
    problems.push(`minimumSample must be a whole number from 1, not ${spec.minimumSample}`);
  if (spec.maturity !== undefined && parseDuration(spec.maturity) === undefined) {
    problems.push(`maturity must be a duration such as 5m, it is "${spec.maturity}"`);
  }
  if (spec.margin === undefined && spec.hardLimit === undefined)
    problems.push('needs a margin or a hardLimit to be held against');
  if (spec.margin !== undefined && needs.arms === 'challenger') {
    problems.push('has no value of the champion to hold a margin against; give it a hardLimit');
  }
  return [...problems, ...riskProblems(spec)].map((text) => `metric "${name}": ${text}`);
}

function riskProblems({
  rule,
  margin,
  hardLimit,
  alpha,
  power,
  looks,
  maximumSample,
  minimumSample,
}: RolloutMetricSpec): string[] {
  const problems: string[] = [];
  if (rule === 'superior' && margin === undefined) {
    problems.push('the rule superior compares with the champion; give it a margin, the gain that is worth finding');
  }
  if (margin === 0 && maximumSample === undefined) {
    problems.push('a margin of 0 cannot be shown with any finite sample; give it a margin above 0 or a maximumSample');
  }
  if (hardLimit === 0 && margin === undefined) {
    problems.push('a hardLimit of 0 cannot be shown with any finite sample; give it one above 0, or a margin');
  }
  if (alpha !== undefined && !(alpha > 0 && alpha <= 0.5)) {
    problems.push(`alpha must be above 0 and at most 0.5, it is ${alpha}`);
  }
  if (power !== undefined && !(power >= 0.5 && power < 1)) {
    problems.push(`power must be at least 0.5 and below 1, it is ${power}`);
  }
  if (looks !== undefined && !(isCount(looks) && looks <= mostLooks)) {
    problems.push(`looks must be a whole number from 1 to ${mostLooks}, not ${looks}`);
  }
  if (maximumSample !== undefined && !(isCount(maximumSample) && maximumSample >= minimumSample)) {
    problems.push(
      `maximumSample must be a whole number from minimumSample (${minimumSample}) on, not ${maximumSample}`,
    );
  }
  return problems;
}

const mostLooks = 100;

function limitProblems(key: string, limit: number | string | undefined, { unit }: RolloutMetricNeeds): string[] {
  if (limit === undefined) return [];
  if (typeof limit === 'number') return limit >= 0 ? [] : [`${key} must not be negative, it is ${limit}`];
  if (unit !== 'milliseconds') return [`${key} must be a number, not the duration "${limit}"`];
  return parseDuration(limit) === undefined ? [`${key} must be a duration such as 10ms, it is "${limit}"`] : [];
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
}

function isPositiveDuration(text: string): boolean {
  return (parseDuration(text) ?? 0) > 0;
}
