import {
  commonLanguageEffect,
  fences,
  type KayentaEffectSize,
  type KayentaLabel,
  type KayentaMetricConfig,
  kayentaClassify,
  kayentaJudge,
  kayentaScore,
  mannWhitney,
  momentsOf,
  normalQuantile,
  permutationTest,
  randomFrom,
  sampleQuantile,
  shiftOf,
  standardised,
} from '@laurel/domain';
import { readValues } from '../read-values.js';

interface Arms {
  readonly experiment: readonly number[];
  readonly control: readonly number[];
}

interface Classification extends Arms {
  readonly title: string;
  readonly tolerance: number;
  readonly confidence: number;
  readonly direction: 'increase' | 'decrease' | 'either';
  readonly label: KayentaLabel;
  readonly nanStrategy?: 'replace';
  readonly critical?: boolean;
  readonly measure?: 'cles';
  readonly allowed?: readonly [decrease: number, increase: number];
  readonly criticalAt?: readonly [decrease: number, increase: number];
  readonly isCritical?: boolean;
  readonly deviation?: number | null;
}

type WithInterval = Arms & {
  readonly title: string;
  readonly confidence: number;
  readonly low: number;
  readonly high: number;
  readonly estimate: number;
  readonly estimateTolerance: number;
};

const suite = readValues('./kayenta-values.json', import.meta.url) as {
  readonly wilcoxonDiff: Arms & { readonly values: readonly (readonly [shift: number, value: number])[] };
  readonly intermediate: Arms & {
    readonly from: number;
    readonly to: number;
    readonly low: number;
    readonly high: number;
    readonly estimate: number;
    readonly atFrom: readonly [number, number];
    readonly atTo: readonly [number, number];
  };
  readonly shifts: readonly WithInterval[];
  readonly classifications: readonly Classification[];
  readonly commonLanguage: readonly (Arms & { readonly title: string; readonly value: number })[];
  readonly percentiles: readonly { values: readonly number[]; percentiles: readonly (readonly [number, number])[] }[];
  readonly outliers: readonly { readonly values: readonly number[]; readonly outside: readonly number[] }[];
};

const within = 1e-6;

test('the standardised rank sum is that of MannWhitneySuite', () => {
  const { experiment: x, control: y, values } = suite.wilcoxonDiff;
  for (const [shift, value] of values) expect(Math.abs(standardised({ x, y, shift }) - value)).toBeLessThan(5e-6);
  expect(normalQuantile(0.975)).toBeCloseTo(1.9599639845400536, 12);
});

test('so are its values at the ends of the search', () => {
  const { experiment: x, control: y, from, to, atFrom, atTo, ...wanted } = suite.intermediate;
  const z = normalQuantile(0.975);
  expect(standardised({ x, y, shift: from }) - z).toBeCloseTo(atFrom[0], 6);
  expect(standardised({ x, y, shift: from }) + z).toBeCloseTo(atFrom[1], 6);
  expect(standardised({ x, y, shift: to }) - z).toBeCloseTo(atTo[0], 6);
  expect(standardised({ x, y, shift: to }) + z).toBeCloseTo(atTo[1], 6);
  const shift = shiftOf(x, y);
  expect(Math.abs((shift?.interval.low ?? 0) - wanted.low)).toBeLessThan(within);
  expect(Math.abs((shift?.interval.high ?? 0) - wanted.high)).toBeLessThan(within);
  expect(Math.abs((shift?.estimate ?? 0) - wanted.estimate)).toBeLessThan(within);
});

test.each(suite.shifts)('the shift and its interval are those of MannWhitneySuite: $title', (wanted) => {
  const shift = shiftOf(wanted.experiment, wanted.control, wanted.confidence);
  expect(Math.abs((shift?.interval.low ?? 0) - wanted.low)).toBeLessThan(within);
  expect(Math.abs((shift?.interval.high ?? 0) - wanted.high)).toBeLessThan(within);
  expect(Math.abs((shift?.estimate ?? 0) - wanted.estimate)).toBeLessThan(wanted.estimateTolerance);
});

