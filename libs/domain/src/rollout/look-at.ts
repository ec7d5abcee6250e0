import { sequentialSampleRatioP } from '../statistics/sequential-sample-ratio.js';
import { assess } from './assess.js';
import type { LookInput, MetricAssessment, MetricState, SplitOfEpoch } from './evidence.js';
import type { BothLatencies } from './measured.js';
import { type ArmTotal, isObservable, type Observed, type ObservedArms, observeArms } from './observe.js';
import type { RolloutMetricSpec } from './plan.js';
import { riskOf } from './risk.js';
import type { OpenAnalysis } from './rollout.js';
import { needsOf } from './rollout-metrics.js';

export interface LookAtInput extends Observed {
  readonly analysis: OpenAnalysis;
  /** Metrics of the rollout's plan. */
  readonly metrics: { readonly [name: string]: RolloutMetricSpec };
  readonly ejections: number;
  readonly telemetryAgeMilliseconds: number | null;
  readonly planExhausted: boolean;
  /** Weights of the split in percent. */
  readonly weights: { readonly champion?: number; readonly challenger?: number };
  /** The look before in the same stage and epoch: planned looks go on from it. */
  readonly before?: LookInput | undefined;
  /** What the splits of earlier epochs of the rollout gave. */
  readonly earlierSplits?: readonly SplitOfEpoch[];
}

/** Name under which the number of shadow copies stands among a look's metrics. */
export const shadowRequestsMetric = 'shadowRequests';

/**
 * Puts one look together. Judged are the metrics the stage must settle, the stage's number of shadow copies if it
 * wants one, and every other guardrail that shows harm: a guardrail that the stage does not name does not hold it back.
 * A metric to settle that the plan does not define or the mode cannot show is an `error`.
 */
export function lookAt(input: LookAtInput): LookInput {
  const splits = splitsOf(input);
  const latency = latencyOf(input);
  return {
    metrics: [...shadowRequests(input), ...settled(input), ...guarding(input)],
    sampleRatioP: isSplit(input) ? sequentialSampleRatioP(splits) : null,
    ...(splits.length === 0 ? {} : { splits }),
    ...(latency === undefined ? {} : { latency }),
    ejections: input.ejections,
    telemetryAgeMilliseconds: input.telemetryAgeMilliseconds,
    planExhausted: input.planExhausted,
  };
}

function settled(input: LookAtInput): MetricAssessment[] {
  const { analysis, metrics } = input;
  const arms = observeArms(analysis, input);
  return [...new Set(analysis.settle)].map((name) => {
    const spec = ownSpec(metrics, name);
    const seen = arms[name];
    if (spec === undefined || seen === undefined) return unobservable(name, spec);
    return assessed(input, { name, spec, seen, guards: false });
  });
}

/** States in which a guardrail that need not be settled says nothing. */
const silent: readonly MetricState[] = ['immature', 'noData', 'undecided'];

function guarding(input: LookAtInput): MetricAssessment[] {
  const { analysis, metrics } = input;
  const arms = observeArms(analysis, input);
  return Object.entries(metrics).flatMap(([name, spec]) => {
    const seen = arms[name];
    if (spec.role !== 'guardrail' || seen === undefined) return [];
    if (analysis.settle.includes(name) || !isObservable(name, analysis.mode)) return [];
    const assessment = assessed(input, { name, spec, seen, guards: true });
    return silent.includes(assessment.state) ? [] : [assessment];
  });
}

interface ToAssess {
  readonly name: string;
  readonly spec: RolloutMetricSpec;
  readonly seen: ObservedArms;
  readonly guards: boolean;
}

function assessed(input: LookAtInput, { name, spec, seen, guards }: ToAssess): MetricAssessment {
  return assess({
    name,
    spec,
    ...seen,
    guards,
    latency: needsOf(name)?.unit === 'milliseconds' ? latencyOf(input) : undefined,
    risk: riskOf(spec, Object.values(input.metrics)),
    looks: input.before?.metrics.find((metric) => metric.name === name)?.judgement?.looks,
  });
}

function latencyOf({ analysis, totals }: LookAtInput): BothLatencies | undefined {
  const other = analysis.mode === 'shadow' ? 'shadow' : 'challenger';
  const [champion, challenger] = ['champion', other].map((arm) => totals.find((total) => total.arm === arm));
  return champion === undefined || challenger === undefined
    ? undefined
    : { champion: champion.latency, challenger: challenger.latency };
}

function shadowRequests({ analysis, totals }: LookAtInput): MetricAssessment[] {
  const wanted = analysis.shadowRequests;
  if (wanted === null) return [];
  const n = totals.find(({ arm }) => arm === 'shadow')?.requests ?? 0;
  return [
    {
      name: shadowRequestsMetric,
      role: 'guardrail',
      champion: { n: 0, value: null },
      challenger: { n, value: n },
      margin: null,
      hardLimit: null,
      minimumSample: wanted,
      state: n >= wanted ? 'ok' : 'immature',
      hardBreach: false,
    },
  ];
}

function unobservable(name: string, spec: RolloutMetricSpec | undefined): MetricAssessment {
  return {
    name,
    role: spec?.role ?? 'decision',
    champion: { n: 0, value: null },
    challenger: { n: 0, value: null },
    margin: null,
    hardLimit: null,
    minimumSample: spec?.minimumSample ?? 0,
    state: 'error',
    hardBreach: false,
  };
}

function ownSpec(metrics: LookAtInput['metrics'], name: string): RolloutMetricSpec | undefined {
  return Object.hasOwn(metrics, name) ? metrics[name] : undefined;
}

function isSplit({ analysis, weights }: LookAtInput): boolean {
  return analysis.mode === 'canary' && (weights.champion ?? 0) > 0 && (weights.challenger ?? 0) > 0;
}

/** Distinct people per arm where the split has a sticky key, requests otherwise; counts of several weights are not pooled. */
function splitsOf(input: LookAtInput): readonly SplitOfEpoch[] {
  const { analysis, totals, weights, earlierSplits = [] } = input;
  const earlier = earlierSplits.filter(({ epoch }) => epoch !== analysis.epoch);
  if (!isSplit(input)) return earlier;
  const arms = [totalOf(totals, 'champion'), totalOf(totals, 'challenger')];
  const keyed = arms.every((total) => total === undefined || total.distinctKeys !== null);
  const counts = arms.map((total) => (total === undefined ? 0 : keyed ? (total.distinctKeys ?? 0) : total.requests));
  return [...earlier, { epoch: analysis.epoch, counts, weights: [weights.champion ?? 0, weights.challenger ?? 0] }];
}

function totalOf(totals: readonly ArmTotal[], arm: 'champion' | 'challenger'): ArmTotal | undefined {
  return totals.find((total) => total.arm === arm);
}
