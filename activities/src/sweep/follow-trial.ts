import { type FollowTrial, LaurelError } from '@laurel/contracts';
import { studyOf, type WatchedMetric, watchedMetric } from '@laurel/domain';
import type { MetricPoint, Run } from '@laurel/ports';
import { Context, sleep } from '@temporalio/activity';
import { heartbeat } from '../heartbeat.js';
import type { ActivityPorts } from '../ports.js';

type Ports = Pick<ActivityPorts, 'runs' | 'sampler' | 'trainingRecords'>;

/** Reports come once a second at most. */
const pollMilliseconds = 1_000;
const mostPoints = 10_000;
/** A trainer that announces no total counts as half done at so many times the first step that is looked at. */
const longRun = 10;

/**
 * Hands a running trial's reported metric to the sampler and ends when it says stop. Cancelled, it just ends. A later
 * attempt goes on after the step that the former one looked at last.
 */
export async function followTrial(
  ports: Ports,
  { trial, sweep, model }: FollowTrial,
): Promise<{ readonly reason: string }> {
  const watched = watchedMetric(sweep);
  if (watched === null) throw new RangeError('a sweep without early stopping has nothing to follow');
  const study = studyOf(trial.sweep, sweep, model.spec.training.parameters);
  const { metric, sign } = watched;
  let last = lastOfFormerAttempt();
  for (;;) {
    const filter = { name: metric, from: nextStep(last, watched), limit: mostPoints };
    const points = await ports.trainingRecords.listMetrics(trial.runId, filter);
    if (last === null && points.length === 0) await refuseUnreported(ports, trial.runId, watched);
    for (const { step, value } of duePoints(points, last, watched)) {
      const stops = await ports.sampler.report(study, { number: trial.number, step, value: sign * value });
      if (stops) return { reason: `behind the others at step ${step}, with ${metric} ${Number(value.toPrecision(4))}` };
      last = step;
      heartbeat({ step: last });
    }
    heartbeat({ step: last });
    await sleep(pollMilliseconds);
  }
}

function lastOfFormerAttempt(): number | null {
  const details = Context.current().info.heartbeatDetails as { readonly step?: number | null } | undefined;
  return details?.step ?? null;
}

function nextStep(last: number | null, { minSteps, every }: WatchedMetric): number {
  return last === null ? minSteps : last + every;
}

/** Points not yet looked at: from `minSteps` on, at least `every` steps apart. */
export function duePoints(
  points: readonly MetricPoint[],
  last: number | null,
  watched: WatchedMetric,
): readonly MetricPoint[] {
  const due: MetricPoint[] = [];
  let from = nextStep(last, watched);
  for (const point of points.toSorted((a, b) => a.step - b.step)) {
    if (point.step < from) continue;
    due.push(point);
    from = nextStep(point.step, watched);
  }
  return due;
}

/** A metric that the trainer never reports would never stop a trial. Error: `InvalidProject`. */
async function refuseUnreported(
  { runs, trainingRecords }: Pick<Ports, 'runs' | 'trainingRecords'>,
  runId: string,
  { metric, minSteps }: WatchedMetric,
): Promise<void> {
  if (!isHalfDone((await runs.find(runId))?.progress, minSteps)) return;
  const reported = (await trainingRecords.listMetrics(runId, { name: null, limit: 1 })).map(({ name }) => name);
  if (reported.includes(metric)) return;
  const instead = reported.length === 0 ? 'no metric' : reported.join(', ');
  throw new LaurelError(
    'InvalidProject',
    `spec.sweep.earlyStopping watches "${metric}", which the trainer does not report (it reports ${instead}); name one that it reports as spec.sweep.earlyStopping.metric, or raise minSteps to where it does.`,
  );
}

/** Whether a metric should have come by now: trainers may report some of theirs every so many steps only. */
export function isHalfDone(progress: Run['progress'] | undefined, minSteps: number): boolean {
  if (progress == null || progress.step < minSteps) return false;
  return progress.step >= (progress.totalSteps === null ? longRun * minSteps : progress.totalSteps / 2);
}
