import {
  type Circumstances,
  circumstanceDifferences,
  type ModelProject,
  predictionDifference,
  type RanOn,
  repetitionText,
} from '@laurel/domain';
import { array, assert, double, property } from 'fast-check';

const digest = (letter: string) => `sha256:${letter.repeat(64)}` as const;

const ranOn: RanOn = {
  machine: { processor: 'EPYC', cores: 2, memoryBytes: 2 ** 33, architecture: 'x64', system: 'linux 6.1', gpus: [] },
  settings: { OMP_NUM_THREADS: '1' },
};

function circumstances(change: {
  readonly training?: object;
  readonly code?: string;
  readonly commit?: string;
  readonly ranOn?: RanOn | null;
  readonly sourceChanged?: boolean;
}): Circumstances {
  const training = {
    command: ['python', 'train.py'],
    parameters: { max_depth: 4 },
    seed: 7,
    checkpoint: { every: 50 },
    ...change.training,
  };
  return {
    planned: {
      project: { spec: { training } } as unknown as ModelProject,
      folder: '/projects/churn',
      dataset: { dataset: 'churn', version: 1, digest: digest('a'), rows: 10, table: digest('b') },
      parts: {
        train: { digest: digest('c'), rows: 6 },
        validation: { digest: digest('d'), rows: 2 },
        holdout: { digest: digest('e'), rows: 2 },
      },
      source: {
        digest: digest(change.code ?? 'f'),
        kept: null,
        commit: change.commit ?? '0123',
        branch: 'main',
        dirty: false,
      },
      laurel: '0.2.0',
    },
    made: {
      output: digest('1'),
      model: digest('2'),
      predictions: null,
      environment: null,
      ranOn: change.ranOn === undefined ? ranOn : change.ranOn,
      sourceChanged: change.sourceChanged ?? false,
    },
  };
}

const noLocks = { was: '', is: '' };

describe('circumstances of two runs', () => {
  test('a run does not differ from itself', () => {
    expect(circumstanceDifferences(circumstances({}), circumstances({}), noLocks)).toEqual([]);
  });

  test('another seed and another parameter are named with both values', () => {
    const is = circumstances({ training: { seed: 8, parameters: { max_depth: 5, eta: 0.1 } } });
    expect(circumstanceDifferences(circumstances({}), is, noLocks)).toEqual([
      { what: 'seed', was: '7', is: '8' },
      { what: 'parameter max_depth', was: '4', is: '5' },
      { what: 'parameter eta', was: null, is: '0.1' },
    ]);
  });

  test('another commit with the same code is no difference; with other code it is', () => {
    const sameCode = circumstanceDifferences(circumstances({}), circumstances({ commit: '4567' }), noLocks);
    expect(sameCode).toEqual([]);
    const otherCode = circumstanceDifferences(circumstances({}), circumstances({ code: '9', commit: '4567' }), noLocks);
    expect(otherCode.map(({ what }) => what)).toEqual(['code', 'commit']);
  });

  test('packages of the environment are compared one by one, whatever their order', () => {
    const locks = { was: 'numpy==2.1.0\nxgboost==3.0.1\npandas==2.3.0\n', is: 'xgboost==3.0.1\nnumpy==2.2.0\n' };
    expect(circumstanceDifferences(circumstances({}), circumstances({}), locks)).toEqual([
      { what: 'package numpy', was: '2.1.0', is: '2.2.0' },
      { what: 'package pandas', was: '2.3.0', is: null },
    ]);
  });

  test('a lock that only one run has is one difference, not one for each package', () => {
    const locks = { was: 'numpy==2.1.0\nxgboost==3.0.1\n', is: '' };
    expect(circumstanceDifferences(circumstances({}), circumstances({}), locks)).toEqual([
      { what: 'environment lock', was: 'recorded', is: null },
    ]);
  });

  test('another processor, another driver and another number of threads are named', () => {
    const is: RanOn = {
      machine: { ...ranOn.machine, processor: 'Xeon', gpus: [{ model: 'H100', memoryBytes: 1, driver: '570.1' }] },
      settings: { OMP_NUM_THREADS: '2' },
    };
    const found = circumstanceDifferences(circumstances({}), circumstances({ ranOn: is }), noLocks);
    expect(found).toEqual([
      { what: 'processor', was: 'EPYC', is: 'Xeon' },
      { what: 'GPUs', was: 'none', is: 'H100 (driver 570.1)' },
      { what: 'setting OMP_NUM_THREADS', was: '1', is: '2' },
    ]);
  });

  test('code that changed while a run trained is told, because nobody knows which was read', () => {
    const found = circumstanceDifferences(circumstances({ sourceChanged: true }), circumstances({}), noLocks);
    expect(found).toEqual([{ what: 'code while training', was: 'changed', is: 'steady' }]);
  });
});

describe('the largest difference of predictions', () => {
  test('is that of the numbers; labels are not compared', () => {
    const was = { label: ['Yes', 'No'], p_0: [0.2, 0.7], p_1: [0.8, 0.3] };
    const is = { label: ['No', 'No'], p_0: [0.25, 0.7], p_1: [0.75, 0.3] };
    expect(predictionDifference(was, is)).toEqual({ rows: 2, largestDifference: expect.closeTo(0.05, 12) });
  });

  test('there is none between other columns, other numbers of rows, or rows without a number', () => {
    expect(predictionDifference({ value: [1] }, { p_0: [1] })).toBeNull();
    expect(predictionDifference({ value: [1] }, { value: [1, 2] })).toBeNull();
    expect(predictionDifference({ value: [1] }, { value: [null] })).toBeNull();
    expect(predictionDifference({ label: ['a'] }, { label: ['a'] })).toBeNull();
  });

  test('is zero of a table with itself, and the same in both directions', () => {
    const column = array(double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1, maxLength: 20 });
    assert(
      property(column, column, (a, b) => {
        const rows = Math.min(a.length, b.length);
        const [one, other] = [{ value: a.slice(0, rows) }, { value: b.slice(0, rows) }];
        expect(predictionDifference(one, one)?.largestDifference).toBe(0);
        expect(predictionDifference(one, other)).toEqual(predictionDifference(other, one));
      }),
    );
  });
});

describe('what a repetition gave, in a sentence', () => {
  const repetition = { of: '0'.repeat(32), bitEqual: false, predictions: null, differences: [] };

  test('equal is equal', () => {
    expect(repetitionText({ ...repetition, bitEqual: true })).toBe(
      `model.onnx is bit-equal to that of run ${'0'.repeat(32)}.`,
    );
  });

  test('how far apart, and what was not the same', () => {
    const text = repetitionText({
      ...repetition,
      predictions: { rows: 1_409, largestDifference: 0.012_345 },
      differences: [{ what: 'seed', was: '7', is: '8' }],
    });
    expect(text).toMatch(
      /the predictions of 1409 validation rows differ by at most 0\.0123; not the same: seed \(was 7, is 8\)\.$/,
    );
  });

  test('with every circumstance the same, it is the trainer that leaves something to chance', () => {
    expect(repetitionText(repetition)).toMatch(/cannot be compared; every recorded circumstance is the same/);
  });
});
