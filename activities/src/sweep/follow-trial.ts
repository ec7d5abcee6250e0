import { type FollowTrial, LaurelError } from '@laurel/contracts';
import { studyOf, type WatchedMetric, watchedMetric } from '@laurel/domain';
import type { MetricPoint } from '@laurel/ports';
import { sleep } from '@temporalio/activity';
import { heartbeat } from '../heartbeat.js';
import type { ActivityPorts } from '../ports.js';

type Ports = Pick<ActivityPorts, 'runs' | 'sampler' | 'trainingRecords'>;

/** Reports come once a second at most. */
const pollMilliseconds = 1_000;
const mostPoints = 10_000;

/** Hands a running trial's reported metric to the sampler and ends when it says stop. Cancelled, it just ends. */
export async function followTrial(
  ports: Ports,
  { trial, sweep, model }: FollowTrial,
): Promise<{ readonly reason: string }> {
  const watched = watchedMetric(sweep);
  if (watched === null) throw new RangeError('a sweep without early stopping has nothing to follow');
  const study = studyOf(trial.sweep, sweep, model.spec.training.parameters);
  const { metric, sign } = watched;
  let last: number | null = null;
  for (;;) {
    const filter = { name: metric, limit: mostPoints };
    const points = await ports.trainingRecords.listMetrics(trial.runId, filter);
    if (points.length === 0) await refuseUnreported(ports, trial.runId, watched);
    for (const { step, value } of duePoints(points, last, watched)) {
      last = step;
      const stops = await ports.sampler.report(study, { number: trial.number, step, value: sign * value });
      if (stops) return { reason: `behind the others at step ${step}, with ${metric} ${Number(value.toPrecision(4))}` };
    }
    heartbeat({ step: last });
    await sleep(pollMilliseconds);
  }
}

/** Points not yet looked at: from `minSteps` on, at least `every` steps apart. */
export function duePoints(
  points: readonly MetricPoint[],
  last: number | null,
  { minSteps, every }: WatchedMetric,
): readonly MetricPoint[] {
  const due: MetricPoint[] = [];
  let from = last === null ? minSteps : last + every;
  for (const point of points.toSorted((a, b) => a.step - b.step)) {
    if (point.step < from) continue;
    due.push(point);
    from = point.step + every;
  }
  return due;
}

/** A metric that the trainer never reports would never stop a trial. Error: `InvalidProject`. */
async function refuseUnreported({ runs }: Ports, runId: string, { metric, minSteps }: WatchedMetric): Promise<void> {
  const progress = (await runs.find(runId))?.progress;
  if (progress == null || progress.step < minSteps) return;
  const reported = Object.keys(progress.metrics);
  if (reported.length === 0 || reported.includes(metric)) return;
  throw new LaurelError(
    'InvalidProject',
    `spec.sweep.earlyStopping watches "${metric}", which the trainer does not report (it reports ${reported.join(', ')}); name one of these as spec.sweep.earlyStopping.metric.`,
  );
}
