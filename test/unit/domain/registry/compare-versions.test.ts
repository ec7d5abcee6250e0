import { compareVersions, metricChanges, newcombe, releaseNotes, wilson } from '@laurel/domain';
import { aDatasetVersion, aFacts, aModelVersion, aProject, digestOf, inputs, outputs } from './card-facts.js';

const was = aFacts({
  version: {
    version: 1,
    semver: '1.0.0',
    digest: digestOf('1'),
    metrics: { rocAuc: { value: 0.8, low: 0.78, high: 0.815 }, logLoss: { value: 0.4, low: 0.39, high: 0.41 } },
    signature: { task: 'binary', inputs: inputs('tenure'), outputs, classes: ['No', 'Yes'] },
  },
});
const is = aFacts({
  version: {
    version: 3,
    metrics: { rocAuc: { value: 0.85, low: 0.83, high: 0.87 }, logLoss: { value: 0.41, low: 0.4, high: 0.42 } },
    signature: {
      task: 'binary',
      inputs: [...inputs('tenure'), { name: 'contract', dtype: 'BYTES', shape: [-1, 1], optional: true }],
      outputs,
      classes: ['No', 'Yes'],
    },
  },
});

describe('metrics', () => {
  test('the interval of a difference of two proportions is the one of Newcombe', () => {
    const [a, b] = [
      { successes: 160, n: 200 },
      { successes: 150, n: 210 },
    ];
    const estimate = (of: typeof a) => ({ value: of.successes / of.n, ...wilson(of) });
    const [change] = metricChanges({ accuracy: estimate(b) }, { accuracy: estimate(a) });
    const expected = newcombe(a, b);
    expect(change?.difference?.low).toBeCloseTo(expected.low, 12);
    expect(change?.difference?.high).toBeCloseTo(expected.high, 12);
  });

  test('better and worse follow the goal of the metric, and only where equality is excluded', () => {
    const { metrics } = compareVersions(was, is);
    expect(metrics.map(({ metric, excludesEquality, verdict }) => [metric, excludesEquality, verdict])).toEqual([
      ['rocAuc', true, 'better'],
      ['logLoss', false, 'open'],
    ]);
    const worse = metricChanges(
      { logLoss: { value: 0.3, low: 0.29, high: 0.31 } },
      { logLoss: { value: 0.5, low: 0.49, high: 0.51 } },
    );
    expect(worse[0]).toMatchObject({ goal: 'minimize', verdict: 'worse' });
  });

  test('a metric that one version lacks has no difference, and an inherited name is no metric', () => {
    const [change, ...others] = metricChanges({}, { f1: { value: 0.5, low: 0.4, high: 0.6 } });
    expect(change).toMatchObject({ was: null, difference: null, verdict: 'open' });
    expect(others).toEqual([]);
    expect(metricChanges({}, { toString: { value: 1, low: 1, high: 1 } })[0]?.was).toBeNull();
  });
});

test('the change that raised the number is named', () => {
  const { signature } = compareVersions(was, is);
  expect(signature).toMatchObject({
    bump: 'minor',
    reason: 'Clients of the version before go on: input "contract" is new and may be missing.',
    changes: [{ change: 'optionalInputAdded', subject: 'contract', bump: 'minor' }],
  });
});

test('parameters, environment, hardware, code, gates and calibration are compared', () => {
  const project = aProject();
  const { training } = project.spec;
  const other = aFacts({
    version: {
      version: 3,
      lineage: { ...aModelVersion().lineage, code: { commit: 'beef', branch: 'main', dirty: true } },
      gates: [{ gate: 'rocAuc >= 0.9', state: 'fail', observed: 0.85, bound: 0.9, message: '' }],
    },
    lock: 'numpy==2.2.0\nscikit-learn==1.7.0\n# a comment\n',
    circumstances: {
      planned: {
        ...is.circumstances!.planned,
        project: {
          ...project,
          spec: { ...project.spec, training: { ...training, parameters: { max_depth: 6, eta: 1 } } },
        },
        source: { ...is.circumstances!.planned.source, digest: digestOf('9') },
        parts: { ...is.circumstances!.planned.parts, holdout: { digest: digestOf('8'), rows: 200 } },
      },
      made: null,
    },
    report: { ...is.report!, calibration: [{ low: 0.8, high: 0.9, count: 5, meanPredicted: 0.85, observedRate: 0.9 }] },
  });
  const comparison = compareVersions(was, other);
  expect(comparison.parameters).toEqual([
    { what: 'parameter max_depth', was: '4', is: '6' },
    { what: 'parameter learning_rate', was: '0.1', is: null },
    { what: 'parameter eta', was: null, is: '1' },
  ]);
  expect(comparison.environment).toEqual({
    added: [{ name: 'scikit-learn', version: '1.7.0' }],
    removed: [{ name: 'xgboost', version: '3.0.0' }],
    changed: [{ name: 'numpy', was: '2.1.0', is: '2.2.0' }],
  });
  expect(comparison.hardware).toContainEqual({ what: 'processor', was: 'EPYC', is: null });
  expect(comparison.code).toMatchObject({ was: { commit: 'c0ffee0123456789' }, is: { commit: 'beef' }, same: false });
  expect(comparison.sameHoldout).toBe(false);
  expect(comparison.gates).toEqual([
    { gate: 'rocAuc >= 0.9', was: null, is: { state: 'fail', observed: 0.85 } },
    { gate: 'rocAuc >= 0.82', was: { state: 'pass', observed: 0.85 }, is: null },
  ]);
  expect(comparison.calibration?.bins.map(({ low, was: old, is: now }) => [low, old?.count, now?.count])).toEqual([
    [0, 120, undefined],
    [0.8, 80, 5],
  ]);
});

