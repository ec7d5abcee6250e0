import { type ArmObservation, assess, type RolloutMetricSpec } from '@laurel/domain';

const errorRate: RolloutMetricSpec = { role: 'guardrail', direction: 'lower', margin: 0.005, minimumSample: 200 };
const latency: RolloutMetricSpec = {
  role: 'guardrail',
  direction: 'lower',
  margin: '10ms',
  hardLimit: '250ms',
  minimumSample: 200,
};
const accuracy: RolloutMetricSpec = { role: 'decision', direction: 'higher', margin: 0.01, minimumSample: 400 };

function seen(value: number | null, n = 1000): ArmObservation {
  return { n, value };
}

function state(
  name: string,
  spec: RolloutMetricSpec,
  [champion, challenger]: readonly [ArmObservation, ArmObservation],
) {
  return assess({ name, spec, champion, challenger }).state;
}

test('a guardrail worse than the champion by more than its margin is harm', () => {
  expect(state('errorRate', errorRate, [seen(0.01), seen(0.0151)])).toBe('harm');
  expect(state('errorRate', errorRate, [seen(0.01), seen(0.0149)])).toBe('ok');
  expect(state('errorRate', errorRate, [seen(0.01), seen(0.009)])).toBe('superior');
});

test('a decision metric worse by more than its margin is inferior', () => {
  expect(state('accuracy', accuracy, [seen(0.8), seen(0.789)])).toBe('inferior');
  expect(state('accuracy', accuracy, [seen(0.8), seen(0.795)])).toBe('ok');
  expect(state('accuracy', accuracy, [seen(0.8), seen(0.81)])).toBe('superior');
});

test('durations are milliseconds', () => {
  const assessment = assess({ name: 'latencyP99', spec: latency, champion: seen(20), challenger: seen(31) });
  expect(assessment).toMatchObject({ state: 'harm', margin: 10, hardLimit: 250, hardBreach: false });
  expect(state('latencyP99', latency, [seen(20), seen(29)])).toBe('ok');
});

test('each arm needs the planned sample before a margin counts', () => {
  expect(state('errorRate', errorRate, [seen(0, 199), seen(0.5)])).toBe('immature');
  expect(state('errorRate', errorRate, [seen(0), seen(0.5, 199)])).toBe('immature');
  expect(state('errorRate', errorRate, [seen(0), seen(null, 0)])).toBe('noData');
  expect(state('errorRate', errorRate, [seen(null, 300), seen(0)])).toBe('noData');
});

test('a hard limit counts from the first sound sample on', () => {
  const spec: RolloutMetricSpec = { ...errorRate, hardLimit: 0.1 };
  const assessment = assess({ name: 'errorRate', spec, champion: seen(0, 5), challenger: seen(0.5, 30) });
  expect(assessment).toMatchObject({ state: 'harm', hardBreach: true });
  expect(state('errorRate', spec, [seen(0, 5), seen(0.5, 29)])).toBe('immature');
  expect(state('errorRate', { ...spec, minimumSample: 10 }, [seen(0, 5), seen(0.2, 10)])).toBe('harm');
});

test('a share that strays over its hard limit by chance is no breach before its planned sample', () => {
  const spec: RolloutMetricSpec = { role: 'guardrail', direction: 'lower', hardLimit: 0.2, minimumSample: 200 };
  expect(state('disagreement', spec, [seen(null, 0), seen(8 / 30, 30)])).toBe('immature');
  expect(state('disagreement', spec, [seen(null, 0), seen(20 / 30, 30)])).toBe('harm');
  expect(state('disagreement', spec, [seen(null, 0), seen(0.21, 200)])).toBe('harm');
});

test('one slow request among thirty does not decide a 99 % quantile', () => {
  expect(state('latencyP99', latency, [seen(20), seen(900, 30)])).toBe('immature');
  expect(state('latencyP99', latency, [seen(20), seen(900, 100)])).toBe('harm');
});

test('a decision metric beyond its hard limit is harm too', () => {
  const assessment = assess({
    name: 'accuracy',
    spec: { ...accuracy, hardLimit: 0.6 },
    champion: seen(0.8),
    challenger: seen(0.55),
  });
  expect(assessment).toMatchObject({ state: 'harm', hardBreach: true });
});

test('with only a hard limit the champion is not asked', () => {
  const spec: RolloutMetricSpec = { role: 'guardrail', direction: 'lower', hardLimit: 0.2, minimumSample: 200 };
  expect(state('disagreement', spec, [seen(null, 0), seen(0.05)])).toBe('ok');
  expect(state('disagreement', spec, [seen(null, 0), seen(0.3)])).toBe('harm');
  expect(state('disagreement', spec, [seen(null, 0), seen(0.05, 10)])).toBe('immature');
});

test('what cannot be judged is an error, never ok', () => {
  expect(state('errorate', errorRate, [seen(0), seen(0)])).toBe('error');
  expect(state('errorRate', { role: 'guardrail', direction: 'lower', minimumSample: 1 }, [seen(0), seen(0)])).toBe(
    'error',
  );
  expect(state('latencyP99', { ...latency, margin: 'soon' }, [seen(1), seen(1)])).toBe('error');
  expect(state('latencyP99', { ...latency, hardLimit: 'soon' }, [seen(1), seen(1)])).toBe('error');
  expect(state('errorRate', errorRate, [seen(0), seen(Number.NaN)])).toBe('error');
  expect(state('errorRate', { ...errorRate, minimumSample: 0 }, [seen(0), seen(0)])).toBe('error');
  expect(state('disagreement', errorRate, [seen(0), seen(0)])).toBe('error');
  expect(state('toString', errorRate, [seen(0), seen(0)])).toBe('error');
});

test('an assessment survives JSON', () => {
  const assessment = assess({
    name: 'latencyP99',
    spec: { ...latency, margin: 'soon' },
    champion: seen(1),
    challenger: seen(1),
  });
  expect(JSON.parse(JSON.stringify(assessment))).toEqual(assessment);
});
