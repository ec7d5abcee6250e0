import { parseDuration } from '../duration.js';
import type { ArmObservation, MetricAssessment, MetricState, PairObservation, PlannedLooks } from './evidence.js';
import { type Judged, judge } from './judge.js';
import { type BothLatencies, measuredOf } from './measured.js';
import type { RolloutMetricSpec } from './plan.js';
import { noLooks } from './planned-looks.js';
import { type MetricRisk, riskOf } from './risk.js';
import { needsOf, type RolloutMetricNeeds } from './rollout-metrics.js';

export interface AssessInput {
  readonly name: string;
  readonly spec: RolloutMetricSpec;
  readonly champion: ArmObservation;
  readonly challenger: ArmObservation;
  /** Where both arms answered the same items. */
  readonly pairs?: PairObservation | undefined;
  /** What latencies are judged from. */
  readonly latency?: BothLatencies | undefined;
  /** Without it, that of a plan with this metric only. */
  readonly risk?: MetricRisk;
  /** Looks of the plan that were taken before; none at the first. */
  readonly looks?: PlannedLooks | undefined;
  /** Whether it only guards: then no look of its plan is taken. */
  readonly guards?: boolean;
}

/**
 * Judges one metric. Harm is judged at every look, by bounds that hold at all looks at once; that the challenger is good enough,
 * only at the planned looks of a group-sequential plan, from the planned sample on. An unknown metric, a limit that cannot be
 * read or a value that is no number is `error`, never `ok`.
 */
export function assess(input: AssessInput): MetricAssessment {
  const { name, spec, champion, challenger, pairs } = input;
  const needs = needsOf(name);
  const limits = { margin: limitOf(spec.margin), hardLimit: limitOf(spec.hardLimit) };
  const judged = needs === undefined ? null : judgedOf(input, needs, limits);
  return {
    name,
    role: spec.role,
    champion,
    challenger,
    margin: finite(limits.margin),
    hardLimit: finite(limits.hardLimit),
    minimumSample: spec.minimumSample,
    state: stateOf(input, { ...limits, needs, judged }),
    hardBreach: judged?.hardBreach ?? false,
    ...(pairs === undefined ? {} : { pairs }),
    ...(judged === null ? {} : { judgement: judged.judgement }),
  };
}

/** Limits in the metric's unit (milliseconds for a latency): `null` when absent, NaN when it cannot be read. */
interface Limits {
  readonly margin: number | null;
  readonly hardLimit: number | null;
}

function judgedOf(input: AssessInput, needs: RolloutMetricNeeds, limits: Limits): Judged | null {
  const { spec, champion, challenger, pairs, latency, risk, looks = noLooks, guards = false } = input;
  if (![champion.n, challenger.n].every(Number.isFinite) || !isSound(champion) || !isSound(challenger)) return null;
  const measured = measuredOf({ needs, direction: spec.direction, champion, challenger, pairs, latency });
  if (measured === null) return null;
  return judge({
    spec,
    needs,
    measured,
    challengers: challenger.n,
    margin: needs.arms === 'challenger' ? null : finite(limits.margin),
    hardLimit: finite(limits.hardLimit),
    risk: risk ?? riskOf(spec, [spec]),
    looks,
    guards,
  });
}

function stateOf(
  { spec, champion, challenger }: AssessInput,
  found: Limits & { readonly needs: RolloutMetricNeeds | undefined; readonly judged: Judged | null },
): MetricState {
  const { needs, judged, margin, hardLimit } = found;
  if (judged?.hardBreach === true) return 'harm';
  if (needs === undefined || (margin === null && hardLimit === null)) return 'error';
  if (Number.isNaN(margin) || Number.isNaN(hardLimit) || !(spec.minimumSample >= 1)) return 'error';
  const compared = margin !== null;
  if (compared && needs.arms === 'challenger') return 'error';
  const arms = compared ? [champion, challenger] : [challenger];
  if (!arms.every((arm) => Number.isFinite(arm.n) && isSound(arm))) return 'error';
  if (judged?.harm === true) return spec.role === 'guardrail' ? 'harm' : 'inferior';
  if (arms.some(({ n, value }) => n === 0 || (value === null && n >= spec.minimumSample))) return 'noData';
  if (arms.some(({ n }) => n < spec.minimumSample)) return 'immature';
  return judged?.state ?? 'noData';
}

function isSound({ value }: ArmObservation): boolean {
  return value === null || Number.isFinite(value);
}

function limitOf(limit: number | string | undefined): number | null {
  if (limit === undefined) return null;
  return typeof limit === 'number' ? limit : (parseDuration(limit) ?? Number.NaN);
}

function finite(limit: number | null): number | null {
  return limit !== null && Number.isFinite(limit) ? limit : null;
}
