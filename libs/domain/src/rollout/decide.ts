import { sampleRatioAlpha } from '../statistics/sample-ratio.js';
import type { Decision, LookInput, MetricAssessment, MetricState, ReasonCode } from './evidence.js';
import { needsOf } from './rollout-metrics.js';

/** With no sums from any serving process for longer than this, nothing is known about now. */
export const telemetryGapMilliseconds = 5_000;

/** A rule of the lattice: its decision, or `undefined` to ask the next rule. */
type Rule = (input: LookInput) => Decision | undefined;

const passing: readonly MetricState[] = ['ok', 'superior'];
const unsettled: readonly MetricState[] = ['immature', 'noData', 'undecided'];
const ended: readonly MetricState[] = ['exhausted', 'futile'];

/** In order: what makes safe first, what is doubtful next, and promotion only when nothing else applies. */
const lattice: readonly Rule[] = [breach, harm, inferiority, doubt, planEnded, waiting, nothingMeasured, allMet];

/**
 * What to do after a look. Rolls back on any breach or harm whatever else is unknown; holds when the sample, the
 * telemetry or a metric cannot be trusted; advances only when at least one metric was measured and every one is met.
 * No state of missing data, no error and no time-out advances (I4).
 */
export function decide(input: LookInput): Decision {
  for (const rule of lattice) {
    const decision = rule(input);
    if (decision !== undefined) return decision;
  }
  return { verdict: 'inconclusive', action: 'hold', reasons: ['planExhausted'], metrics: [] };
}

function breach({ metrics, ejections }: LookInput): Decision | undefined {
  const hard = metrics.filter(({ hardBreach }) => hardBreach);
  const reasons: ReasonCode[] = [];
  if (hard.length > 0) reasons.push('hardLimit');
  if (ejections > 0) reasons.push('ejected');
  return reasons.length === 0 ? undefined : { verdict: 'fail', action: 'rollBack', reasons, metrics: namesOf(hard) };
}

function harm({ metrics }: LookInput): Decision | undefined {
  const harmed = metrics.filter(
    ({ role, state }) => state === 'harm' || (role === 'guardrail' && state === 'inferior'),
  );
  if (harmed.length === 0) return undefined;
  return { verdict: 'fail', action: 'rollBack', reasons: ['guardrailHarm'], metrics: namesOf(harmed) };
}

function inferiority({ metrics }: LookInput): Decision | undefined {
  const inferior = metrics.filter(({ state }) => state === 'inferior');
  if (inferior.length === 0) return undefined;
  return { verdict: 'fail', action: 'rollBack', reasons: ['decisionInferior'], metrics: namesOf(inferior) };
}

function doubt({ metrics, sampleRatioP, telemetryAgeMilliseconds: age }: LookInput): Decision | undefined {
  const broken = metrics.filter(({ state }) => state === 'error');
  const reasons: ReasonCode[] = [];
  if (sampleRatioP !== null && !(sampleRatioP >= sampleRatioAlpha)) reasons.push('sampleRatioMismatch');
  if (age === null || !(age <= telemetryGapMilliseconds)) reasons.push('telemetryGap');
  if (broken.length > 0) reasons.push('metricError');
  if (reasons.length === 0) return undefined;
  const verdict = broken.length > 0 ? 'error' : 'inconclusive';
  return { verdict, action: 'hold', reasons, metrics: namesOf(broken) };
}

/** A plan that has ended without showing anything, or will, is for a person to judge: more of the same cannot promote it. */
function planEnded({ metrics }: LookInput): Decision | undefined {
  const over = metrics.filter(({ state }) => ended.includes(state));
  if (over.length === 0) return undefined;
  const reasons: ReasonCode[] = [];
  if (over.some(({ state }) => state === 'exhausted')) reasons.push('planExhausted');
  if (over.some(({ state }) => state === 'futile')) reasons.push('futile');
  return { verdict: 'inconclusive', action: 'hold', reasons, metrics: namesOf(over) };
}

function waiting({ metrics, planExhausted }: LookInput): Decision | undefined {
  const missing = metrics.filter(({ state }) => unsettled.includes(state));
  if (missing.length === 0) return undefined;
  const reasons: ReasonCode[] = [];
  const early = missing.filter(({ state }) => state !== 'undecided');
  if (early.some(({ name }) => needsOf(name)?.labels !== true)) reasons.push('belowSample');
  if (early.some(({ name }) => needsOf(name)?.labels === true)) reasons.push('labelsImmature');
  if (early.length < missing.length) reasons.push('notYetShown');
  if (!planExhausted) return { verdict: 'inconclusive', action: 'continue', reasons, metrics: namesOf(missing) };
  return { verdict: 'inconclusive', action: 'hold', reasons: ['planExhausted', ...reasons], metrics: namesOf(missing) };
}

function nothingMeasured({ metrics }: LookInput): Decision | undefined {
  if (metrics.length > 0) return undefined;
  return { verdict: 'inconclusive', action: 'hold', reasons: ['nothingMeasured'], metrics: [] };
}

function allMet({ metrics }: LookInput): Decision | undefined {
  if (!metrics.every(({ state }) => passing.includes(state))) return undefined;
  return { verdict: 'pass', action: 'advance', reasons: ['allMet'], metrics: namesOf(metrics) };
}

function namesOf(metrics: readonly MetricAssessment[]): readonly string[] {
  return metrics.map(({ name }) => name);
}
