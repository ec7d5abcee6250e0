import {
  type ArmObservation,
  type AssessInput,
  assess,
  latencyBucket,
  type MetricAssessment,
  type RolloutMetricSpec,
} from '@laurel/domain';

const errorRate: RolloutMetricSpec = { role: 'guardrail', direction: 'lower', margin: 0.01, minimumSample: 200 };
const latency: RolloutMetricSpec = {
  role: 'guardrail',
  direction: 'lower',
  margin: '10ms',
  hardLimit: '250ms',
  minimumSample: 200,
};
const accuracy: RolloutMetricSpec = { role: 'decision', direction: 'higher', margin: 0.02, minimumSample: 400 };
const disagreement: RolloutMetricSpec = { role: 'guardrail', direction: 'lower', hardLimit: 0.2, minimumSample: 200 };

function events(sum: number, n: number): ArmObservation {
  return { n, value: n === 0 ? null : sum / n, sum };
}

const nothing: ArmObservation = { n: 0, value: null };

function errors(champion: ArmObservation, challenger: ArmObservation, spec = errorRate): MetricAssessment {
  return assess({ name: 'errorRate', spec, champion, challenger });
}

/** Counts of latencies in milliseconds. */
function times(counts: { readonly [milliseconds: number]: number }) {
  return Object.fromEntries(Object.entries(counts).map(([time, count]) => [latencyBucket(Number(time)), count]));
}

function latencies(
  champion: { readonly [milliseconds: number]: number },
  challenger: { readonly [milliseconds: number]: number },
  change: Partial<AssessInput> = {},
): MetricAssessment {
  const seen = (counts: { readonly [milliseconds: number]: number }, value: number): ArmObservation => ({
    n: Object.values(counts).reduce((sum, count) => sum + count, 0),
    value,
  });
  return assess({
    name: 'latencyP99',
    spec: latency,
    champion: seen(champion, 20),
    challenger: seen(challenger, 20),
    latency: { champion: times(champion), challenger: times(challenger) },
    ...change,
  });
}

test('a guardrail is harmed when chance no longer explains it, at any look', () => {
  expect(errors(events(40, 4000), events(30, 210)).state).toBe('harm');
  expect(errors(events(40, 4000), events(5, 210)).state).toBe('undecided');
  expect(errors(events(2, 60), events(40, 60)).state).toBe('harm');
});

test('a guardrail that is worse by less than can be told from chance is not harmed', () => {
  expect(errors(events(10, 1000), events(21, 1000)).state).toBe('undecided');
});

test('a guardrail is ok once it is shown not to be worse by its margin', () => {
  expect(errors(events(40, 8000), events(38, 8000)).state).toBe('ok');
  expect(errors(events(0, 4000), events(0, 2000)).state).toBe('ok');
});

test('no error among two hundred does not show a margin of half a percent', () => {
  const narrow = { ...errorRate, margin: 0.005 };
  expect(errors(events(0, 4000), events(0, 200), narrow).state).toBe('undecided');
  expect(errors(events(0, 4000), events(0, 4000), narrow).state).toBe('ok');
});

test('a decision metric that is surely worse is inferior, one that is surely not is ok', () => {
  const state = (champion: ArmObservation, challenger: ArmObservation) =>
    assess({ name: 'accuracy', spec: accuracy, champion, challenger }).state;
  expect(state(events(8000, 10_000), events(7000, 10_000))).toBe('inferior');
  expect(state(events(40_000, 50_000), events(39_990, 50_000))).toBe('ok');
  expect(state(events(400, 500), events(399, 500))).toBe('undecided');
});

test('the rule superior asks for a gain, not for the margin', () => {
  const spec = { ...accuracy, rule: 'superior' as const };
  const state = (right: number) =>
    assess({ name: 'accuracy', spec, champion: events(40_000, 50_000), challenger: events(right, 50_000) }).state;
  expect(state(41_000)).toBe('superior');
  expect(state(40_000)).toBe('exhausted');
});

test('the same items decide with fewer of them', () => {
  const seen = { champion: events(2400, 3000), challenger: events(2397, 3000) };
  const pairs = { n: 3000, championOnly: 33, challengerOnly: 30 };
  expect(assess({ name: 'accuracy', spec: accuracy, ...seen }).state).toBe('undecided');
  expect(assess({ name: 'accuracy', spec: accuracy, ...seen, pairs }).state).toBe('ok');
});

test('durations are milliseconds, and quantiles are compared by their ranks', () => {
  const slow = latencies({ 10: 3000, 20: 60 }, { 10: 2000, 45: 300 });
  expect(slow).toMatchObject({ state: 'harm', margin: 10, hardLimit: 250, hardBreach: false });
  expect(latencies({ 10: 3000, 20: 60 }, { 10: 3000, 20: 60 }).state).toBe('ok');
});

test('a 99 % quantile of two hundred requests cannot be bounded, so it is not shown yet', () => {
  expect(latencies({ 10: 3000 }, { 10: 200 }).state).toBe('undecided');
});

