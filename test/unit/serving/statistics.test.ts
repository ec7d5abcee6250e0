import { createRequestCounters, createStatistics, statisticOf } from '../../../apps/serving/src/plane/statistics.js';
import type { Served } from '../../../apps/serving/src/predictions.js';

const runs = { executions: 3, rows: 6, queueMilliseconds: 0.5, runMilliseconds: 2.25 };
const served = (version: number, milliseconds: number, failure: object | null = null) =>
  ({
    split: { endpoint: 'churn' },
    chosen: { version: { version } },
    failure,
    milliseconds,
    at: 1_000,
    request: { rows: 2 },
  }) as unknown as Served;

test('requests are counted by version: successes with their rows, failures apart, times in nanoseconds', () => {
  const counters = createRequestCounters();
  for (const milliseconds of [1, 2.5]) counters.served(served(3, milliseconds));
  counters.served(served(3, 4, { code: 'ModelOutputInvalid' }));
  counters.served(served(4, 8));
  const statistic = statisticOf({ name: 'churn', version: '3' }, counters.of('churn', 3), runs);
  expect(statistic).toMatchObject({ last_inference: 1_000, inference_count: 4, execution_count: 3, batch_stats: [] });
  expect(statistic.inference_stats).toMatchObject({
    success: { count: 2, ns: 3_500_000 },
    fail: { count: 1, ns: 4_000_000 },
    queue: { count: 2, ns: 500_000 },
    compute_infer: { count: 3, ns: 2_250_000 },
    cache_hit: { count: 0, ns: 0 },
  });
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
    counters: createRequestCounters(),
    batchers: { of: () => ({ counts: runs }) },
  });
  expect(statistics('', null).map(({ version, execution_count: executions }) => [version, executions])).toEqual([
    ['3', 3],
    ['4', 0],
  ]);
  expect(statistics('churn', '4')).toHaveLength(1);
});
