import type { GateSpec, ThresholdGateSpec } from '../project/project-spec.js';
import { nearest } from '../text/nearest.js';
import { championGate } from './champion-gate.js';
import type { EvaluationSummary, FairnessResult, GateResult, PairedComparison } from './evaluation.js';
import { evaluationMetricNames, fairnessMetricNames } from './metric-names.js';

export interface GatesInput {
  readonly gates: readonly GateSpec[];
  readonly summary: EvaluationSummary;
  readonly fairness: readonly FairnessResult[];
  /** One per metric that a gate against the champion names. */
  readonly comparisons: readonly PairedComparison[];
  readonly championExists: boolean;
}

/**
 * Judges every gate, in order. A gate that cannot be judged (unknown metric, no bound, nothing measured) is `error`,
 * which does not pass. A gate against the champion passes where there is no champion to be worse than.
 */
export function evaluateGates(input: GatesInput): GateResult[] {
  return input.gates.map((gate) => ('against' in gate ? championGate(gate, input) : thresholdGate(gate, input)));
}

function thresholdGate(gate: ThresholdGateSpec, input: GatesInput): GateResult {
  const { min, max } = gate;
  const name = nameOf(gate);
  const found = observe(gate, input);
  if (typeof found === 'string')
    return { gate: name, state: 'error', observed: null, bound: min ?? max ?? null, message: found };
  if (min === undefined && max === undefined) {
    return {
      gate: name,
      state: 'error',
      observed: found,
      bound: null,
      message: `the gate on ${gate.metric} has neither min nor max`,
    };
  }
  const low = min !== undefined && found < min;
  const high = max !== undefined && found > max;
  const bound = (high ? max : (min ?? max)) ?? null;
  const wanted = [...(min === undefined ? [] : [`at least ${min}`]), ...(max === undefined ? [] : [`at most ${max}`])];
  const message = `${subjectOf(gate)} is ${short(found)}; ${wanted.join(' and ')} is needed`;
  return { gate: name, state: low || high ? 'fail' : 'pass', observed: found, bound, message };
}

/** The observed number, or why there is none. */
function observe({ metric, by }: ThresholdGateSpec, { summary, fairness }: GatesInput): number | string {
  const fair = fairnessMetricNames.find((name) => name === metric);
  if (fair !== undefined) {
    const result = fairness.find(({ column }) => column === by);
    if (by === undefined) return `${metric} needs "by", the sensitive column whose groups it compares`;
    return result === undefined
      ? `${metric} was not measured by "${by}"; is it listed in spec.data.sensitive?`
      : result[fair];
  }
  const known: readonly string[] = evaluationMetricNames;
  if (!known.includes(metric)) {
    const near = nearest(metric, [...known, ...fairnessMetricNames]);
    return `metric "${metric}" is unknown${near === null ? '' : `; did you mean "${near}"?`}`;
  }
  const value = Object.hasOwn(summary, metric) ? summary[metric]?.value : undefined;
  return value !== undefined && Number.isFinite(value) ? value : `${metric} could not be measured on the holdout`;
}

function nameOf({ metric, by, min, max }: ThresholdGateSpec): string {
  const bounds = [...(min === undefined ? [] : [`>= ${min}`]), ...(max === undefined ? [] : [`<= ${max}`])];
  return `${subjectOf({ metric, ...(by === undefined ? {} : { by }) })} ${bounds.join(' and ')}`.trim();
}

function subjectOf({ metric, by }: Pick<ThresholdGateSpec, 'metric' | 'by'>): string {
  return by === undefined ? metric : `${metric} by ${by}`;
}

function short(value: number): number {
  return Number(value.toPrecision(4));
}
