import { evaluationMetricsOf, milliseconds, type ProjectSpec, type SweepSpec } from '@laurel/domain';
import { type Finding, unknownWord, wrongValue } from './project-problem.js';

const root = ['spec', 'sweep'];

/** What objectives, early stopping and budget of a sweep cannot mean. */
export function sweepGoalFindings(spec: ProjectSpec, sweep: SweepSpec): readonly Finding[] {
  return [...objectiveFindings(spec, sweep), ...earlyStoppingFindings(sweep), ...budgetFindings(spec, sweep)];
}

function objectiveFindings({ task }: ProjectSpec, { algorithm, objectives, earlyStopping }: SweepSpec) {
  const path = [...root, 'objectives'];
  const known: readonly string[] = evaluationMetricsOf[task];
  const findings: Finding[] = objectives.flatMap(({ metric }, index) =>
    known.includes(metric) ? [] : [unknownWord([...path, index, 'metric'], metric, known)],
  );
  const metrics = objectives.map(({ metric }) => metric);
  if (new Set(metrics).size < metrics.length) findings.push(wrongValue(path, objectives, 'each metric once'));
  if (objectives.length > 1 && algorithm === 'cmaes') {
    findings.push(wrongValue(path, objectives, 'one objective, for cmaes searches for one'));
  }
  if (objectives.length === 1 && algorithm === 'nsga2') {
    findings.push(wrongValue(path, objectives, 'two objectives at least, for nsga2 (or use tpe)'));
  }
  if (objectives.length > 1 && earlyStopping !== null) {
    findings.push(wrongValue(path, objectives, 'one objective, where trials are stopped early'));
  }
  return findings;
}

function earlyStoppingFindings({ algorithm, earlyStopping, objectives }: SweepSpec): readonly Finding[] {
  if (earlyStopping === null) return [];
  const path = [...root, 'earlyStopping'];
  const { kind, metric, goal, minSteps, maxSteps } = earlyStopping;
  const findings: Finding[] = [];
  if (kind === 'median' && (algorithm === 'asha' || algorithm === 'hyperband')) {
    findings.push(wrongValue([...path, 'kind'], kind, `asha, for algorithm is ${algorithm}`));
  }
  if (maxSteps !== null && maxSteps < minSteps) {
    findings.push(wrongValue([...path, 'maxSteps'], maxSteps, `at least minSteps, which is ${minSteps}`));
  }
  if (metric !== null && goal === null && metric !== objectives[0]?.metric) {
    findings.push(wrongValue([...path, 'goal'], goal, `maximize or minimize, for ${metric} is no objective`));
  }
  return findings;
}

/** Longest time that a sweep may be given. */
const longest = '365d';

function budgetFindings(spec: ProjectSpec, { budget }: SweepSpec): readonly Finding[] {
  return [...durationFindings(budget), ...gpuFindings(spec, budget)];
}

function durationFindings({ duration }: SweepSpec['budget']): readonly Finding[] {
  if (duration === null) return [];
  const span = milliseconds(duration);
  if (span > 0 && span <= milliseconds(longest)) return [];
  return [wrongValue([...root, 'budget', 'duration'], duration, `more than 0, at most ${longest}`)];
}

function gpuFindings({ training }: ProjectSpec, budget: SweepSpec['budget']): readonly Finding[] {
  if (budget.gpuHours === null || (training.resources?.gpu.count ?? 0) > 0) return [];
  const allowed = 'null, for spec.training.resources.gpu.count is 0; limit duration or steps';
  return [wrongValue([...root, 'budget', 'gpuHours'], budget.gpuHours, allowed)];
}
