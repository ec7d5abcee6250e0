import type { ArmObservation, Evidence, MetricAssessment, ReasonCode } from './evidence.js';
import { needsOf } from './rollout-metrics.js';

/** What each reason of a look says, as a sentence about the challenger. */
const reasonTexts: { readonly [code in ReasonCode]: string } = {
  hardLimit: 'A value was beyond its hard limit, which ends a rollout at once.',
  ejected: 'A serving process refused the challenger by itself, because too many of its answers failed.',
  guardrailHarm: 'A guardrail showed more harm than its margin accepts.',
  decisionInferior: 'A metric that decides showed the challenger to be worse than its margin accepts.',
  sampleRatioMismatch: 'The arms got other shares of the people than their weights say, so nothing was believed.',
  telemetryGap: 'Serving processes reported no sums, so nothing was known about the present.',
  metricError: 'A metric could not be judged.',
  nothingMeasured: 'No metric was measured.',
  belowSample: 'There were fewer observations than the plan asks for.',
  labelsImmature: 'There was less feedback than the plan asks for.',
  notYetShown: 'Enough was observed to judge, and what the plan asks for was not shown yet.',
  allMet: 'Every metric that the step settles was met.',
  planExhausted: 'The plan was at its end without a decision.',
  futile: 'What the plan asks for could hardly be shown any more, so it was left to a person.',
};

/** Why a look decided as it did. A reason that this version does not know is named. */
export function reasonSentences({ decision }: Pick<Evidence, 'decision'>): readonly string[] {
  return decision.reasons.map((code) => {
    const text: string | undefined = reasonTexts[code];
    return text ?? `The reason was ${code}.`;
  });
}

/** What was seen of a metric and what it was held against, in one sentence. */
export function aboutMetric(metric: MetricAssessment): string {
  const { name, champion, challenger, margin, hardLimit } = metric;
  const text = (value: number) => valueText(name, value);
  const against = champion.value === null ? '' : `, against ${observed(name, champion)} of the champion`;
  const held = [
    ...(margin === null ? [] : [`margin ${text(margin)}`]),
    ...(hardLimit === null ? [] : [`hard limit ${text(hardLimit)}`]),
  ];
  return `${name} was ${observed(name, challenger)}${against}${held.length === 0 ? '' : ` (${held.join(', ')})`}.`;
}

function observed(name: string, { n, value }: ArmObservation): string {
  return value === null ? `not known over ${n} observations` : `${valueText(name, value)} over ${n} observations`;
}

/** A value in its metric's unit, to four digits. */
function valueText(name: string, value: number): string {
  const unit = needsOf(name)?.unit;
  if (unit === 'share') return `${digits(value * 100)} %`;
  return unit === 'milliseconds' ? `${digits(value)} ms` : digits(value);
}

function digits(value: number): string {
  return String(Number(value.toPrecision(4)));
}
