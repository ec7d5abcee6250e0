import type { GateSpec, ProjectSpec, ThresholdGateSpec } from '@laurel/domain';
import { evaluationMetricsOf, fairnessMetrics } from './evaluation-metrics.js';
import { type Finding, unknownWord, wrongValue } from './project-problem.js';

/** What `spec.evaluation.primary` cannot mean. */
export function primaryFindings({ task, evaluation }: ProjectSpec): readonly Finding[] {
  const known: readonly string[] = evaluationMetricsOf[task];
  const { metric } = evaluation.primary;
  return known.includes(metric) ? [] : [unknownWord(['spec', 'evaluation', 'primary', 'metric'], metric, known)];
}

/** What `spec.evaluation.gates` cannot mean. */
export function gateFindings(spec: ProjectSpec): readonly Finding[] {
  return spec.evaluation.gates.flatMap((gate, index) => {
    const path = ['spec', 'evaluation', 'gates', index];
    return [
      ...metricFindings(gate, { spec, path }),
      ...('against' in gate ? [] : thresholdFindings(gate, { spec, path })),
    ];
  });
}

interface At {
  readonly spec: ProjectSpec;
  readonly path: readonly PropertyKey[];
}

function metricFindings(gate: GateSpec, { spec, path }: At): readonly Finding[] {
  const measured = evaluationMetricsOf[spec.task];
  const groups = spec.task === 'binary' ? fairnessMetrics : [];
  const known = 'against' in gate ? pairedMetrics(gate.test, measured) : [...measured, ...groups];
  return known.includes(gate.metric) ? [] : [unknownWord([...path, 'metric'], gate.metric, known)];
}

/** Metrics that have a value per row, which a paired test compares. */
function pairedMetrics(test: 'pairedT' | 'mcnemar', measured: readonly string[]): readonly string[] {
  const perRow = test === 'mcnemar' ? ['accuracy'] : ['accuracy', 'logLoss', 'brier', 'meanAbsoluteError'];
  return perRow.filter((metric) => measured.includes(metric));
}

function thresholdFindings(gate: ThresholdGateSpec, { spec, path }: At): readonly Finding[] {
  const findings: Finding[] = [];
  if (gate.min === undefined && gate.max === undefined) findings.push(wrongValue(path, gate, 'a gate with min or max'));
  if (gate.min !== undefined && gate.max !== undefined && gate.min > gate.max) {
    findings.push(wrongValue([...path, 'min'], gate.min, `at most max, which is ${gate.max}`));
  }
  const fair = (fairnessMetrics as readonly string[]).includes(gate.metric);
  if (!fair && gate.by !== undefined) {
    findings.push(wrongValue([...path, 'by'], gate.by, `no by, which is for ${fairnessMetrics.join(' and ')}`));
  }
  if (fair && (gate.by === undefined || !spec.data.sensitive.includes(gate.by))) {
    const { sensitive } = spec.data;
    const allowed = sensitive.length === 0 ? 'a column listed in spec.data.sensitive' : sensitive.join(', ');
    findings.push(wrongValue([...path, 'by'], gate.by, allowed));
  }
  return findings;
}
