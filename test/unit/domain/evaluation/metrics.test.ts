import {
  calibrationBins,
  classificationMetrics,
  confusionMatrix,
  type MetricValues,
  regressionMetrics,
} from '@laurel/domain';
import * as fc from 'fast-check';
import { readValues } from '../read-values.js';
import { binaryInput, classified, valued } from './scores.js';

interface Values {
  readonly binary: {
    readonly truth: readonly string[];
    readonly scores: readonly number[];
    readonly metrics: MetricValues;
  };
  readonly multiclass: {
    readonly truth: readonly string[];
    readonly probabilities: readonly (readonly number[])[];
    readonly metrics: MetricValues;
  };
  readonly regression: {
    readonly truth: readonly number[];
    readonly predicted: readonly number[];
    readonly metrics: MetricValues;
  };
}

/** Computed by scikit-learn 1.9. */
const values = readValues('./scikit-learn-values.json', import.meta.url) as Values;

function expectClose(found: MetricValues, wanted: MetricValues): void {
  expect(Object.keys(found).sort()).toEqual(Object.keys(wanted).sort());
  for (const [metric, value] of Object.entries(wanted))
    expect([metric, found[metric as keyof MetricValues]]).toEqual([metric, expect.closeTo(value, 10)]);
}

test('binary metrics agree with scikit-learn, ties included', () => {
  const { truth, scores, metrics } = values.binary;
  expect(new Set(scores).size).toBeLessThan(scores.length);
  expectClose(classificationMetrics(binaryInput(truth, scores)), metrics);
});

test('multiclass metrics agree with scikit-learn', () => {
  const { truth, probabilities, metrics } = values.multiclass;
  const classes = ['a', 'b', 'c'];
  const predictions = probabilities.map((p) => classified(classes[p.indexOf(Math.max(...p))] ?? null, p));
  expectClose(
    classificationMetrics({ task: 'multiclass', classes, positive: null, rows: { truth, predictions } }),
    metrics,
  );
});

test('regression metrics agree with scikit-learn', () => {
  const { truth, predicted, metrics } = values.regression;
  expectClose(regressionMetrics({ truth, predictions: predicted.map(valued) }), metrics);
});

test('the other class may be the positive one', () => {
  const input = binaryInput(['Yes', 'No', 'No', 'Yes'], [0.9, 0.2, 0.7, 0.4]);
  const flipped = classificationMetrics({ ...input, positive: 'No' });
  expect(flipped).toMatchObject({ precision: 0.5, recall: 0.5, rocAuc: 0.75 });
  expect(classificationMetrics({ ...input, positive: null })).toEqual(classificationMetrics(input));
});

test('a metric that is undefined is absent, never 0 and never NaN', () => {
  const none = classificationMetrics(binaryInput(['No', 'No'], [0.1, 0.2]));
  expect(none).not.toHaveProperty('precision');
  expect(none).not.toHaveProperty('recall');
  expect(none).not.toHaveProperty('rocAuc');
  expect(none).not.toHaveProperty('prAuc');
  expect(none.accuracy).toBe(1);
  expect(regressionMetrics({ truth: [2, 2], predictions: [valued(1), valued(2)] })).not.toHaveProperty('r2');
  expect(classificationMetrics(binaryInput([], []))).toEqual({});
});

test('without probabilities there are label metrics only', () => {
  const input = binaryInput(['Yes', 'No'], [0.9, 0.1]);
  const predictions = input.rows.predictions.map(({ label }) => classified(label, null));
  const found = classificationMetrics({ ...input, rows: { ...input.rows, predictions } });
  expect(Object.keys(found).sort()).toEqual(['accuracy', 'balancedAccuracy', 'f1', 'precision', 'recall']);
});

test('a class that the model does not know, and an answer that is no class, are wrong', () => {
  const predictions = [
    classified('a', [1, 0]),
    classified('b', [0, 1]),
    classified('?', [1, 0]),
    classified(null, [1, 0]),
  ];
  const input = {
    task: 'multiclass',
    classes: ['a', 'b'],
    positive: null,
    rows: { truth: ['a', 'c', 'a', 'b'], predictions },
  } as const;
  expect(classificationMetrics(input).accuracy).toBe(0.25);
  expect(confusionMatrix(input)).toEqual({
    classes: ['a', 'b', 'c'],
    counts: [
      [1, 0, 0],
      [0, 0, 0],
      [0, 1, 0],
    ],
  });
});

test('certainty that is wrong costs much, but not infinity', () => {
  const { logLoss = 0 } = classificationMetrics(binaryInput(['No'], [1]));
  expect(logLoss).toBeCloseTo(36.04, 2);
});

test('numeric classes are compared by name', () => {
  const predictions = [classified('1', [0.2, 0.8]), classified('0', [0.9, 0.1])];
  expect(
    classificationMetrics({ task: 'binary', classes: ['0', '1'], positive: '1', rows: { truth: [1, 0], predictions } })
      .accuracy,
  ).toBe(1);
});

test('calibration bins hold every row once, with what was said and what came true', () => {
  const bins = calibrationBins(binaryInput(['No', 'Yes', 'Yes', 'No', 'Yes'], [0.05, 0.95, 1, 0.42, 0.48]));
  expect(bins).toEqual([
    { low: 0, high: 0.1, count: 1, meanPredicted: 0.05, observedRate: 0 },
    { low: 0.4, high: 0.5, count: 2, meanPredicted: expect.closeTo(0.45), observedRate: 0.5 },
    { low: 0.9, high: 1, count: 2, meanPredicted: 0.975, observedRate: 1 },
  ]);
});

test('rows that do not pair up, and values that are no numbers, are refused', () => {
  expect(() => classificationMetrics({ ...binaryInput(['No'], [0.1]), positive: 'Maybe' })).toThrow(
    '"Maybe" is none of No, Yes',
  );
  expect(() => regressionMetrics({ truth: [1, 2], predictions: [valued(1)] })).toThrow(
    '2 rows have a truth and 1 a prediction',
  );
  expect(() => regressionMetrics({ truth: [1], predictions: [classified(null, null)] })).toThrow(
    'the prediction of row 0 is no number',
  );
  expect(() => regressionMetrics({ truth: [''], predictions: [valued(1)] })).toThrow('the truth of row 0');
});

test('the area under the ROC curve is the share of pairs in the right order', () => {
  const row = fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 10 }));
  fc.assert(
    fc.property(fc.array(row, { minLength: 2, maxLength: 40 }), (rows) => {
      const [yes, no] = [rows.filter(([is]) => is), rows.filter(([is]) => !is)];
      const { rocAuc } = classificationMetrics(
        binaryInput(
          rows.map(([is]) => (is ? 'Yes' : 'No')),
          rows.map(([, score]) => score / 10),
        ),
      );
      if (yes.length === 0 || no.length === 0) return expect(rocAuc).toBeUndefined();
      const right = yes
        .flatMap(([, a]) => no.map(([, b]) => (a > b ? 1 : a === b ? 0.5 : 0)))
        .reduce<number>((sum, x) => sum + x, 0);
      return expect(rocAuc).toBeCloseTo(right / (yes.length * no.length), 10);
    }),
  );
});
