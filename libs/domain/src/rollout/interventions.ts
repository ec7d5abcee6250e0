import type { RolloutPlan } from './plan.js';

/** What a person may do to the step in progress. */
export type InterventionKind = 'skip' | 'rerun';

/**
 * Why the step at `index` may not be skipped, in one clause; `undefined` when it may. What people and evidence have to
 * say is not skipped: an approval never, and the last analysis never, because only its stored PASS promotes (I4).
 */
export function skipProblem(plan: Pick<RolloutPlan, 'steps'>, index: number): string | undefined {
  const step = plan.steps[index];
  if (step === undefined) return 'no step is in progress';
  if ('approval' in step) return 'an approval is given or rejected, not skipped';
  if ('setWeight' in step || 'setHeaderRoute' in step) return 'a step that moves traffic is not skipped';
  const later = plan.steps.slice(index + 1).some((other) => 'analysis' in other);
  if ('analysis' in step && !later) return 'the last analysis is not skipped, because only its stored PASS promotes';
  return undefined;
}

/** Why the step at `index` may not be run again, in one clause; `undefined` when it may. */
export function rerunProblem(plan: Pick<RolloutPlan, 'steps'>, index: number): string | undefined {
  const step = plan.steps[index];
  if (step === undefined) return 'no step is in progress';
  if ('analysis' in step || 'shadow' in step || 'pause' in step) return undefined;
  return 'only an analysis, a shadow or a pause is run again';
}
