import {
  decide,
  type LookInput,
  type MetricAssessment,
  type MetricState,
  telemetryGapMilliseconds,
} from '@laurel/domain';
import * as fc from 'fast-check';

const states: readonly MetricState[] = [
  'ok',
  'harm',
  'inferior',
  'superior',
  'immature',
  'undecided',
  'exhausted',
  'futile',
  'noData',
  'error',
];

function metric(change: Partial<MetricAssessment> = {}): MetricAssessment {
  return {
    name: 'errorRate',
    role: 'guardrail',
    champion: { n: 500, value: 0.01 },
    challenger: { n: 500, value: 0.01 },
    margin: 0.005,
    hardLimit: null,
    minimumSample: 200,
    state: 'ok',
    hardBreach: false,
    ...change,
  };
}

const accuracy = metric({ name: 'accuracy', role: 'decision' });

function look(change: Partial<LookInput> = {}): LookInput {
  return {
    metrics: [metric(), accuracy],
    sampleRatioP: 0.4,
    ejections: 0,
    telemetryAgeMilliseconds: 900,
    planExhausted: false,
    ...change,
  };
}

const anyMetric = fc
  .record({
    name: fc.constantFrom('errorRate', 'latencyP99', 'accuracy', 'disagreement'),
    role: fc.constantFrom('guardrail' as const, 'decision' as const),
    state: fc.constantFrom(...states),
  })
  .map((change) => metric(change));

const anyLook: fc.Arbitrary<LookInput> = fc.record({
  metrics: fc.array(anyMetric, { maxLength: 5 }),
  sampleRatioP: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  ejections: fc.constantFrom(0, 0, 0, 1),
  telemetryAgeMilliseconds: fc.option(fc.integer({ min: 0, max: 20_000 })),
  planExhausted: fc.boolean(),
});

test('everything met advances, and names what was met', () => {
  expect(decide(look())).toEqual({
    verdict: 'pass',
    action: 'advance',
    reasons: ['allMet'],
    metrics: ['errorRate', 'accuracy'],
  });
});

test('a hard breach rolls back whatever else is unknown', () => {
  const breached = metric({ state: 'harm', hardBreach: true });
  const decision = decide(look({ metrics: [breached], sampleRatioP: 0, telemetryAgeMilliseconds: null }));
  expect(decision).toEqual({ verdict: 'fail', action: 'rollBack', reasons: ['hardLimit'], metrics: ['errorRate'] });
});

test('one process that refuses the challenger rolls back', () => {
  expect(decide(look({ ejections: 1 }))).toMatchObject({ action: 'rollBack', reasons: ['ejected'] });
});

test('a harmed guardrail rolls back even when the sample is doubtful', () => {
  const decision = decide(look({ metrics: [metric({ state: 'harm' })], sampleRatioP: 1e-9 }));
  expect(decision).toMatchObject({ verdict: 'fail', action: 'rollBack', reasons: ['guardrailHarm'] });
});

test('a sample-ratio mismatch holds and never promotes', () => {
  expect(decide(look({ sampleRatioP: 0.0009 }))).toMatchObject({
    verdict: 'inconclusive',
    action: 'hold',
    reasons: ['sampleRatioMismatch'],
  });
  expect(decide(look({ sampleRatioP: 0.001 })).action).toBe('advance');
  expect(decide(look({ sampleRatioP: Number.NaN })).action).toBe('hold');
});

test('no sums, or old ones, are a telemetry gap', () => {
  for (const age of [null, telemetryGapMilliseconds + 1, Number.NaN]) {
    expect(decide(look({ telemetryAgeMilliseconds: age }))).toMatchObject({
      action: 'hold',
      reasons: ['telemetryGap'],
    });
  }
  expect(decide(look({ telemetryAgeMilliseconds: telemetryGapMilliseconds })).action).toBe('advance');
});

test('a metric in error holds with the verdict error', () => {
  expect(decide(look({ metrics: [metric(), metric({ name: 'accuracy', state: 'error' })] }))).toEqual({
    verdict: 'error',
    action: 'hold',
    reasons: ['metricError'],
    metrics: ['accuracy'],
  });
});

