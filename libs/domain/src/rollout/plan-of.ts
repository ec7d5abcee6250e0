import { milliseconds } from '../duration.js';
import type { ProjectSpec, ServingSpec } from '../project/project-spec.js';
import type { ServingPolicy } from '../traffic/split.js';
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
    policy: policyOf(serving),
    approval,
    ...(rollout.rollback === undefined ? {} : { rollback: rollout.rollback }),
    ...(rollout.freeze === undefined ? {} : { freeze: rollout.freeze }),
    ...(rollout.onNewVersion === undefined ? {} : { onNewVersion: rollout.onNewVersion }),
  };
}

/** What serving processes are told of `spec.serving`. */
function policyOf({ sla, baseline, batching, log, router }: ServingSpec): ServingPolicy {
  return {
    sla: { latencyMilliseconds: milliseconds(sla.latency), confidence: sla.confidence ?? null },
    ...(baseline?.version === undefined ? {} : { baselineVersion: baseline.version }),
    ...(router ? { isRouted: true as const } : {}),
    batching: { maximumRows: batching?.maxRows ?? defaultMaximumRows },
    log: { durability: log.durability ?? 'relaxed', sample: log.sample, redact: log.redact },
  };
}

const defaultMaximumRows = 64;
