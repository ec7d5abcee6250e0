import { describeGate } from './gates.js';
import { describeHeaderRoute } from './header-routes.js';
import type { RolloutPlan, RolloutStepSpec } from './plan.js';

export type StepKind = 'shadow' | 'setWeight' | 'setHeaderRoute' | 'pause' | 'analysis' | 'approval' | 'gate';

/** Which kind of step it is; a step has exactly one of these as its only key. */
export function kindOf(step: RolloutStepSpec): StepKind {
  if ('shadow' in step) return 'shadow';
  if ('setWeight' in step) return 'setWeight';
  if ('setHeaderRoute' in step) return 'setHeaderRoute';
  if ('pause' in step) return 'pause';
  if ('analysis' in step) return 'analysis';
  if ('gate' in step) return 'gate';
  return 'approval';
}

/** A step in a few words, for people: Temporal's UI, the dashboard, the terminal. */
export function describeStep(step: RolloutStepSpec): string {
  if ('shadow' in step) return `shadow ${step.shadow.sample} % until ${step.shadow.until.requests} requests`;
  if ('setWeight' in step) return `canary ${step.setWeight} %`;
  if ('setHeaderRoute' in step) return describeHeaderRoute(step.setHeaderRoute);
  if ('pause' in step)
    return step.pause.duration === undefined ? 'pause until promoted' : `pause ${step.pause.duration}`;
  if ('analysis' in step) return `analysis of ${step.analysis.metrics.join(', ')}`;
  if ('gate' in step) return describeGate(step.gate);
  return `approval by ${step.approval.approvers}`;
}

/** The challenger's share in percent once the step at `index` has been taken; 0 before any weight. */
export function weightAfter(plan: Pick<RolloutPlan, 'steps'>, index: number): number {
  let weight = 0;
  for (const step of plan.steps.slice(0, index + 1)) {
    if ('setWeight' in step) weight = step.setWeight;
    if ('shadow' in step) weight = 0;
  }
  return weight;
}