test.each(suite.classifications)('ClassifierSuite: $title', (wanted) => {
  const [allowedDecrease, allowedIncrease] = wanted.allowed ?? [1, 1];
  const [criticalDecrease, criticalIncrease] = wanted.criticalAt ?? [1, 1];
  const thresholds = { allowedDecrease, allowedIncrease, criticalDecrease, criticalIncrease };
  const effectSize: KayentaEffectSize = { measure: wanted.measure ?? 'meanRatio', ...thresholds };
  const config = {
    direction: wanted.direction,
    critical: wanted.critical ?? false,
    nanStrategy: wanted.nanStrategy ?? 'remove',
    effectSize,
  } as const;
  const result = kayentaClassify(config, wanted, wanted);
  expect(result.label).toBe(wanted.label);
  if (wanted.isCritical !== undefined) expect(result.critical).toBe(wanted.isCritical);
  if (wanted.deviation === null) expect(result.deviation).toBeNaN();
  else if (wanted.deviation !== undefined) expect(result.deviation).toBe(wanted.deviation);
});

test.each(suite.commonLanguage)('StatisticSuite: common-language effect, $title', ({ experiment, control, value }) => {
  expect(commonLanguageEffect(experiment, control)).toBeCloseTo(value, 3);
});

test('StatisticSuite: percentiles', () => {
  for (const { values, percentiles } of suite.percentiles) {
    const sorted = values.toSorted((a, b) => a - b);
    for (const [percent, value] of percentiles) {
      expect(Math.abs(sampleQuantile(sorted, percent / 100) - value)).toBeLessThan(1e-4);
    }
  }
});

test('StatisticSuite: standard deviation', () => {
  expect(Math.sqrt(momentsOf([1, 1, 1, 10, 10, 10]).variance)).toBeCloseTo(4.9295, 4);
});

test('DetectorSuite: values outside the fences of the quartiles', () => {
  for (const { values, outside } of suite.outliers) {
    const { low, high } = fences(values, { factor: 1.5 });
    expect(values.filter((value) => value < low || value > high)).toEqual(outside);
  }
});

test('outliers are left out when asked for, with the factor given', () => {
  const steady = Array.from({ length: 300 }, (_, index) => 10 + (index % 7));
  const spiked = steady.map((value, index) => (index === 17 ? 1e9 : value));
  const config = { direction: 'increase', outliers: { strategy: 'remove', outlierFactor: 3 } } as const;
  expect(kayentaClassify(config, { control: steady, experiment: spiked }).deviation).toBeCloseTo(1, 2);
  expect(kayentaClassify({}, { control: steady, experiment: spiked }).deviation).toBeGreaterThan(1e3);
});

const labelled = (label: KayentaLabel, group = 'test', critical = false) => ({ label, critical, groups: [group] });

test.each([
  { title: 'a single pass', results: [labelled('Pass')], score: 100 },
  { title: 'a single fail', results: [labelled('High')], score: 0 },
  { title: 'no data at all', results: [labelled('Nodata')], score: 0 },
  {
    title: 'a group that passes beside one without data',
    results: [labelled('Pass', 'a'), labelled('Pass', 'a'), labelled('Nodata', 'b')],
    score: 100,
  },
  { title: 'one of two', results: [labelled('Pass'), labelled('High')], score: 50 },
  { title: 'one of three', results: [labelled('Pass'), labelled('High'), labelled('Low')], score: 33.33 },
  {
    title: 'groups of 75 and 25',
    results: [labelled('Pass', 'a'), labelled('Pass', 'a'), labelled('High', 'b')],
    weights: { a: 75, b: 25 },
    score: 75,
  },
  {
    title: 'groups of equal weight',
    results: [labelled('Pass', 'a'), labelled('High', 'a'), labelled('High', 'b')],
    weights: { a: 50, b: 50 },
    score: 25,
  },
  {
    title: 'a metric without data in a group that passes',
    results: [labelled('Pass', 'a'), labelled('Nodata', 'a'), labelled('High', 'b')],
    weights: { a: 50, b: 50 },
    score: 50,
  },
  { title: 'a critical fail', results: [labelled('Pass'), labelled('High', 'test', true)], score: 0 },
  { title: 'a critical pass', results: [labelled('Low'), labelled('Pass', 'test', true)], score: 50 },
  { title: 'a critical metric without data', results: [labelled('Pass'), labelled('Nodata', 'test', true)], score: 0 },
  { title: 'required data that is missing', results: [labelled('Pass'), labelled('NodataFailMetric')], score: 50 },
  {
    title: 'unequal groups',
    results: [labelled('High', 'a'), labelled('Low', 'a'), labelled('Pass', 'a'), labelled('High', 'b')],
    weights: { a: 15, b: 85 },
    score: 5,
  },
])('ScorerSuite: $title scores $score', ({ results, weights, score }) => {
  expect(kayentaScore(results, weights).score).toBe(score);
});

