import {
  compare,
  type Digest,
  evaluateGates,
  type GateSpec,
  type GatesInput,
  type PairedComparison,
  randomFrom,
  reportOn,
} from '@laurel/domain';
import { binaryInput, classified, valued } from './scores.js';

const digest: Digest = `sha256:${'c'.repeat(64)}`;
const against = { against: 'champion', metric: 'accuracy', alpha: 0.05, margin: 0.01 } as const;

/** `both` rows that both got right, and so on. */
function comparison(counts: {
  both: number;
  championOnly: number;
  challengerOnly: number;
  neither: number;
}): PairedComparison {
  const rows = [
    ...Array.from({ length: counts.both }, () => ['a', 'a'] as const),
    ...Array.from({ length: counts.championOnly }, () => ['a', 'b'] as const),
    ...Array.from({ length: counts.challengerOnly }, () => ['b', 'a'] as const),
    ...Array.from({ length: counts.neither }, () => ['b', 'b'] as const),
  ];
  return compare({
    task: 'multiclass',
    classes: ['a', 'b'],
    positive: null,
    champion: digest,
    truth: rows.map(() => 'a'),
    championPredictions: rows.map(([champion]) => classified(champion, null)),
    challengerPredictions: rows.map(([, challenger]) => classified(challenger, null)),
  });
}

function judge(gate: GateSpec, change: Partial<GatesInput> = {}) {
  const input: GatesInput = {
    gates: [gate],
    summary: { rocAuc: { value: 0.8421, low: 0.82, high: 0.86 }, accuracy: { value: 0.8, low: 0.78, high: 0.82 } },
    fairness: [{ column: 'female', demographicParityDifference: 0.04, equalizedOddsDifference: 0.2, groups: [] }],
    comparisons: [],
    championExists: false,
    ...change,
  };
  return evaluateGates(input)[0];
}

test('a threshold is met or not, and says by what', () => {
  expect(judge({ metric: 'rocAuc', min: 0.82 })).toEqual({
    gate: 'rocAuc >= 0.82',
    state: 'pass',
    observed: 0.8421,
    bound: 0.82,
    message: 'rocAuc is 0.8421; at least 0.82 is needed',
  });
  expect(judge({ metric: 'rocAuc', min: 0.85 })).toMatchObject({ state: 'fail', bound: 0.85 });
  expect(judge({ metric: 'rocAuc', min: 0.5, max: 0.8 })).toMatchObject({
    gate: 'rocAuc >= 0.5 and <= 0.8',
    state: 'fail',
    bound: 0.8,
  });
});

test('a fairness gate reads the groups of its column', () => {
  expect(judge({ metric: 'demographicParityDifference', by: 'female', max: 0.1 })).toMatchObject({
    gate: 'demographicParityDifference by female <= 0.1',
    state: 'pass',
    observed: 0.04,
  });
  expect(judge({ metric: 'equalizedOddsDifference', by: 'female', max: 0.1 })?.state).toBe('fail');
});

test('what cannot be judged is an error and never a pass', () => {
  expect(judge({ metric: 'rocAUC2', min: 0 })).toMatchObject({
    state: 'error',
    message: 'metric "rocAUC2" is unknown; did you mean "rocAuc"?',
  });
  expect(judge({ metric: 'constructor', min: 0 })?.state).toBe('error');
  expect(judge({ metric: 'recall', min: 0 })).toMatchObject({
    state: 'error',
    message: 'recall could not be measured on the holdout',
  });
  expect(judge({ metric: 'rocAuc' })).toMatchObject({ state: 'error', observed: 0.8421 });
  expect(judge({ metric: 'demographicParityDifference', max: 0.1 })?.state).toBe('error');
  expect(judge({ metric: 'demographicParityDifference', by: 'age', max: 0.1 })?.message).toContain(
    'was not measured by "age"',
  );
  expect(judge({ ...against, test: 'pairedT' }, { championExists: true })?.state).toBe('error');
});

test('without a champion there is nothing to be inferior to', () => {
  expect(judge({ ...against, test: 'pairedT' })).toMatchObject({
    state: 'pass',
    observed: null,
    message: 'no champion yet, so accuracy has nothing to be inferior to',
  });
});

test('equal models pass once there are rows enough to show it, and not before', () => {
  const many = comparison({ both: 7800, championOnly: 100, challengerOnly: 100, neither: 2000 });
  const few = comparison({ both: 78, championOnly: 1, challengerOnly: 1, neither: 20 });
  for (const test of ['pairedT', 'mcnemar'] as const) {
    expect(judge({ ...against, test }, { championExists: true, comparisons: [many] })?.state).toBe('pass');
    expect(judge({ ...against, test }, { championExists: true, comparisons: [few] })?.state).toBe('fail');
  }
});

