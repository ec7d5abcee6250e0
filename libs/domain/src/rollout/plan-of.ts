import type { ProjectSpec } from '../project/project-spec.js';
import type { RolloutPlan } from './plan.js';

/** The plan a rollout of this project follows, with every number it needs. */
export function planOf(spec: ProjectSpec): RolloutPlan {
  const { rollout, approval, serving } = spec;
  return {
    steps: rollout.steps,
    metrics: rollout.metrics,
    stickyKey: rollout.stickyKey,
    deadline: rollout.deadline,
    baseline: serving.baseline?.constant ?? null,
    approval: { required: approval.required, approvers: approval.approvers, expiresAfter: approval.expiresAfter },
  };
}