describe('data', () => {
  const grown = aDatasetVersion();
  const [tenure, contract] = grown.statistics.columns;
  const moved = {
    ...grown,
    version: 3,
    digest: digestOf('4'),
    rows: 1_500,
    schema: {
      columns: [
        ...grown.schema.columns.slice(0, 1),
        { name: 'age', kind: 'numeric', storage: 'float', nullable: false },
      ],
    },
    statistics: {
      rows: 1_500,
      columns: [
        { ...tenure!, missing: 150, numeric: { ...tenure!.numeric!, mean: 38 } },
        { name: 'age', missing: 0, distinct: 50, top: [] },
      ],
    },
  } as const;

  test('rows, columns and what moved are told, in standard deviations and shares', () => {
    const { data } = compareVersions(was, aFacts({ version: { version: 3 }, dataset: moved }));
    expect(data).toMatchObject({ was: { rows: 1_000, columns: 2 }, is: { rows: 1_500, columns: 2 }, same: false });
    expect(data?.columns.map(({ column, kind }) => [column, kind])).toEqual([
      ['age', 'added'],
      ['contract', 'removed'],
    ]);
    expect(data?.moved).toEqual([
      { column: 'tenure', mean: { was: 32, is: 38, inDeviations: 0.25 }, missing: { was: 0, is: 0.1 } },
    ]);
  });

  test('a small movement is none, and a constant column has a scale', () => {
    const nearly = {
      ...grown,
      digest: digestOf('4'),
      statistics: {
        rows: 1_000,
        columns: [
          { ...tenure!, numeric: { ...tenure!.numeric!, mean: 33 } },
          { ...contract!, missing: 25 },
        ],
      },
    };
    expect(compareVersions(was, aFacts({ version: { version: 3 }, dataset: nearly })).data?.moved).toEqual([]);
    const constant = (mean: number) => ({
      ...grown,
      statistics: {
        rows: 1_000,
        columns: [{ ...tenure!, numeric: { ...tenure!.numeric!, mean, standardDeviation: 0 } }],
      },
    });
    const { data } = compareVersions(
      aFacts({ version: { version: 1 }, dataset: constant(0) }),
      aFacts({ version: { version: 3 }, dataset: constant(2) }),
    );
    expect(data?.moved[0]?.mean?.inDeviations).toBe(2);
  });
});

test('what neither has recorded is null, never equal', () => {
  const bare = (version: number) =>
    aFacts({ version: { version }, report: null, dataset: null, circumstances: null, lock: null });
  const { calibration, parameters, data, environment, hardware, sameHoldout, code } = compareVersions(bare(1), bare(2));
  expect([calibration, parameters, data, environment, hardware, sameHoldout, code.same]).toEqual(Array(7).fill(null));
});

test('one version twice, and versions of two models, are refused', () => {
  expect(() => compareVersions(was, was)).toThrow('a version cannot be compared with itself');
  expect(() => compareVersions(was, aFacts({ version: { project: 'fraud' } }))).toThrow('only versions of one model');
});

describe('release notes', () => {
  test('say the number, the metrics with what their intervals allow, and how the data grew', () => {
    const notes = releaseNotes(
      is.version,
      compareVersions(
        was,
        aFacts({ ...is, version: is.version, dataset: aDatasetVersion({ digest: digestOf('4'), rows: 1_500 }) }),
      ),
    );
    expect(notes).toEqual([
      'churn 1.1.0 (version 3), after 1.0.0 (version 1).',
      'Minor: Clients of the version before go on: input "contract" is new and may be missing.',
      'rocAuc: 0.8 → 0.85 (+0.05; 95 % +0.025 to +0.07828): better.',
      'logLoss: 0.4 → 0.41 (+0.01; 95 % -0.004142 to +0.02414): equality is not excluded.',
      'Data: 1000 → 1500 rows (+50 %).',
    ]);
  });

  test('of a first version say so', () => {
    expect(releaseNotes(was.version, null)).toEqual([
      'churn 1.0.0 (version 1) is the first version of the model.',
      'Measured on the holdout: rocAuc 0.8, logLoss 0.4.',
    ]);
  });
});
