import {
  type AnomalyInput,
  type ColumnSchema,
  type ColumnStatistics,
  type DescribedTable,
  findAnomalies,
} from '@laurel/domain';

type Column = Pick<ColumnSchema, 'name'> & Partial<ColumnSchema> & Partial<ColumnStatistics>;

function table(rows: number, ...columns: readonly Column[]): DescribedTable {
  return {
    schema: {
      columns: columns.map(({ name, kind = 'categorical', storage = 'string', categories }) => ({
        name,
        kind,
        storage,
        nullable: false,
        ...(categories === undefined ? {} : { categories }),
      })),
    },
    statistics: {
      rows,
      columns: columns.map(({ name, missing = 0, distinct = 5, numeric, top = [] }) => ({
        name,
        missing,
        distinct,
        top,
        ...(numeric === undefined ? {} : { numeric }),
      })),
    },
  };
}

function range(min: number, max: number): Pick<Column, 'kind' | 'storage' | 'numeric'> {
  return { kind: 'numeric', storage: 'integer', numeric: { min, max, mean: 0, standardDeviation: 1, quantiles: [] } };
}

const churn: Column = {
  name: 'churn',
  distinct: 2,
  top: [
    { value: 'No', count: 700 },
    { value: 'Yes', count: 300 },
  ],
};
const tenure: Column = { name: 'tenure', ...range(0, 72) };

function find(given: DescribedTable, change: Partial<AnomalyInput> = {}): readonly string[] {
  const found = findAnomalies({ ...given, rules: [], target: 'churn', task: 'binary', ...change });
  return found.map(({ severity, code, column }) => `${severity} ${code} ${column ?? '-'}`);
}

test('sound data has no anomalies', () => {
  expect(find(table(1000, churn, tenure), { previous: table(900, churn, tenure) })).toEqual([]);
});

test('no rows are one error, whatever the rules', () => {
  expect(find(table(0), { rules: [{ rows: { min: 5 } }] })).toEqual(['error empty -']);
});

test('the target must be there and have values', () => {
  expect(find(table(1000, tenure))).toEqual(['error missingTarget churn']);
  expect(find(table(1000, tenure, { ...churn, missing: 1000, distinct: 0, top: [] }))).toEqual([
    'error missingTarget churn',
  ]);
  expect(find(table(1000, tenure, { ...churn, missing: 3 }))).toEqual(['warning missingTarget churn']);
});

test('a classification needs two classes, a binary one exactly two, and the positive one among them', () => {
  expect(find(table(1000, { ...churn, distinct: 1, top: [{ value: 'No', count: 1000 }] }))).toEqual([
    'error oneClass churn',
  ]);
  const three = { ...churn, distinct: 3, top: [...(churn.top ?? []), { value: 'Maybe', count: 100 }] };
  expect(find(table(1000, three))).toEqual(['error tooManyClasses churn']);
  expect(find(table(1000, three), { task: 'multiclass' })).toEqual([]);
  expect(find(table(1000, churn), { positive: 'yes' })).toEqual(['error missingTarget churn']);
  expect(find(table(1000, churn), { positive: 'Yes' })).toEqual([]);
});

test('a class too rare for three parts is an error, a merely rare one a warning', () => {
  const withYes = (count: number): Column => ({
    ...churn,
    top: [
      { value: 'No', count: 900 },
      { value: 'Yes', count },
    ],
  });
  expect(find(table(1000, withYes(2)))).toEqual(['error rareClass churn']);
  expect(find(table(1000, withYes(9)))).toEqual(['warning rareClass churn']);
  expect(find(table(1000, withYes(10)))).toEqual([]);
});

test('a regression needs a number that varies', () => {
  expect(find(table(1000, churn), { task: 'regression' })).toEqual(['error typeChanged churn']);
  expect(find(table(1000, { ...tenure, distinct: 1 }), { task: 'regression', target: 'tenure' })).toEqual([
    'error oneClass tenure',
  ]);
  expect(find(table(1000, tenure), { task: 'regression', target: 'tenure' })).toEqual([]);
});

test("breaches of the project's rules are errors, and bounds are inclusive", () => {
  const rules = [
    { column: 'tenure', min: 0, max: 72, missing: { max: 0 } },
    { rows: { min: 1000, max: 1000 } },
  ] as const;
  expect(find(table(1000, churn, tenure), { rules })).toEqual([]);
  expect(find(table(999, churn, { ...tenure, ...range(-1, 73), missing: 1 }), { rules })).toEqual([
    'error tooManyMissing tenure',
    'error belowMinimum tenure',
    'error aboveMaximum tenure',
    'error tooFewRows -',
  ]);
  expect(find(table(1001, churn, tenure), { rules })).toEqual(['error tooManyRows -']);
});

test('a rule for a column that is not there, or holds text, is an error', () => {
  const rules = [
    { column: 'tenur', min: 0 },
    { column: 'plan', max: 3 },
  ];
  const given = table(1000, churn, tenure, { name: 'plan' });
  const found = findAnomalies({ ...given, rules, target: 'churn', task: 'binary' });
  expect(found.map(({ message }) => message)).toEqual([
    'a rule names column "tenur", which the data does not have; did you mean "tenure"?',
    'a rule bounds column "plan", which holds text and not numbers',
  ]);
});

test('what changed since the previous good version is named', () => {
  const before = table(
    900,
    churn,
    tenure,
    { name: 'gone' },
    { name: 'plan', categories: ['a', 'b'] },
    { name: 'age', ...range(1, 9) },
  );
  const now = table(
    1000,
    churn,
    { ...tenure, storage: 'float' },
    { name: 'plan', categories: ['a', 'c'] },
    { name: 'age' },
    { name: 'fresh' },
  );
  expect(find(now, { previous: before })).toEqual([
    'error missingColumn gone',
    'error typeChanged age',
    'warning newCategories plan',
    'warning newColumn fresh',
  ]);
});

test('columns that are no features may come and go', () => {
  const ignore = ['id', 'fresh'];
  expect(
    find(table(1000, churn, tenure, { name: 'fresh', distinct: 1 }), {
      previous: table(900, churn, tenure, { name: 'id' }),
      ignore,
    }),
  ).toEqual([]);
});

test('a feature without values or without variety is a warning', () => {
  const empty: Column = { name: 'empty', missing: 1000, distinct: 0 };
  expect(find(table(1000, churn, empty, { name: 'same', distinct: 1 }))).toEqual([
    'warning allMissing empty',
    'warning constant same',
  ]);
  expect(find(table(1000, churn, { name: 'flag', distinct: 1, missing: 400 }))).toEqual([]);
});

test('errors come before warnings', () => {
  expect(
    find(table(1000, tenure, { name: 'same', distinct: 1 }), { rules: [{ rows: { max: 10 } }], target: 'tenure' }).map(
      (line) => line.split(' ')[0],
    ),
  ).toEqual(['error', 'error', 'warning']);
});
