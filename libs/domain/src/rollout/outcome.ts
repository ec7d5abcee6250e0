import type { Timestamp } from '../ids.js';
import type { Evidence, MetricAssessment, RolloutAction } from './evidence.js';
import { aboutMetric, reasonSentences } from './outcome-text.js';
import type { Rollout } from './rollout.js';

/** One look at one metric, as a plot wants it. Values are in the metric's unit; `null`: there was none. */
export interface OutcomePoint {
  readonly at: Timestamp;
  readonly step: number | null;
  readonly look: number | null;
  readonly champion: number | null;
  readonly challenger: number | null;
  /** Observations of the challenger. */
  readonly n: number;
  readonly state: MetricAssessment['state'];
  readonly action: RolloutAction;
}

/** What was seen of one metric over a rollout, oldest first. */
export interface OutcomeSeries {
  readonly metric: string;
  readonly role: MetricAssessment['role'];
  readonly margin: number | null;
  readonly hardLimit: number | null;
  readonly points: readonly OutcomePoint[];
}

/** Why a rollout ended, or stands, as it does: sentences built from its stored evidence, and what they rest on. */
export interface RolloutOutcome {
  readonly rollout: string;
  readonly status: Rollout['status'];
  /** One sentence: what became of the challenger, and why. */
  readonly headline: string;
  readonly because: readonly string[];
  /** Ids of the evidence that decided, newest last. */
  readonly evidence: readonly string[];
  readonly looks: number;
  readonly series: readonly OutcomeSeries[];
}

/** Points of one metric at most: a rollout of a day has 86,400 looks, and no plot shows more than this. */
const mostPoints = 500;

/**
 * Explains a rollout from what is stored. `evidence` is everything of it, oldest first. Nothing is recomputed: what is
 * said is what was decided on.
 */
export function explainRollout(rollout: Rollout, evidence: readonly Evidence[]): RolloutOutcome {
  const looks = evidence.filter(({ kind }) => kind === 'look');
  const deciding = decidingLook(rollout, looks);
  return {
    rollout: rollout.id,
    status: rollout.status,
    headline: headlineOf(rollout, deciding),
    because: deciding === undefined ? [] : [...reasonSentences(deciding), ...shown(deciding).map(aboutMetric)],
    evidence: [...evidence.filter(({ kind }) => kind !== 'look'), ...(deciding === undefined ? [] : [deciding])]
      .toSorted((a, b) => (a.at < b.at ? -1 : 1))
      .map(({ id }) => id),
    looks: looks.length,
    series: seriesOf(looks),
  };
}

/** The look that a promotion or a rollback rests on; else the newest one. */
function decidingLook({ status }: Rollout, looks: readonly Evidence[]): Evidence | undefined {
  const action = status === 'promoted' ? 'advance' : status === 'rolledBack' ? 'rollBack' : undefined;
  return looks.findLast(({ decision }) => decision.action === action) ?? looks.at(-1);
}

type Facts = Rollout & { readonly reasons: string | undefined };

const headlines: { readonly [status in Rollout['status']]: (facts: Facts) => string } = {
  running: ({ endpoint, hold }) =>
    hold === null ? `is being rolled out to ${endpoint}` : `waits: ${hold.by} has paused its rollout (${hold.reason})`,
  promoted: ({ endpoint, champion }) =>
    champion === null
      ? `is the first champion of ${endpoint}, on the PASS of its gates`
      : `took the place of version ${champion.version} on ${endpoint}: its last analysis passed`,
  rolledBack: ({ cause, reasons }) => `was rolled back: ${cause ?? reasons ?? 'no cause is stored'}`,
  aborted: ({ cause }) => `was not promoted: its rollout was ${cause ?? 'aborted'}`,
  superseded: ({ cause }) => `was not promoted: ${cause ?? 'a newer version took its place'}`,
  needsOperator: ({ cause }) => `was not promoted, and undoing its rollout failed: ${cause ?? 'no cause is stored'}`,
};

function headlineOf(rollout: Rollout, look: Evidence | undefined): string {
  const reasons = look?.decision.reasons.join(', ');
  return `Version ${rollout.challenger.version} ${headlines[rollout.status]({ ...rollout, reasons })}.`;
}

/** The metrics that a decision names, or where it names none all that were seen. */
function shown({ input, decision }: Evidence): readonly MetricAssessment[] {
  const metrics = input?.metrics ?? [];
  const named = metrics.filter(({ name }) => decision.metrics.includes(name));
  return named.length > 0 ? named : metrics;
}

function seriesOf(looks: readonly Evidence[]): readonly OutcomeSeries[] {
  const series = new Map<string, { readonly newest: MetricAssessment; readonly points: OutcomePoint[] }>();
  for (const look of looks) {
    for (const metric of look.input?.metrics ?? []) {
      const points = series.get(metric.name)?.points ?? [];
      points.push(pointOf(look, metric));
      series.set(metric.name, { newest: metric, points });
    }
  }
  return [...series.values()].map(({ newest, points }) => ({
    metric: newest.name,
    role: newest.role,
    margin: newest.margin,
    hardLimit: newest.hardLimit,
    points: thinned(points),
  }));
}

function pointOf({ at, step, look, decision }: Evidence, metric: MetricAssessment): OutcomePoint {
  const { champion, challenger, state } = metric;
  return {
    at,
    step,
    look,
    champion: champion.value,
    challenger: challenger.value,
    n: challenger.n,
    state,
    action: decision.action,
  };
}

/** At most `mostPoints`, evenly taken; the first and the last one stay. */
function thinned(points: readonly OutcomePoint[]): readonly OutcomePoint[] {
  if (points.length <= mostPoints) return points;
  const stride = (points.length - 1) / (mostPoints - 1);
  return Array.from({ length: mostPoints }, (_, index) => points[Math.round(index * stride)] as OutcomePoint);
}
