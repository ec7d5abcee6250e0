import {
  expandStrategy,
  heldUntilSample,
  planProblems,
  type RolloutMetricSpec,
  type Strategy,
  weightAfter,
} from '@laurel/domain';
import * as fc from 'fast-check';

const metrics: { readonly [name: string]: RolloutMetricSpec } = {
  errorRate: { role: 'guardrail', direction: 'lower', margin: 0.01, minimumSample: 200 },
  latencyP99: { role: 'guardrail', direction: 'lower', hardLimit: '250ms', minimumSample: 200 },
  disagreement: { role: 'guardrail', direction: 'lower', hardLimit: 0.3, minimumSample: 200 },
  accuracy: { role: 'decision', direction: 'higher', margin: 0.02, minimumSample: 400, maturity: '5m' },
};
const shadow = { shadow: { sample: 100, until: { requests: 200 } } };

test('linear grows by equal steps, holds each, and decides at the last', () => {
  expect(expandStrategy({ kind: 'linear', stepSize: 40, interval: '2m' }, metrics)).toEqual([
    shadow,
    { analysis: { metrics: ['errorRate', 'latencyP99', 'disagreement'] } },
    { setWeight: 40 },
    { pause: { duration: '2m' } },
    { analysis: { metrics: ['errorRate', 'latencyP99'] } },
    { setWeight: 80 },
    { pause: { duration: '2m' } },
    { analysis: { metrics: ['errorRate', 'latencyP99', 'accuracy'] } },
  ]);
});

test('blue/green shows a preview by header, compares in shadow, then switches all and holds it against limits', () => {
  const preview = { headerName: 'x-preview', headerValue: { exact: 'yes' } };
  const strategy: Strategy = {
    kind: 'blueGreen',
    preview,
    shadow: { sample: 50, requests: 300 },
    autoPromotionEnabled: false,
  };
  expect(expandStrategy(strategy, metrics)).toEqual([
    { setHeaderRoute: { name: 'preview', match: [preview] } },
    { shadow: { sample: 50, until: { requests: 300 } } },
    { analysis: { metrics: ['errorRate', 'latencyP99', 'disagreement', 'accuracy'] } },
    { pause: {} },
    { setWeight: 100 },
    { analysis: { metrics: ['latencyP99'] } },
  ]);
});

test('blue/green takes the metrics it is given before and after the switch', () => {
  const strategy: Strategy = {
    kind: 'blueGreen',
    preview: null,
    shadow: { sample: 100, requests: 200 },
    prePromotionAnalysis: { metrics: ['disagreement'] },
    postPromotionAnalysis: { metrics: ['latencyP99'] },
    autoPromotionEnabled: true,
  };
  const analyses = expandStrategy(strategy, metrics).filter((step) => 'analysis' in step);
  expect(analyses).toEqual([{ analysis: { metrics: ['disagreement'] } }, { analysis: { metrics: ['latencyP99'] } }]);
});

test('shadowOnly decides on the same requests and gives users nothing before the crowning', () => {
  const steps = expandStrategy({ kind: 'shadowOnly', sample: 100, requests: 200 }, metrics);
  expect(steps).toEqual([shadow, { analysis: { metrics: ['errorRate', 'latencyP99', 'disagreement', 'accuracy'] } }]);
  expect(weightAfter({ steps }, steps.length)).toBe(0);
});

test('an A/B test keeps its weights until the deciding metrics have the planned sample', () => {
  const held = heldUntilSample(metrics, 5_000);
  expect(Object.values(held).map(({ minimumSample }) => minimumSample)).toEqual([200, 200, 200, 5_000]);
  expect(expandStrategy({ kind: 'abTest', weight: 50, sample: 5_000 }, held)).toEqual([
    shadow,
    { setWeight: 50 },
    { analysis: { metrics: ['errorRate', 'latencyP99', 'accuracy'] } },
  ]);
});

test('without a metric that decides, the planned sample holds every one', () => {
  const { errorRate } = metrics as { errorRate: RolloutMetricSpec };
  expect(heldUntilSample({ errorRate }, 5_000)['errorRate']?.minimumSample).toBe(5_000);
  expect(heldUntilSample({ errorRate }, 10)['errorRate']?.minimumSample).toBe(200);
});

test('whatever its parameters, a strategy expands to a plan without problems whose share never shrinks', () => {
  const strategies: fc.Arbitrary<Strategy> = fc.oneof(
    fc.record({
      kind: fc.constant('linear' as const),
      stepSize: fc.double({ min: 1, max: 50, noNaN: true }),
      interval: fc.constant('1m'),
    }),
    fc.record({
      kind: fc.constant('abTest' as const),
      weight: fc.integer({ min: 1, max: 99 }),
      sample: fc.integer({ min: 1, max: 9_999 }),
    }),
    fc.record({
      kind: fc.constant('shadowOnly' as const),
      sample: fc.integer({ min: 1, max: 100 }),
      requests: fc.integer({ min: 1, max: 9_999 }),
    }),
    fc.record({
      kind: fc.constant('blueGreen' as const),
      preview: fc.constantFrom(null, { headerName: 'x', headerValue: { exact: 'y' } }),
      shadow: fc.constant({ sample: 100, requests: 200 }),
      autoPromotionEnabled: fc.boolean(),
    }),
  );
  fc.assert(
    fc.property(strategies, (strategy) => {
      const steps = expandStrategy(strategy, metrics);
      expect(planProblems({ steps, metrics })).toEqual([]);
      const weights = steps.map((_, index) => weightAfter({ steps }, index));
      expect(weights).toEqual(weights.toSorted((a, b) => a - b));
    }),
  );
});
