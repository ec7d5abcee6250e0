import {
  type ArmTotal,
  decide,
  type LookAtInput,
  latencyBucket,
  lookAt,
  type OpenAnalysis,
  observeArms,
  type ServedArm,
} from '@laurel/domain';

const analysis: OpenAnalysis = {
  rollout: 'churn/7',
  workflowId: 'endpoint/churn/rollout/7',
  endpoint: 'churn',
  step: 3,
  epoch: 12,
  mode: 'canary',
  settle: ['errorRate', 'accuracy'],
  shadowRequests: null,
  openedAt: '2026-01-31T09:00:00.000Z',
};

function total(arm: ServedArm, requests: number, change: Partial<ArmTotal> = {}): ArmTotal {
  const latency = { [latencyBucket(10)]: requests };
  return { arm, requests, errors: 0, disagreements: 0, latency, distinctKeys: null, ...change };
}

const metrics: LookAtInput['metrics'] = {
  errorRate: { role: 'guardrail', direction: 'lower', margin: 0.01, minimumSample: 200 },
  latencyP99: { role: 'guardrail', direction: 'lower', margin: '10ms', hardLimit: '250ms', minimumSample: 200 },
  disagreement: { role: 'guardrail', direction: 'lower', hardLimit: 0.2, minimumSample: 200 },
  accuracy: { role: 'decision', direction: 'higher', margin: 0.05, minimumSample: 400 },
};

const canary: LookAtInput = {
  analysis,
  metrics,
  totals: [total('champion', 30_000), total('challenger', 10_000)],
  labels: [
    { arm: 'champion', labelled: 15_000, correct: 12_000, sumAbsoluteError: 0 },
    { arm: 'challenger', labelled: 5000, correct: 4000, sumAbsoluteError: 0 },
  ],
  pairedLabels: { both: 0, championOnly: 0, challengerOnly: 0, neither: 0 },
  ejections: 0,
  telemetryAgeMilliseconds: 800,
  planExhausted: false,
  weights: { champion: 75, challenger: 25 },
};

const shadow: LookAtInput = {
  ...canary,
  analysis: { ...analysis, mode: 'shadow', settle: ['disagreement', 'latencyP99'] },
  totals: [total('champion', 1000), total('shadow', 1000, { disagreements: 50 })],
  labels: [],
  weights: { champion: 100, challenger: 0 },
};

test('a sound canary advances', () => {
  const input = lookAt(canary);
  expect(input.metrics.map(({ name, state }) => [name, state])).toEqual([
    ['errorRate', 'ok'],
    ['accuracy', 'ok'],
  ]);
  expect(input.sampleRatioP).toBeCloseTo(1);
  expect(decide(input).action).toBe('advance');
});

test('in shadow mode the challenger is the shadow arm, and the champion need not disagree with itself', () => {
  const input = lookAt(shadow);
  expect(input.metrics.at(0)).toMatchObject({
    name: 'disagreement',
    champion: { n: 0, value: null },
    challenger: { n: 1000, value: 0.05, sum: 50 },
  });
  expect(input.sampleRatioP).toBeNull();
  expect(decide(input).action).toBe('advance');
});

test('in shadow mode accuracy is counted on requests both models answered', () => {
  const pairedLabels = { both: 70, championOnly: 10, challengerOnly: 5, neither: 15 };
  const { accuracy } = observeArms({ mode: 'shadow' }, { ...shadow, pairedLabels });
  expect(accuracy).toEqual({
    champion: { n: 100, value: 0.8, sum: 80 },
    challenger: { n: 100, value: 0.75, sum: 75 },
    pairs: { n: 100, championOnly: 10, challengerOnly: 5 },
  });
});

test('every metric is read from its own sums', () => {
  const labels = [{ arm: 'challenger', labelled: 4, correct: 0, sumAbsoluteError: 6, sumSquaredError: 11 }] as const;
  const totals = [total('champion', 200, { errors: 1 }), total('challenger', 50, { errors: 5 })];
  const arms = observeArms({ mode: 'canary' }, { ...canary, totals, labels });
  expect(arms.errorRate).toEqual({
    champion: { n: 200, value: 0.005, sum: 1 },
    challenger: { n: 50, value: 0.1, sum: 5 },
  });
  expect(arms.meanAbsoluteError).toEqual({
    champion: { n: 0, value: null },
    challenger: { n: 4, value: 1.5, sum: 6, sumSquares: 11 },
  });
  expect(arms.latencyP50?.challenger.value).toBeCloseTo(10, 0);
  expect(arms.latencyMean?.challenger.value).toBeCloseTo(10, 0);
  expect(arms.disagreement).toBeUndefined();
});

