import { type Cell, fairnessOf, randomFrom, sliceMetrics, summarise } from '@laurel/domain';
import { processorMilliseconds } from '../../../support/processor-time.js';
import { binaryInput, valued } from './scores.js';

function churn(rows: number) {
  const random = randomFrom(rows);
  const scores = Array.from({ length: rows }, () => random.next());
  return binaryInput(
    scores.map((score) => (random.next() < score ? 'Yes' : 'No')),
    scores,
  );
}

test('every metric has an interval around it', () => {
  const summary = summarise({ ...churn(400), seed: 7, replicates: 200 });
  expect(Object.keys(summary)).toEqual([
    'accuracy',
    'balancedAccuracy',
    'precision',
    'recall',
    'f1',
    'rocAuc',
    'prAuc',
    'logLoss',
    'brier',
    'expectedCalibrationError',
  ]);
  for (const metric of ['accuracy', 'rocAuc', 'logLoss', 'brier', 'f1']) {
    const { value = 0, low = 0, high = 0 } = summary[metric] ?? {};
    expect(low).toBeLessThan(value);
    expect(high).toBeGreaterThan(value);
  }
});

test('the interval of an accuracy is as wide as theory says', () => {
  const summary = summarise({ ...churn(2000), seed: 1, replicates: 200 });
  const { value = 0, low = 0, high = 0 } = summary.accuracy ?? {};
  const theory = 2 * 1.96 * Math.sqrt((value * (1 - value)) / 2000);
  expect((high - low) / theory).toBeGreaterThan(0.8);
  expect((high - low) / theory).toBeLessThan(1.2);
});

test('the same seed gives the same summary, another seed other intervals', () => {
  const input = churn(200);
  expect(summarise({ ...input, seed: 7, replicates: 50 })).toEqual(summarise({ ...input, seed: 7, replicates: 50 }));
  expect(summarise({ ...input, seed: 7, replicates: 50 })).not.toEqual(
    summarise({ ...input, seed: 8, replicates: 50 }),
  );
});

test('2,000 rows and 200 replicates take well under a second and a half', () => {
  const input = { ...churn(2000), seed: 7, replicates: 200 };
  const took = [1, 2, 3].map(() => {
    const start = processorMilliseconds();
    summarise(input);
    return processorMilliseconds() - start;
  });
  expect(Math.min(...took)).toBeLessThan(1500);
});

test('a regression is summarised too, and one row has an interval of no width', () => {
  const input = { task: 'regression', classes: [], positive: null, seed: 1, replicates: 20 } as const;
  const summary = summarise({ ...input, rows: { truth: [1, 2, 4], predictions: [valued(1.5), valued(2), valued(3)] } });
  expect(summary.meanAbsoluteError?.value).toBeCloseTo(0.5);
  expect(summarise({ ...input, rows: { truth: [3], predictions: [valued(1)] } })).toEqual({
    meanAbsoluteError: { value: 2, low: 2, high: 2 },
    rootMeanSquaredError: { value: 2, low: 2, high: 2 },
  });
  expect(summarise({ ...input, rows: { truth: [], predictions: [] } })).toEqual({});
});

test('slices go by value, numbers with many values by quartile, and missing is a slice of its own', () => {
  const input = churn(100);
  const contract = Array.from({ length: 100 }, (_, row): Cell => (row < 70 ? 'monthly' : row < 95 ? 'yearly' : null));
  const tenure = Array.from({ length: 100 }, (_, row): Cell => row);
  const slices = sliceMetrics(input, { contract, tenure });
  expect(slices.filter(({ column }) => column === 'contract').map(({ value, rows }) => [value, rows])).toEqual([
    ['monthly', 70],
    ['yearly', 25],
    ['(missing)', 5],
  ]);
  expect(slices.filter(({ column }) => column === 'tenure').map(({ value, rows }) => [value, rows])).toEqual([
    ['24.75 to 49.5', 25],
    ['49.5 to 74.25', 25],
    ['above 74.25', 25],
    ['up to 24.75', 25],
  ]);
  expect(() => sliceMetrics(input, { short: [] })).toThrow('column "short" has 0 values for 100 rows');
});

test("a slice's metrics are those of its rows alone", () => {
  const input = binaryInput(['Yes', 'No', 'Yes', 'No'], [0.9, 0.9, 0.8, 0.1]);
  const [a, b] = sliceMetrics(input, { group: ['a', 'a', 'b', 'b'] });
  expect(a).toMatchObject({ value: 'a', rows: 2, metrics: { accuracy: 0.5, precision: 0.5 } });
  expect(b).toMatchObject({ value: 'b', rows: 2, metrics: { accuracy: 1, precision: 1 } });
});

test('fairness compares the groups of a column as Fairlearn does', () => {
  const input = binaryInput(
    ['Yes', 'Yes', 'No', 'No', 'Yes', 'Yes', 'No', 'No'],
    [0.9, 0.9, 0.9, 0.1, 0.9, 0.1, 0.1, 0.1],
  );
  expect(fairnessOf({ ...input, column: 'female', cells: [1, 1, 1, 1, 0, 0, 0, 0] })).toEqual({
    column: 'female',
    demographicParityDifference: 0.5,
    equalizedOddsDifference: 0.5,
    groups: [
      { value: '0', rows: 4, positiveRate: 0.25, truePositiveRate: 0.5, falsePositiveRate: 0 },
      { value: '1', rows: 4, positiveRate: 0.75, truePositiveRate: 1, falsePositiveRate: 0.5 },
    ],
  });
});

test('a group without positives has no rate of them, and one group is fair to itself', () => {
  const input = binaryInput(['No', 'Yes'], [0.1, 0.9]);
  const apart = fairnessOf({ ...input, column: 'g', cells: ['a', 'b'] });
  expect(apart.groups.map(({ truePositiveRate }) => truePositiveRate)).toEqual([null, 1]);
  expect(fairnessOf({ ...input, column: 'g', cells: ['a', 'a'] })).toMatchObject({
    demographicParityDifference: 0,
    equalizedOddsDifference: 0,
  });
  expect(() => fairnessOf({ ...input, task: 'multiclass', column: 'g', cells: ['a', 'a'] })).toThrow(
    'binary tasks only',
  );
});