test('an inferior decision metric rolls back, on a doubtful sample too', () => {
  const metrics = [metric(), { ...accuracy, state: 'inferior' as const }];
  expect(decide(look({ metrics }))).toMatchObject({
    verdict: 'fail',
    action: 'rollBack',
    reasons: ['decisionInferior'],
    metrics: ['accuracy'],
  });
  expect(decide(look({ metrics, sampleRatioP: 0 })).action).toBe('rollBack');
});

test('a small sample continues, and says whether requests or labels are missing', () => {
  const few = metric({ state: 'immature' });
  const unlabelled = { ...accuracy, state: 'noData' as const };
  expect(decide(look({ metrics: [few] }))).toMatchObject({ action: 'continue', reasons: ['belowSample'] });
  expect(decide(look({ metrics: [metric(), unlabelled] }))).toMatchObject({
    action: 'continue',
    reasons: ['labelsImmature'],
    metrics: ['accuracy'],
  });
  expect(decide(look({ metrics: [few, unlabelled] })).reasons).toEqual(['belowSample', 'labelsImmature']);
});

test('a metric that is not shown yet continues, one whose plan has ended holds', () => {
  const undecided = metric({ state: 'undecided' });
  expect(decide(look({ metrics: [undecided] }))).toMatchObject({ action: 'continue', reasons: ['notYetShown'] });
  const over = [
    undecided,
    metric({ name: 'latencyP99', state: 'exhausted' }),
    { ...accuracy, state: 'futile' as const },
  ];
  expect(decide(look({ metrics: over }))).toEqual({
    verdict: 'inconclusive',
    action: 'hold',
    reasons: ['planExhausted', 'futile'],
    metrics: ['latencyP99', 'accuracy'],
  });
});

test('an exhausted plan that is not met holds for a person', () => {
  const decision = decide(look({ metrics: [metric({ state: 'immature' })], planExhausted: true }));
  expect(decision).toMatchObject({
    verdict: 'inconclusive',
    action: 'hold',
    reasons: ['planExhausted', 'belowSample'],
  });
});

test('nothing measured is no evidence', () => {
  expect(decide(look({ metrics: [] }))).toEqual({
    verdict: 'inconclusive',
    action: 'hold',
    reasons: ['nothingMeasured'],
    metrics: [],
  });
});

test('it never advances unless everything was measured, trusted and met', () => {
  fc.assert(
    fc.property(anyLook, (input) => {
      if (decide(input).action !== 'advance') return;
      expect(input.metrics.length).toBeGreaterThan(0);
      expect(input.metrics.every(({ state }) => state === 'ok' || state === 'superior')).toBe(true);
      expect(input.sampleRatioP ?? 1).toBeGreaterThanOrEqual(0.001);
      expect(input.telemetryAgeMilliseconds).not.toBeNull();
      expect(input.ejections).toBe(0);
    }),
    { numRuns: 2000 },
  );
});

test('a hard breach added to any look rolls back', () => {
  fc.assert(
    fc.property(anyLook, fc.nat(5), (input, place) => {
      const metrics = input.metrics.toSpliced(place, 0, metric({ state: 'harm', hardBreach: true }));
      expect(decide({ ...input, metrics })).toMatchObject({ verdict: 'fail', action: 'rollBack' });
    }),
  );
});

test('doubt never turns a rollback for harm into anything else', () => {
  fc.assert(
    fc.property(anyLook, (input) => {
      if (!input.metrics.some(({ state }) => state === 'harm')) return;
      expect(decide({ ...input, sampleRatioP: 0, telemetryAgeMilliseconds: null, planExhausted: true }).action).toBe(
        'rollBack',
      );
    }),
  );
});

test('the same stored input gives the same decision', () => {
  fc.assert(
    fc.property(anyLook, (input) => {
      expect(decide(JSON.parse(JSON.stringify(input)) as LookInput)).toEqual(decide(input));
    }),
  );
});
