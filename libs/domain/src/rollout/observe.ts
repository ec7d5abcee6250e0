import { countOf, type LatencyHistogram, meanOf, quantileOf } from '../observation/latency-histogram.js';
import type { ServedArm } from '../observation/prediction.js';
import type { ArmObservation, PairObservation } from './evidence.js';
import type { OpenAnalysis } from './rollout.js';
import { needsOf, type RolloutMetricName, rolloutMetricNames } from './rollout-metrics.js';

/** Everything seen of one arm in one epoch. */
export interface ArmTotal {
  readonly arm: ServedArm;
  readonly requests: number;
  readonly errors: number;
  readonly disagreements: number;
  readonly latency: LatencyHistogram;
  readonly distinctKeys: number | null;
}

/** Labels joined with the predictions of one arm. */
export interface LabelTotal {
  readonly arm: ServedArm;
  readonly labelled: number;
  readonly correct: number;
  readonly sumAbsoluteError: number;
  readonly sumSquaredError?: number;
}

/** Champion and shadow on the same labelled requests. */
export interface PairedLabels {
  readonly both: number;
  readonly championOnly: number;
  readonly challengerOnly: number;
  readonly neither: number;
}

export interface Observed {
  readonly totals: readonly ArmTotal[];
  readonly labels: readonly LabelTotal[];
  readonly pairedLabels: PairedLabels;
}

export interface ObservedArms {
  readonly champion: ArmObservation;
  readonly challenger: ArmObservation;
  readonly pairs?: PairObservation;
}

const nothing: ArmObservation = { n: 0, value: null };

/**
 * Per metric what both arms showed, for every metric that this mode can show; the others are absent. In shadow mode
 * the challenger is the arm `shadow`, and accuracy is counted on requests that both models answered.
 */
export function observeArms(
  analysis: Pick<OpenAnalysis, 'mode'>,
  observed: Observed,
): { readonly [metric: string]: ObservedArms } {
  const { mode } = analysis;
  const arms = { champion: 'champion', challenger: mode === 'shadow' ? 'shadow' : 'challenger' } as const;
  const entries = rolloutMetricNames
    .filter((name) => isObservable(name, mode))
    .map((name) => {
      if (name === 'accuracy' && mode === 'shadow') return [name, pairedAccuracy(observed.pairedLabels)] as const;
      const champion = needsOf(name)?.arms === 'challenger' ? nothing : observationOf(name, arms.champion, observed);
      return [name, { champion, challenger: observationOf(name, arms.challenger, observed) }] as const;
    });
  return Object.fromEntries(entries);
}

/** Whether `name` is a metric that stages of `mode` can show. */
export function isObservable(name: string, mode: OpenAnalysis['mode']): boolean {
  const needs = needsOf(name);
  return needs !== undefined && (needs.mode === 'both' || needs.mode === mode);
}

interface SeenOfArm {
  readonly total: ArmTotal | undefined;
  readonly label: LabelTotal | undefined;
}

const readers: { readonly [name in RolloutMetricName]: (seen: SeenOfArm) => ArmObservation } = {
  errorRate: ({ total }) => shareOf(total?.errors, total?.requests),
  disagreement: ({ total }) => shareOf(total?.disagreements, total?.requests),
  latencyP50: ({ total }) => latencyOf(total, (histogram) => quantileOf(histogram, 0.5)),
  latencyP99: ({ total }) => latencyOf(total, (histogram) => quantileOf(histogram, 0.99)),
  latencyMean: ({ total }) => latencyOf(total, meanOf),
  accuracy: ({ label }) => shareOf(label?.correct, label?.labelled),
  meanAbsoluteError: ({ label }) => ({
    ...shareOf(label?.sumAbsoluteError, label?.labelled),
    ...(label?.sumSquaredError === undefined ? {} : { sumSquares: label.sumSquaredError }),
  }),
};

function observationOf(name: RolloutMetricName, arm: ServedArm, { totals, labels }: Observed): ArmObservation {
  const isArm = (item: { readonly arm: ServedArm }) => item.arm === arm;
  return readers[name]({ total: totals.find(isArm), label: labels.find(isArm) });
}

function latencyOf(total: ArmTotal | undefined, read: (histogram: LatencyHistogram) => number | null): ArmObservation {
  return total === undefined ? nothing : { n: countOf(total.latency), value: read(total.latency) };
}

function pairedAccuracy({ both, championOnly, challengerOnly, neither }: PairedLabels): ObservedArms {
  const n = both + championOnly + challengerOnly + neither;
  return {
    champion: shareOf(both + championOnly, n),
    challenger: shareOf(both + challengerOnly, n),
    pairs: { n, championOnly, challengerOnly },
  };
}

function shareOf(part = 0, n = 0): ArmObservation {
  return n === 0 ? nothing : { n, value: part / n, sum: part };
}
