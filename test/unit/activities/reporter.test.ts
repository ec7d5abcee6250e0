import { LaurelError } from '@laurel/contracts';
import type { JobProgress, JobSpec, TrainingProgress } from '@laurel/domain';
import type { AttemptSighting, MetricPoint } from '@laurel/ports';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createReporter, type Reporter, type ReporterPorts } from '../../../activities/src/training/reporter.js';

const spec = { runId: 'a'.repeat(32), attempt: 2, placement: 'spot', deadlineMilliseconds: 3_600_000 } as JobSpec;
const place = (step: number, change: Partial<JobProgress> = {}): JobProgress => ({
  attempt: 2,
  step,
  totalSteps: 100,
  metrics: { loss: 1 / step },
  message: null,
  node: 'n',
  waiting: null,
  fromStep: 0,
  checkpointStep: 0,
  ...change,
});
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

interface Written {
  readonly sightings: AttemptSighting[];
  readonly points: MetricPoint[];
  readonly progress: TrainingProgress[];
  readonly signals: TrainingProgress[];
}

/** A store that keeps what it is given; `broken` decides whether it answers. */
async function report(
  story: (reporter: Reporter) => Promise<void>,
  broken: () => Error | null = () => null,
): Promise<Written> {
  const written: Written = { sightings: [], points: [], progress: [], signals: [] };
  const ports = {
    trainingRecords: {
      sightAttempt: async (_: unknown, sighting: AttemptSighting) => {
        const error = broken();
        if (error !== null) throw error;
        written.sightings.push(sighting);
        return { cost: null };
      },
      appendMetrics: async (_: unknown, points: readonly MetricPoint[]) => void written.points.push(...points),
    },
    runs: {
      update: async (_: unknown, { progress }: { progress: TrainingProgress }) => void written.progress.push(progress),
    },
    orchestrator: {
      reportTraining: async (_: unknown, progress: TrainingProgress) => void written.signals.push(progress),
    },
  } as unknown as ReporterPorts;
  const environment = new MockActivityEnvironment(
    { workflowExecution: { workflowId: 'train/churn/1', runId: 'r' } },
    { logger: new DefaultLogger('ERROR', () => undefined) },
  );
  await environment.run(async () => {
    const reporter = createReporter(ports, spec);
    try {
      await story(reporter);
    } finally {
      await reporter.stop();
    }
  });
  return written;
}

test('a trainer that reports a thousand times a second is written once, with every step of its metrics', async () => {
  const { sightings, points, signals } = await report(async (reporter) => {
    for (let step = 1; step <= 1_000; step += 1) reporter.take(place(step));
    await reporter.flush();
  });
  expect(sightings.length).toBeLessThanOrEqual(2);
  expect(points.map(({ step }) => step)).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
  expect(signals).toHaveLength(1);
});

test('the last word of a trainer that falls silent is written without another one', async () => {
  const written = await report(async (reporter) => {
    reporter.take(place(1));
    await sleep(100);
    reporter.take(place(2));
    await sleep(1_300);
  });
  expect(written.progress.at(-1)).toMatchObject({ step: 2, attempt: 2, placement: 'spot', totalSteps: 100 });
});

test('a node that changes and a wait are told at once, also to the workflow', async () => {
  const { signals } = await report(async (reporter) => {
    reporter.take(place(0, { node: null, waiting: 'no machine fits yet' }));
    await sleep(50);
    reporter.take(place(0, { node: 'gpu-1' }));
    await sleep(50);
    reporter.take(place(1, { node: 'gpu-1' }));
    await sleep(50);
  });
  expect(signals.map(({ node, waiting, step }) => [node, waiting, step])).toEqual([
    [null, 'no machine fits yet', 0],
    ['gpu-1', null, 0],
    ['gpu-1', null, 1],
  ]);
});

test('a reason to wait that changes all the time does not fill the history of the workflow', async () => {
  const { signals } = await report(async (reporter) => {
    for (let look = 0; look < 150; look += 1) {
      reporter.take(place(0, { waiting: `0 of ${look} machines fit` }));
      await sleep(5);
    }
    await reporter.flush();
  });
  expect(signals.length).toBeGreaterThan(10);
  expect(signals.length).toBeLessThanOrEqual(101);
});

test('while the database is away the trainer is followed on, and everything is written once it is back', async () => {
  let away = true;
  const lost = new LaurelError('DependencyUnavailable', 'Postgres does not answer; see laurel status.');
  const { points, progress } = await report(
    async (reporter) => {
      for (let step = 1; step <= 5; step += 1) reporter.take(place(step));
      await sleep(100);
      away = false;
      await sleep(1_200);
    },
    () => (away ? lost : null),
  );
  expect(points.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5]);
  expect(progress.at(-1)).toMatchObject({ step: 5 });
});

test('an error that waiting does not cure ends the following', async () => {
  const story = async (reporter: Reporter) => {
    reporter.take(place(1));
    await sleep(50);
    reporter.take(place(2));
  };
  await expect(report(story, () => new LaurelError('NotFound', 'there is no such run'))).rejects.toThrow(
    'there is no such run',
  );
});