test('the margin of a mean is judged by its variance', () => {
  const spec: RolloutMetricSpec = { role: 'decision', direction: 'lower', margin: 0.1, minimumSample: 100 };
  const mean = (value: number, n = 5000): ArmObservation => ({
    n,
    value,
    sum: value * n,
    sumSquares: (value ** 2 + 1) * n,
  });
  const state = (challenger: ArmObservation) =>
    assess({ name: 'meanAbsoluteError', spec, champion: mean(2), challenger }).state;
  expect(state(mean(2))).toBe('ok');
  expect(state(mean(2.5))).toBe('inferior');
  expect(state(mean(2.09))).toBe('exhausted');
  expect(state(mean(2.09, 500))).toBe('undecided');
  expect(state({ n: 5000, value: 2 })).toBe('noData');
});

test('each arm needs the planned sample before anything is shown', () => {
  expect(errors(events(0, 199), events(0, 9000)).state).toBe('immature');
  expect(errors(events(0, 9000), events(0, 199)).state).toBe('immature');
  expect(errors(events(0, 9000), nothing).state).toBe('noData');
  expect(errors({ n: 300, value: null }, events(0, 9000)).state).toBe('noData');
});

test('a hard limit counts from the first sound sample on, once chance does not explain it', () => {
  const spec: RolloutMetricSpec = { ...errorRate, hardLimit: 0.1 };
  expect(errors(events(0, 5), events(15, 30), spec)).toMatchObject({ state: 'harm', hardBreach: true });
  expect(errors(events(0, 5), events(15, 29), spec).state).toBe('immature');
  expect(errors(events(0, 5), events(10, 10), { ...spec, minimumSample: 10 }).state).toBe('harm');
});

test('a share that strays over its hard limit by chance is no breach', () => {
  const state = (sum: number, n: number) =>
    assess({ name: 'disagreement', spec: disagreement, champion: nothing, challenger: events(sum, n) }).state;
  expect(state(8, 30)).toBe('immature');
  expect(state(20, 30)).toBe('harm');
  expect(state(42, 200)).toBe('futile');
  expect(state(70, 200)).toBe('harm');
});

test('one slow request among a hundred does not decide a 99 % quantile, ten do', () => {
  expect(latencies({ 10: 3000 }, { 10: 29, 900: 1 }).state).toBe('immature');
  expect(latencies({ 10: 3000 }, { 10: 99, 900: 1 }).state).toBe('immature');
  expect(latencies({ 10: 3000 }, { 10: 90, 900: 10 })).toMatchObject({ state: 'harm', hardBreach: true });
});

test('a decision metric beyond its hard limit is harm too', () => {
  const assessment = assess({
    name: 'accuracy',
    spec: { ...accuracy, hardLimit: 0.6 },
    champion: events(800, 1000),
    challenger: events(500, 1000),
  });
  expect(assessment).toMatchObject({ state: 'harm', hardBreach: true });
});

test('with only a hard limit the champion is not asked', () => {
  const state = (sum: number, n: number) =>
    assess({ name: 'disagreement', spec: disagreement, champion: nothing, challenger: events(sum, n) }).state;
  expect(state(20, 400)).toBe('ok');
  expect(state(1, 10)).toBe('immature');
});

test('what was shown stays shown, but nothing advances while the value is beyond its margin', () => {
  const shown = errors(events(40, 8000), events(38, 8000));
  const later = assess({
    name: 'errorRate',
    spec: errorRate,
    champion: events(40, 8200),
    challenger: events(60, 8200),
    looks: shown.judgement?.looks,
  });
  expect(later.state).toBe('ok');
  const worse = assess({
    name: 'errorRate',
    spec: errorRate,
    champion: events(40, 8300),
    challenger: events(126, 8300),
    looks: shown.judgement?.looks,
  });
  expect(worse.state).toBe('undecided');
});

test('what cannot be judged is an error, never ok', () => {
  const state = (name: string, spec: RolloutMetricSpec, challenger = events(0, 9000)) =>
    assess({ name, spec, champion: events(0, 9000), challenger }).state;
  expect(state('errorate', errorRate)).toBe('error');
  expect(state('errorRate', { role: 'guardrail', direction: 'lower', minimumSample: 1 })).toBe('error');
  expect(state('latencyP99', { ...latency, margin: 'soon' })).toBe('error');
  expect(state('latencyP99', { ...latency, hardLimit: 'soon' })).toBe('error');
  expect(state('errorRate', errorRate, { n: 9000, value: Number.NaN })).toBe('error');
  expect(state('errorRate', { ...errorRate, minimumSample: 0 })).toBe('error');
  expect(state('disagreement', errorRate)).toBe('error');
  expect(state('toString', errorRate)).toBe('error');
});

test('a latency without its histogram is no data', () => {
  const seen = { n: 5000, value: 20 };
  expect(assess({ name: 'latencyP99', spec: latency, champion: seen, challenger: seen }).state).toBe('noData');
});

test('an assessment survives JSON', () => {
  const soon = assess({
    name: 'latencyP99',
    spec: { ...latency, margin: 'soon' },
    champion: events(1, 1),
    challenger: events(1, 1),
  });
  for (const assessment of [soon, latencies({ 10: 3000 }, { 10: 400 }), errors(events(0, 900), events(900, 900))]) {
    expect(JSON.parse(JSON.stringify(assessment))).toEqual(assessment);
  }
});