const metric = (config: Partial<KayentaMetricConfig> = {}): KayentaMetricConfig => ({
  name: 'errors',
  groups: ['errors'],
  direction: 'increase',
  ...config,
});
const judge = (arms: Arms, config: Partial<KayentaMetricConfig> = {}) =>
  kayentaJudge({ metrics: [metric(config)], scoreThresholds: { pass: 95, marginal: 75 } }, { errors: arms });
const times = (count: number, value: number) => Array.from({ length: count }, () => value);

test('spinnaker 6278: Kayenta passes what fails seven times in ten; ours fails it', () => {
  const arms = { control: times(10, 1), experiment: [...times(7, 100), ...times(3, 1)] };
  const kayenta = judge(arms);
  expect(kayenta.verdict).toBe('Pass');
  expect(kayenta.metrics[0]?.deviation).toBeCloseTo(70.3, 6);
  expect(shiftOf(arms.experiment, arms.control, 0.98)?.interval.low).toBeLessThan(24.75);
  expect(mannWhitney(arms.experiment, arms.control)?.pValue).toBeCloseTo(0.00162, 4);
  const exact = permutationTest(arms.experiment, arms.control, { random: randomFrom(1), draws: 1 });
  expect(exact.form).toBe('exact');
  expect(exact.pValue / 2).toBeCloseTo(0.001548, 6);
});

test('kayenta 426: Kayenta passes what six zeros cannot tell; ours has no evidence of safety', () => {
  const arms = { control: times(6, 0), experiment: [0, 1, 2, 1, 0, 0] };
  expect(judge(arms).verdict).toBe('Pass');
  expect(mannWhitney(arms.experiment, arms.control)?.pValue).toBeCloseTo(0.0731, 3);
});

test('kayenta 780: Kayenta passes a wider spread about the same mean; a tail quantile does not', () => {
  const control = Array.from({ length: 60 }, (_, index) => 100 + (index % 5) - 2);
  const experiment = Array.from({ length: 60 }, (_, index) => 100 + 40 * ((index % 5) - 2));
  expect(judge({ control, experiment }).verdict).toBe('Pass');
  const tail = (values: readonly number[]) =>
    sampleQuantile(
      values.toSorted((a, b) => a - b),
      0.95,
    );
  expect(tail(experiment) - tail(control)).toBeGreaterThan(70);
});

test('two constants are told apart by their difference, the same way each time', () => {
  const arms = { control: times(5, 10), experiment: times(5, 12) };
  expect(judge(arms).metrics[0]?.label).toBe('High');
  expect(judge({ control: arms.experiment, experiment: arms.control }).metrics[0]?.label).toBe('Pass');
  expect(judge(arms)).toEqual(judge(arms));
});

test('a metric without data fails if it must have some, and is not counted if muted', () => {
  const none = { control: [Number.NaN], experiment: [] };
  expect(judge(none).metrics[0]?.label).toBe('Nodata');
  expect(judge(none, { mustHaveData: true }).metrics[0]?.label).toBe('NodataFailMetric');
  expect(judge(none, { mustHaveData: true, critical: true }).score).toBe(0);
  const config = {
    metrics: [metric(), metric({ name: 'noise', muted: true })],
    scoreThresholds: { pass: 95, marginal: 75 },
  };
  const fine = { control: [1, 2, 3], experiment: [1, 2, 3] };
  const judged = kayentaJudge(config, { errors: fine, noise: { control: times(9, 1), experiment: times(9, 9) } });
  expect(judged).toMatchObject({ verdict: 'Pass', score: 100, metrics: [{ label: 'Pass' }, { label: 'High' }] });
});

test('a configuration without values of a metric has no data for it', () => {
  const config = { metrics: [metric()], scoreThresholds: { pass: 95, marginal: 75 } };
  expect(kayentaJudge(config, {})).toMatchObject({ verdict: 'Fail', reason: 'tooMuchWithoutData' });
});