test('a worse model fails, and the message has the numbers', () => {
  const worse = comparison({ both: 700, championOnly: 80, challengerOnly: 20, neither: 200 });
  const result = judge({ ...against, test: 'mcnemar' }, { championExists: true, comparisons: [worse] });
  expect(result).toMatchObject({
    gate: 'accuracy vs champion (mcnemar)',
    state: 'fail',
    observed: -0.06,
    bound: -0.01,
  });
  expect(result?.message).toMatch(
    /0\.06 worse on 1000 rows.*80 right only by the champion, 20 only by the challenger, McNemar p/,
  );
});

test('a model that answers exactly as the champion is not inferior', () => {
  const same = comparison({ both: 80, championOnly: 0, challengerOnly: 0, neither: 20 });
  expect(same.pairedT).toBeNull();
  for (const test of ['pairedT', 'mcnemar'] as const) {
    expect(judge({ ...against, test }, { championExists: true, comparisons: [same] })?.state).toBe('pass');
  }
});

test('losses are turned so that positive means the challenger is better', () => {
  const regression = { task: 'regression', classes: [], positive: null, champion: digest, truth: [1, 2, 3] } as const;
  const result = compare({
    ...regression,
    championPredictions: [2, 4, 3].map(valued),
    challengerPredictions: [1, 3, 3].map(valued),
  });
  expect(result).toMatchObject({ metric: 'meanAbsoluteError', rows: 3, mcnemar: null });
  expect(result.meanDifference).toBeCloseTo(2 / 3);
  const { classes, positive, task, rows } = binaryInput(['Yes', 'No'], [0.9, 0.1]);
  const champion = binaryInput(['Yes', 'No'], [0.6, 0.3]).rows.predictions;
  const both = { championPredictions: champion, challengerPredictions: rows.predictions };
  expect(
    compare({ classes, positive, task, truth: rows.truth, champion: digest, metric: 'logLoss', ...both })
      .meanDifference,
  ).toBeGreaterThan(0);
});

test('a metric without a value per row is refused', () => {
  const rows = {
    truth: ['a'],
    championPredictions: [classified('a', null)],
    challengerPredictions: [classified('a', null)],
  };
  const task = { task: 'multiclass', classes: ['a', 'b'], positive: null, champion: digest } as const;
  expect(() => compare({ ...task, ...rows, metric: 'logLoss' })).toThrow('logLoss has no value per row');
  expect(() => compare({ ...task, ...rows, task: 'regression', metric: 'accuracy' })).toThrow(
    'a regression has no accuracy',
  );
});

test('a report holds everything, is plain JSON, and passes only if every gate does', () => {
  const random = randomFrom(4);
  const scores = Array.from({ length: 300 }, () => random.next());
  const input = binaryInput(
    scores.map((score) => (random.next() < score ? 'Yes' : 'No')),
    scores,
  );
  const female = scores.map((_, row) => row % 2);
  const report = reportOn({
    ...input,
    seed: 1,
    replicates: 20,
    columns: { female },
    slices: ['female', 'gone'],
    sensitive: ['female'],
    gates: [
      { metric: 'rocAuc', min: 0.6 },
      { ...against, metric: 'brier', test: 'pairedT' },
      { ...against, test: 'mcnemar' },
    ],
    champion: { digest, predictions: input.rows.predictions },
  });
  expect(report.gates.map(({ state }) => state)).toEqual(['pass', 'pass', 'pass']);
  expect(report).toMatchObject({ rows: 300, gatesPassed: true, comparison: { metric: 'accuracy', champion: digest } });
  expect(report.slices).toHaveLength(2);
  expect(report.confusion?.counts.flat().reduce((sum, count) => sum + count, 0)).toBe(300);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
});

test('a champion of other classes cannot be compared by loss, and its gate is an error', () => {
  const input = binaryInput(['Yes', 'No', 'Yes'], [0.9, 0.1, 0.6]);
  const predictions = input.rows.predictions.map(() => classified('Maybe', [0.2, 0.2, 0.6]));
  const rest = { seed: 1, replicates: 5, columns: {}, slices: [], sensitive: [], champion: { digest, predictions } };
  const report = reportOn({ ...input, ...rest, gates: [{ ...against, metric: 'logLoss', test: 'pairedT' }] });
  expect(report.comparison?.meanDifference).toBe(1);
  expect(report.gates[0]?.state).toBe('error');
});

test('no rows pass no gate, not even none', () => {
  const empty = {
    ...binaryInput([], []),
    seed: 1,
    replicates: 5,
    columns: {},
    slices: [],
    sensitive: [],
    champion: null,
  };
  expect(reportOn({ ...empty, gates: [] }).gatesPassed).toBe(false);
  expect(reportOn({ ...empty, gates: [{ metric: 'rocAuc', min: 0.5 }] }).gates[0]?.state).toBe('error');
});
