import type {
  EvaluationSpec,
  ModelProject,
  RolloutMetricSpec,
  RolloutSpec,
  RolloutStepSpec,
  SweepSpec,
  Task,
} from '@laurel/domain';
import type { DeclaredProject } from './project.js';
import { type DeclaredSweep, usualEarlyStopping } from './project-sweep.js';

/** Metric a task is judged by when the project names none. */
export const usualPrimary: { readonly [Kind in Task]: EvaluationSpec['primary'] } = {
  binary: { metric: 'rocAuc', goal: 'maximize' },
  multiclass: { metric: 'accuracy', goal: 'maximize' },
  regression: { metric: 'meanAbsoluteError', goal: 'minimize' },
};

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

/**
 * The usual rollout: all traffic in shadow until 200 requests, then 10 %, then half, each with its analysis; for
 * `shadowOnly`, the shadow alone. Classes are compared in shadow and their accuracy decides. Numbers always differ, and
 * no margin fits every unit, so a regression is decided by errors and latency until its project gives
 * `meanAbsoluteError` a margin.
 */
export function usualRollout(task: Task, strategy: RolloutSpec['strategy']): Pick<RolloutSpec, 'steps' | 'metrics'> {
  const classes = task !== 'regression';
  const steps: readonly RolloutStepSpec[] = [
    { shadow: { sample: 100, until: { requests: 200 } } },
    { analysis: { metrics: classes ? ['disagreement', 'latencyP99'] : ['errorRate', 'latencyP99'] } },
    { setWeight: 10 },
    { analysis: { metrics: ['errorRate', 'latencyP99'] } },
    { setWeight: 50 },
    { analysis: { metrics: classes ? ['errorRate', 'latencyP99', 'accuracy'] : ['errorRate', 'latencyP99'] } },
  ];
  return {
    steps: strategy === 'shadowOnly' ? steps.slice(0, 2) : steps,
    metrics: classes ? { errorRate, latencyP99, disagreement, accuracy } : { errorRate, latencyP99 },
  };
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
  const usual = usualRollout(task, rollout.strategy);
  if (rollout.steps !== undefined && rollout.metrics !== undefined) {
    return { steps: rollout.steps, metrics: rollout.metrics };
  }
  return { steps: rollout.steps ?? usual.steps, metrics: { ...usual.metrics, ...rollout.metrics } };
}