test('a shadow stage that wants a number of copies waits for them, then advances', () => {
  const stage = { ...shadow.analysis, settle: [], shadowRequests: 500 };
  const early = lookAt({ ...shadow, analysis: stage, totals: [total('champion', 400), total('shadow', 120)] });
  expect(decide(early)).toMatchObject({ action: 'continue', reasons: ['belowSample'], metrics: ['shadowRequests'] });
  expect(decide(lookAt({ ...shadow, analysis: stage })).action).toBe('advance');
});

test('a guardrail that the stage does not settle guards all the same', () => {
  const slow = { [latencyBucket(400)]: 1000 };
  const input = lookAt({ ...canary, totals: [total('champion', 3000), total('challenger', 1000, { latency: slow })] });
  expect(decide(input)).toMatchObject({ action: 'rollBack', reasons: ['hardLimit'], metrics: ['latencyP99'] });
});

test('a planned look is taken once: the next look goes on from it', () => {
  const few = [total('champion', 1500, { errors: 3 }), total('challenger', 500, { errors: 1 })];
  const input = { ...canary, analysis: { ...analysis, settle: ['errorRate'] }, totals: few };
  const first = lookAt(input);
  const looks = first.metrics.at(0)?.judgement?.looks;
  expect(first.metrics.at(0)?.state).toBe('undecided');
  expect(looks?.fractions).toHaveLength(1);
  const second = lookAt({ ...input, before: JSON.parse(JSON.stringify(first)) as typeof first });
  expect(second.metrics.at(0)?.judgement?.looks).toEqual(looks);
  expect(decide(second)).toMatchObject({ action: 'continue', reasons: ['notYetShown'], metrics: ['errorRate'] });
});

test('the splits of earlier epochs count with their own weights', () => {
  const earlierSplits = [{ epoch: 11, counts: [9500, 500], weights: [95, 5] }];
  const sound = lookAt({ ...canary, earlierSplits });
  expect(sound.sampleRatioP).toBe(1);
  expect(sound.splits?.map(({ epoch }) => epoch)).toEqual([11, 12]);
  const uneven = lookAt({ ...canary, earlierSplits: [{ epoch: 11, counts: [9000, 1000], weights: [95, 5] }] });
  expect(decide(uneven)).toMatchObject({ action: 'hold', reasons: ['sampleRatioMismatch'] });
  expect(lookAt({ ...canary, earlierSplits: sound.splits ?? [] }).splits).toEqual(sound.splits);
});

test('a look keeps what its verdict was made from', () => {
  const input = lookAt(canary);
  expect(input.latency?.challenger).toEqual(canary.totals.at(1)?.latency);
  expect(input.metrics.at(0)?.judgement).toMatchObject({ rule: 'nonInferior', alpha: 0.025, information: 1 });
});

test('a guardrail that the stage does not settle and that is unsettled does not hold it back', () => {
  const input = lookAt({ ...canary, totals: [total('champion', 3000), total('challenger', 1000, { latency: {} })] });
  expect(input.metrics.map(({ name }) => name)).toEqual(['errorRate', 'accuracy']);
  expect(decide(input).action).toBe('advance');
});

test('nothing to settle and nothing to guard never advances', () => {
  const input = lookAt({ ...canary, analysis: { ...analysis, settle: [] }, totals: [] });
  expect(decide(input)).toMatchObject({ action: 'hold', reasons: ['nothingMeasured'] });
});

test('a metric that the plan does not define, or the mode cannot show, is an error', () => {
  for (const settle of [['errorRte'], ['disagreement'], ['constructor']]) {
    expect(decide(lookAt({ ...canary, analysis: { ...analysis, settle } }))).toMatchObject({
      verdict: 'error',
      action: 'hold',
    });
  }
});

test('people count for the sample ratio where there is a sticky key, requests where there is none', () => {
  const uneven = [total('champion', 3000, { distinctKeys: 300 }), total('challenger', 1000, { distinctKeys: 200 })];
  expect(lookAt({ ...canary, totals: uneven }).sampleRatioP).toBeLessThan(0.001);
  expect(
    lookAt({ ...canary, totals: uneven.map((item) => ({ ...item, distinctKeys: null })) }).sampleRatioP,
  ).toBeCloseTo(1);
});

test('a challenger that gets nothing is a mismatch, a handful of requests is none', () => {
  expect(decide(lookAt({ ...canary, totals: [total('champion', 3000)] })).reasons).toContain('sampleRatioMismatch');
  expect(lookAt({ ...canary, totals: [total('champion', 20)] }).sampleRatioP).toBeGreaterThan(0.5);
});
