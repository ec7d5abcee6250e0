import { sampleRatioMismatch } from '../statistics/sample-ratio.js';
import { assess } from './assess.js';
import type { LookInput, MetricAssessment } from './evidence.js';
import { type ArmTotal, isObservable, type Observed, observeArms } from './observe.js';
import type { RolloutMetricSpec } from './plan.js';
import type { OpenAnalysis } from './rollout.js';

export interface LookAtInput extends Observed {
  readonly analysis: OpenAnalysis;
  /** Metrics of the rollout's plan. */
  readonly metrics: { readonly [name: string]: RolloutMetricSpec };
  readonly ejections: number;
  readonly telemetryAgeMilliseconds: number | null;
  readonly planExhausted: boolean;
  /** Weights of the split in percent. */
  readonly weights: { readonly champion?: number; readonly challenger?: number };
}

/** Name under which the number of shadow copies stands among a look's metrics. */
export const shadowRequestsMetric = 'shadowRequests';

/**
 * Puts one look together. Judged are the metrics the stage must settle, the stage's number of shadow copies if it
 * wants one, and every other guardrail as soon as it has its sample or shows harm: an unsettled guardrail that the
 * stage does not name does not hold it back. A metric to settle that the plan does not define or the mode cannot show
 * is an `error`.
 */
export function lookAt(input: LookAtInput): LookInput {
  return {
    metrics: [...shadowRequests(input), ...settled(input), ...guarding(input)],
    sampleRatioP: sampleRatioP(input),
    ejections: input.ejections,
    telemetryAgeMilliseconds: input.telemetryAgeMilliseconds,
    planExhausted: input.planExhausted,
  };
}

function settled({ analysis, metrics, ...observed }: LookAtInput): MetricAssessment[] {
  const arms = observeArms(analysis, observed);
  return [...new Set(analysis.settle)].map((name) => {
    const spec = ownSpec(metrics, name);
    const seen = arms[name];
    return spec === undefined || seen === undefined ? unobservable(name, spec) : assess({ name, spec, ...seen });
  });
}

function guarding({ analysis, metrics, ...observed }: LookAtInput): MetricAssessment[] {
  const arms = observeArms(analysis, observed);
  return Object.entries(metrics).flatMap(([name, spec]) => {
    const seen = arms[name];
    if (spec.role !== 'guardrail' || seen === undefined) return [];
    if (analysis.settle.includes(name) || !isObservable(name, analysis.mode)) return [];
    const assessment = assess({ name, spec, ...seen });
    return assessment.state === 'immature' || assessment.state === 'noData' ? [] : [assessment];
  });
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

/** Distinct people per arm where the split has a sticky key, requests otherwise; `null` when traffic is not split. */
function sampleRatioP({ analysis, totals, weights }: LookAtInput): number | null {
  const { champion = 0, challenger = 0 } = weights;
  if (analysis.mode !== 'canary' || !(champion > 0 && challenger > 0)) return null;
  const arms = [totalOf(totals, 'champion'), totalOf(totals, 'challenger')];
  const keyed = arms.every((total) => total === undefined || total.distinctKeys !== null);
  const counts = arms.map((total) => (total === undefined ? 0 : keyed ? (total.distinctKeys ?? 0) : total.requests));
  return sampleRatioMismatch({ counts, weights: [champion, challenger] })?.pValue ?? null;
}

function totalOf(totals: readonly ArmTotal[], arm: 'champion' | 'challenger'): ArmTotal | undefined {
  return totals.find((total) => total.arm === arm);
}
