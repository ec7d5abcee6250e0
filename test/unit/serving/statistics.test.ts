import { RunCounts } from '../../../apps/serving/src/plane/run-counts.js';
import { createStages, StageDurations } from '../../../apps/serving/src/plane/stages.js';
import { createStatistics, statisticOf } from '../../../apps/serving/src/plane/statistics.js';
import { createTallies } from '../../../apps/serving/src/plane/tallies.js';
import type { Served } from '../../../apps/serving/src/predictions.js';

const runs = new RunCounts();
runs.ran(2, 0.25);
runs.ran(1, 1);
runs.ran(2, 1);
runs.queued(10, 10.5);
runs.queued(undefined, 99);
runs.queueMilliseconds = 0.5;
const served = (version: number, milliseconds: number, failure: object | null = null) =>
  ({
    split: { endpoint: 'churn' },
    chosen: { arm: version === 3 ? 'champion' : 'challenger', version: { version } },
    answer: failure === null ? { fallback: false, arm: 'champion' } : null,
    failure,
    milliseconds,
    at: 1_000,
    request: { rows: 2 },
  }) as unknown as Served;

test('requests are counted by version: successes with their rows, failures apart, times in nanoseconds', () => {
  const tallies = createTallies();
  for (const milliseconds of [1, 2.5]) tallies.served(served(3, milliseconds));
  tallies.served(served(3, 4, { code: 'ModelOutputInvalid' }));
  tallies.served(served(4, 8));
  const counted = { tallies: tallies.ofVersion('churn', 3), output: { count: 0, milliseconds: 0 }, runs };
  const statistic = statisticOf({ name: 'churn', version: '3' }, counted);
  expect(statistic).toMatchObject({ last_inference: 1_000, inference_count: 4, execution_count: 3 });
  expect(statistic.inference_stats).toMatchObject({
    success: { count: 2, ns: 3_500_000 },
    fail: { count: 1, ns: 4_000_000 },
    queue: { count: 2, ns: 500_000 },
    compute_input: { count: 1, ns: 500_000 },
    compute_infer: { count: 3, ns: 2_250_000 },
    compute_output: { count: 0, ns: 0 },
    cache_hit: { count: 0, ns: 0 },
  });
});

test('runs are counted apart by their rows, and only as many sizes as may be listed', () => {
  const { batch_stats: batches } = statisticOf(
    { name: 'churn', version: '3' },
    { tallies: [], output: { count: 0, milliseconds: 0 }, runs },
  );
  expect(batches.map(({ batch_size: size, compute_infer: infer }) => [size, infer.count, infer.ns])).toEqual([
    [1, 1, 1_000_000],
    [2, 2, 1_250_000],
  ]);
  const many = new RunCounts();
  for (let rows = 1; rows <= 1_000; rows++) many.ran(rows, 1);
  expect(many.bySize.size).toBe(128);
  expect(many).toMatchObject({ executions: 1_000, runMilliseconds: 1_000, rows: 500_500 });
});

test('the stages of a request are measured by endpoint, its output by version', () => {
  const stages = createStages();
  const now = performance.now();
  const request = { rows: 1, receivedAt: now - 20 };
  stages.served({ ...served(3, 5), request } as never);
  stages.served({ ...served(3, 7), request: { rows: 1 } } as never);
  stages.wrote({ endpoint: 'churn', version: { version: 3 } } as never, performance.now() - 2);
  stages.explained('churn', { receivedAt: now - 1_010, startedAt: now - 1_000, answeredAt: now });
  const { preprocess, explain, postprocess } = stages.all().get('churn') ?? new StageDurations();
  expect([preprocess, explain, postprocess].map(({ count }) => count)).toEqual([2, 1, 2]);
  expect(preprocess.milliseconds).toBeGreaterThanOrEqual(25);
  expect(preprocess.milliseconds).toBeLessThan(500);
  expect(explain.milliseconds).toBeCloseTo(1_000, 5);
  expect(stages.output('churn', 3).count).toBe(1);
  expect(stages.output('churn', 3).milliseconds).toBeGreaterThanOrEqual(2);
});

test('a version before its first request, and one that is still loading, have zeros', () => {
  const statistics = createStatistics({
    endpoints: {
      names: () => ['churn'],
      versions: () => ['3', '4'],
      version: (_, wanted) => ({ version: Number(wanted), digest: 'sha256:00', semver: '1.0.0' }) as never,
      isReady: (_, wanted) => wanted === '3',
      model: () => ({}) as never,
    },
    tallies: createTallies(),
    stages: createStages(),
    batchers: { of: () => ({ counts: runs }) },
  });
  expect(statistics('', null).map(({ version, execution_count: executions }) => [version, executions])).toEqual([
    ['3', 3],
    ['4', 0],
  ]);
  expect(statistics('churn', '4')).toHaveLength(1);
});

test('a request that was refused counts against no version, an answer of the baseline not as rows of the model', () => {
  const tallies = createTallies();
  tallies.refused({ endpoint: 'churn' }, 'Overloaded');
  tallies.refused({ endpoint: 'churn' }, 'Overloaded');
  const failed = served(3, 1, { code: 'ModelOutputInvalid' });
  tallies.served({ ...failed, answer: { fallback: true, arm: 'baseline' } } as never);
  expect(tallies.refusals().get('churn')?.get('Overloaded')).toBe(2);
  const [tally] = tallies.ofVersion('churn', 3);
  expect(tally).toMatchObject({ ok: 0, rows: 0, fallbackRows: 2, failedMilliseconds: 1 });
  expect(tally?.fallbacks.get('baseline')).toBe(1);
});
