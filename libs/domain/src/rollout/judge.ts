import { varianceOf } from '../statistics/confidence-sequence.js';
import { normalQuantile } from '../statistics/distributions.js';
import type { Judgement, MetricState, PlannedLooks } from './evidence.js';
import { limitHarmP, marginHarmP } from './harm-tests.js';
import {
  excessOf,
  leastSample,
  limitStatistic,
  marginStatistic,
  plannedError,
  sampleOfArms,
  valueOf,
} from './margin-tests.js';
import { asTested, type Measured } from './measured.js';
import type { RolloutMetricSpec } from './plan.js';
import { isDue, takeLook } from './planned-looks.js';
import type { MetricRisk } from './risk.js';
import type { RolloutMetricNeeds } from './rollout-metrics.js';

export interface JudgeInput {
  readonly spec: RolloutMetricSpec;
  readonly needs: RolloutMetricNeeds;
  readonly measured: Measured;
  /** Observations of the challenger. */
  readonly challengers: number;
  readonly margin: number | null;
  readonly hardLimit: number | null;
  readonly risk: MetricRisk;
  readonly looks: PlannedLooks;
  /** Whether it only guards. */
  readonly guards: boolean;
}

export interface Judged {
  readonly judgement: Judgement;
  readonly hardBreach: boolean;
  readonly harm: boolean;
  /** What the planned looks have come to. */
  readonly state: MetricState;
}

/** Tests one metric that can be tested: for harm, and, if a look of its plan is due, for what the plan must show. */
export function judge(input: JudgeInput): Judged {
  const { risk, looks } = input;
  const harms = harmsOf(input);
  const information = informationOf(input);
  const due = !input.guards && isDue(looks, information, risk.looks) && sampleIsThere(input);
  const taken = due ? takeLook(looks, { information, statistic: statisticOf(input) }, risk) : looks;
  return {
    judgement: {
      ...harms,
      harmAlpha: risk.harmAlpha,
      rule: ruleOf(input),
      alpha: risk.alpha,
      information,
      looks: taken,
    },
    hardBreach: harms.limitP !== null && harms.limitP <= risk.harmAlpha,
    harm: harms.harmP !== null && harms.harmP <= risk.harmAlpha,
    state: stateAfter(taken, input),
  };
}

function harmsOf({ spec, needs, measured, challengers, margin, hardLimit, risk }: JudgeInput) {
  const tuning = { bestAt: tightestAt(spec, measured), alpha: risk.harmAlpha };
  if (!(spec.minimumSample >= 1) || challengers < Math.min(spec.minimumSample, needs.hardSample)) {
    return { harmP: null, limitP: null };
  }
  return {
    harmP: margin === null ? null : marginHarmP(measured, margin, tuning),
    limitP: hardLimit === null ? null : limitHarmP(measured, asTested(hardLimit, measured, spec.direction), tuning),
  };
}

/**
 * Where the tests for harm are tightest: early, where harm is cheapest, but not before the sample that the plan asks for. Means
 * are counted over both arms.
 */
function tightestAt({ minimumSample, maximumSample = 0 }: RolloutMetricSpec, { kind }: Measured): number {
  const perArm = Math.max(minimumSample, maximumSample / 4);
  return kind === 'mean' ? 2 * perArm : perArm;
}

/**
 * Fraction of the plan: of its largest sample where one is given, else of the information (one over the squared standard error)
 * with which the margin can be shown with the plan's power.
 */
function informationOf(input: JudgeInput): number {
  const { spec, measured, challengers, risk, margin } = input;
  if (challengers === 0 || (margin !== null && sampleOfArms(measured) === 0)) return 0;
  const sample = margin === null ? challengers : sampleOfArms(measured);
  if (spec.maximumSample !== undefined) return Math.min(1, sample / spec.maximumSample);
  const { effect, error } =
    margin === null ? limitPlan(input) : { effect: margin, error: plannedError(measured, margin) };
  const least = leastSample(measured, normalQuantile(1 - risk.alpha));
  const reached = error === 0 ? 1 : (effect / (error * risk.drift)) ** 2;
  return Math.min(1, Number.isFinite(reached) ? reached : 0, least === 0 ? 1 : sample / least);
}

/** A limit is planned to be shown when the truth is half of it. */
function limitPlan({ measured, challengers, hardLimit, spec }: JudgeInput): { effect: number; error: number } {
  const limit = asTested(hardLimit ?? 0, measured, spec.direction);
  const share = measured.kind === 'quantile' ? 1 - measured.quantile : limit;
  if (measured.kind === 'mean') {
    return { effect: Math.abs(limit) / 2, error: Math.sqrt(varianceOf(measured.challenger) / challengers) };
  }
  return { effect: share / 2, error: Math.sqrt((share * (1 - share)) / challengers) };
}

function statisticOf(input: JudgeInput): number {
  const { measured, margin, hardLimit, spec } = input;
  if (margin === null) return limitStatistic(measured, asTested(hardLimit ?? 0, measured, spec.direction));
  return marginStatistic(measured, ruleOf(input) === 'superior' ? 0 : margin);
}

function sampleIsThere({ spec, measured, challengers, margin }: JudgeInput): boolean {
  return (margin === null ? challengers : sampleOfArms(measured)) >= spec.minimumSample;
}

/** A metric with no champion to compare with can only be within its limit. */
function ruleOf({ spec, margin }: JudgeInput) {
  return margin === null ? 'nonInferior' : (spec.rule ?? 'nonInferior');
}

/** What was shown stays shown, but nothing goes on while the value itself is beyond its limits. */
function stateAfter({ ended }: PlannedLooks, input: JudgeInput): MetricState {
  if (ended === 'missed') return 'exhausted';
  if (ended === null) return 'undecided';
  if (ended === 'futile') return 'futile';
  if (isBeyond(input)) return 'undecided';
  return ruleOf(input) === 'superior' ? 'superior' : 'ok';
}

function isBeyond({ measured, margin, hardLimit, spec }: JudgeInput): boolean {
  const value = valueOf(measured, 'challenger');
  const beyondLimit =
    hardLimit !== null && value !== null && value > asTested(hardLimit, measured, spec.direction) + rounding;
  return beyondLimit || (margin !== null && (excessOf(measured) ?? 0) > margin + rounding);
}

/** A difference of shares that is exactly the margin is within it. */
const rounding = 1e-12;
