import {
  type Cell,
  type DataCheckInput,
  dataChecks,
  duplicateChecks,
  featureChecks,
  type LeakInput,
  leakChecks,
} from '@laurel/domain';

const rows = 200;
const churn = Array.from({ length: rows }, (_, row) => (row % 4 === 0 ? 'Yes' : 'No'));
const statistic = (name: string, distinct: number, missing = 0) => ({ name, missing, distinct, top: [] });
const categorical = (name: string) => ({ name, kind: 'categorical', storage: 'string', nullable: false }) as const;

function leaks(columns: { readonly [name: string]: readonly Cell[] }, more: Partial<LeakInput> = {}) {
  const names = Object.keys(columns);
  const results = leakChecks({
    task: 'binary',
    target: 'churn',
    key: 'id',
    features: names,
    table: { churn, ...columns },
    leaks: { max: 0.9, allow: [] },
    schema: { columns: names.map(categorical) },
    statistics: { rows, columns: names.map((name) => statistic(name, new Set(columns[name]).size)) },
    ...more,
  });
  return results.flatMap(({ message }) => message ?? []);
}

test('a feature that repeats the target is a leak, however it spells it', () => {
  expect(leaks({ gone: churn.map((value) => (value === 'Yes' ? 1 : 0)) })).toEqual([
    'leak through gone: expected a feature that knows at most 90 % of what churn is, found 100 %: it was made from the target or is known only after it.',
  ]);
});

test('a number with many values leaks through the range it lies in', () => {
  const paid = churn.map((value, row) => (value === 'Yes' ? 1000 : 0) + row);
  expect(leaks({ paid })).toHaveLength(1);
});

test('values that occur once know nothing of the others, but they identify rows', () => {
  const name = churn.map((_, row) => `person ${row}`);
  expect(leaks({ name })).toEqual([
    'leak through name: expected a feature that says something of more than one row, found another value in nearly every row.',
  ]);
});

test('an ordinary feature is none, and one that is allowed is not asked', () => {
  const plan = churn.map((value, row) => (row % 10 < 7 ? value : 'Maybe'));
  expect(leaks({ plan })).toEqual([]);
  expect(leaks({ churn: [...churn] }, { leaks: { max: 0.9, allow: ['churn'] } })).toEqual([]);
});

test('target and key among the features are named as such', () => {
  const [target, key] = leaks({ churn: [...churn], id: churn.map((_, row) => row) });
  expect(target).toContain('found the target itself among them');
  expect(key).toContain('found the key itself among them');
});

test('a regression leaks through what it is a multiple of', () => {
  const price = churn.map((_, row) => row + (row % 7));
  const vat = price.map((value) => value / 5);
  const schema = { columns: [{ name: 'vat', kind: 'numeric', storage: 'float', nullable: false }] } as const;
  const found = leaks({ vat }, { task: 'regression', target: 'price', table: { price, vat }, schema });
  expect(found).toEqual([expect.stringContaining('found 100 %')]);
});

const checks = (change: Partial<DataCheckInput>) =>
  dataChecks({
    schema: { columns: [{ name: 'age', kind: 'numeric', storage: 'integer', nullable: false }, categorical('churn')] },
    statistics: {
      rows,
      columns: [
        { ...statistic('age', 90), numeric: { min: 0, max: 90, mean: 40, standardDeviation: 9, quantiles: [] } },
        {
          ...statistic('churn', 2),
          top: [
            { value: 'No', count: 150 },
            { value: 'Yes', count: 50 },
          ],
        },
      ],
    },
    rules: [],
    columns: {},
    target: 'churn',
    positive: 'Yes',
    task: 'binary',
    ...change,
  });

test('each rule is a check of its own', () => {
  const results = checks({ rules: [{ column: 'age', max: 80 }, { column: 'age', min: 0 }, { rows: { min: 500 } }] });
  expect(results.map(({ name, state }) => [name, state])).toEqual([
    ['target and rows', 'passed'],
    ['rule age at most 80', 'failed'],
    ['rule age at least 0', 'passed'],
    ['rule rows at least 500', 'failed'],
  ]);
});

test('a declared column must be there and hold what it should', () => {
  const results = checks({ columns: { age: 'categorical', income: 'numeric', churn: 'categorical' } });
  expect(results.flatMap(({ message }) => message ?? [])).toEqual([
    'column age: expected a categorical column, found a numeric one.',
    'column income: expected a numeric column, found no such column.',
  ]);
});

test('a key in two parts fails, and rows that are the same do above their share', () => {
  const part = (id: readonly number[]) => ({ rows: id.length, columns: { id, x: id.map((value) => value % 5) } });
  const parts = { train: part([1, 2, 3, 4]), holdout: part([4, 8, 9, 10]) };
  const found = (max: number) =>
    duplicateChecks({ parts, columns: ['x'], key: 'id', max }).map(({ message }) => message);
  expect(found(75)).toEqual([
    'keys of train and holdout: expected at most 0 % of the keys of holdout in train too, found 1 of 4 (25 %).',
    null,
  ]);
  expect(found(50)[1]).toContain('found 3 of 4 (75 %)');
});

test('inputs that are missing, foreign or too strict are named', () => {
  const input = (name: string, optional = false) => ({ name, dtype: 'FP32', shape: [-1, 1], optional }) as const;
  const results = featureChecks({
    schema: { columns: ['age', 'plan', 'flat'].map(categorical) },
    statistics: { rows, columns: [statistic('age', 50, 3), statistic('plan', 4), statistic('flat', 1)] },
    signature: { inputs: [input('age'), input('id'), input('churn'), input('shoe')] },
    features: ['age', 'plan', 'flat'],
    target: 'churn',
    key: 'id',
    exclude: [],
    unused: [],
  });
  expect(results.map(({ message }) => message)).toEqual([
    'inputs cover the declared columns: expected an input of the graph for each, found none for plan.',
    'inputs are declared columns: expected no other inputs, found the inputs id (the key), churn (the target), shoe (not in the data).',
    'missing values are allowed where the data has them: expected optional inputs there, found required ones: age (missing in 3 rows).',
  ]);
});
