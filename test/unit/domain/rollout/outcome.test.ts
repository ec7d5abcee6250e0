import { type Evidence, explainRollout, type MetricAssessment, type Rollout } from '@laurel/domain';

const champion = { version: 1, digest: `sha256:${'1'.repeat(64)}`, semver: '1.0.0' } as const;
const challenger = { version: 2, digest: `sha256:${'2'.repeat(64)}`, semver: '1.0.1' } as const;

function aRollout(change: Partial<Rollout>): Rollout {
  return {
    id: 'churn/7',
    endpoint: 'churn',
    project: 'churn',
    incarnation: 7,
    fence: 7,
    champion,
    challenger,
    plan: {
      steps: [{ setWeight: 10 }, { analysis: { metrics: ['errorRate'] } }],
      metrics: {},
      stickyKey: null,
      deadline: '6h',
      baseline: null,
      approval: { required: false, approvers: 1, expiresAfter: '1d' },
    },
    status: 'running',
    step: 1,
    cause: null,
    hold: null,
    startedAt: '2026-11-30T12:00:00.000Z',
    endedAt: null,
    ...change,
  };
}

const metric = (change: Partial<MetricAssessment>): MetricAssessment => ({
  name: 'errorRate',
  role: 'guardrail',
  champion: { n: 1_200, value: 0.009 },
  challenger: { n: 130, value: 0.0123 },
  margin: 0.005,
  hardLimit: null,
  minimumSample: 100,
  state: 'ok',
  hardBreach: false,
  ...change,
});

function aLook(
  look: number,
  decision: Evidence['decision'],
  metrics: readonly MetricAssessment[] = [metric({})],
): Evidence {
  return {
    id: `churn/7/look/${look}`,
    kind: 'look',
    endpoint: 'churn',
    rollout: 'churn/7',
    step: 1,
    look,
    at: new Date(Date.UTC(2026, 10, 30, 12, 0, look)).toISOString(),
    epoch: 3,
    champion,
    challenger,
    policyDigest: null,
    input: { metrics, sampleRatioP: null, ejections: 0, telemetryAgeMilliseconds: 0, planExhausted: false },
    decision,
    codeVersion: '1.0.0',
  };
}

const waits = { verdict: 'inconclusive', action: 'continue', reasons: ['belowSample'], metrics: [] } as const;
const passes = { verdict: 'pass', action: 'advance', reasons: ['allMet'], metrics: ['errorRate'] } as const;
const breach = { verdict: 'fail', action: 'rollBack', reasons: ['hardLimit'], metrics: ['latencyP99'] } as const;

test('a promotion is explained by the look that passed last', () => {
  const outcome = explainRollout(aRollout({ status: 'promoted' }), [aLook(1, waits), aLook(2, passes)]);
  expect(outcome).toMatchObject({
    headline: 'Version 2 took the place of version 1 on churn: its last analysis passed.',
    because: [
      'Every metric that the step settles was met.',
      'errorRate was 1.23 % over 130 observations, against 0.9 % over 1200 observations of the champion (margin 0.5 %).',
    ],
    evidence: ['churn/7/look/2'],
    looks: 2,
  });
});

test('a rollback is explained by the look that demanded it, and by the metric that it names', () => {
  const slow = metric({
    name: 'latencyP99',
    champion: { n: 0, value: null },
    challenger: { n: 130, value: 312.44 },
    margin: null,
    hardLimit: 250,
    state: 'harm',
    hardBreach: true,
  });
  const outcome = explainRollout(aRollout({ status: 'rolledBack', cause: 'hardLimit: latencyP99' }), [
    aLook(1, waits),
    aLook(2, breach, [metric({}), slow]),
    aLook(3, waits),
  ]);
  expect(outcome.headline).toBe('Version 2 was rolled back: hardLimit: latencyP99.');
  expect(outcome.because).toEqual([
    'A value was beyond its hard limit, which ends a rollout at once.',
    'latencyP99 was 312.4 ms over 130 observations (hard limit 250 ms).',
  ]);
});

test.each([
  [{ status: 'aborted', cause: 'aborted by ada: wrong data' }, 'aborted by ada: wrong data'],
  [{ status: 'superseded', cause: 'superseded by version 3 in rollout 8' }, 'superseded by version 3'],
  [{ status: 'needsOperator', cause: 'could not undo: restore split' }, 'undoing its rollout failed'],
  [{ status: 'running' }, 'is being rolled out to churn'],
  [{ hold: { by: 'ada', reason: 'lunch', at: '2026-11-30T12:00:00.000Z' } }, 'ada has paused its rollout (lunch)'],
  [{ status: 'promoted', champion: null }, 'first champion of churn, on the PASS of its gates'],
] as const)('%j is one sentence', (change, words) => {
  const { headline, because } = explainRollout(aRollout(change), []);
  expect(headline).toContain(words);
  expect(headline).toMatch(/^Version 2 .*\.$/);
  expect(because).toEqual([]);
});

test('every look is a point of its metric; a long rollout keeps its first and its last one', () => {
  const looks = Array.from({ length: 3_000 }, (_, index) => aLook(index, waits));
  const [series] = explainRollout(aRollout({}), looks).series;
  expect(series).toMatchObject({ metric: 'errorRate', role: 'guardrail', margin: 0.005, hardLimit: null });
  expect(series?.points).toHaveLength(500);
  expect([series?.points[0]?.look, series?.points.at(-1)?.look]).toEqual([0, 2_999]);
});
