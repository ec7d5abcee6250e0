import type { EvaluationSpec, ModelProject, RolloutSpec, RolloutStepSpec, SweepSpec, Task } from '@laurel/domain';
import type { DeclaredProject } from './project.js';
import { expanded, strategyOf, usualMetrics } from './project-strategy-defaults.js';
import { type DeclaredSweep, usualEarlyStopping } from './project-sweep.js';

/** Metric a task is judged by when the project names none. */
export const usualPrimary: { readonly [Kind in Task]: EvaluationSpec['primary'] } = {
  binary: { metric: 'rocAuc', goal: 'maximize' },
  multiclass: { metric: 'accuracy', goal: 'maximize' },
  regression: { metric: 'meanAbsoluteError', goal: 'minimize' },
};

/**
 * The usual canary: all traffic in shadow until 200 requests, then 10 %, then half, each with its analysis. Classes are
 * compared in shadow and their accuracy decides.
 */
function usualSteps(task: Task): readonly RolloutStepSpec[] {
  const classes = task !== 'regression';
  return [
    { shadow: { sample: 100, until: { requests: 200 } } },
    { analysis: { metrics: classes ? ['disagreement', 'latencyP99'] : ['errorRate', 'latencyP99'] } },
    { setWeight: 10 },
    { analysis: { metrics: ['errorRate', 'latencyP99'] } },
    { setWeight: 50 },
    { analysis: { metrics: classes ? ['errorRate', 'latencyP99', 'accuracy'] : ['errorRate', 'latencyP99'] } },
  ];
}

/** Fills in what depends on other fields. */
export function complete(declared: DeclaredProject): ModelProject {
  const { spec, metadata } = declared;
  const primary = spec.evaluation.primary ?? usualPrimary[spec.task];
  return {
    ...declared,
    spec: {
      ...spec,
      sweep: spec.sweep && sweepOf(spec.sweep, primary),
      evaluation: { ...spec.evaluation, primary },
      serving: { ...spec.serving, endpoint: spec.serving.endpoint ?? metadata.name },
      rollout: { ...spec.rollout, ...rolloutOf(spec) },
    },
  };
}

function sweepOf(declared: DeclaredSweep, primary: EvaluationSpec['primary']): SweepSpec {
  const stops = declared.algorithm === 'asha' || declared.algorithm === 'hyperband';
  return {
    ...declared,
    objectives: declared.objectives ?? [primary],
    earlyStopping: declared.earlyStopping ?? (stops ? usualEarlyStopping : null),
  };
}

/** Steps and metrics as written; where one of them is not, the usual ones, with the metrics that are written. */
function rolloutOf({ task, rollout }: DeclaredProject['spec']): Pick<RolloutSpec, 'steps' | 'metrics'> {
  const { steps } = rollout;
  if (steps !== undefined && rollout.metrics !== undefined) return { steps, metrics: rollout.metrics };
  const metrics = { ...usualMetrics(task, rollout.strategy), ...rollout.metrics };
  if (steps !== undefined) return { steps, metrics };
  const strategy = strategyOf(rollout);
  return strategy === undefined ? { steps: usualSteps(task), metrics } : expanded(strategy, metrics);
}
