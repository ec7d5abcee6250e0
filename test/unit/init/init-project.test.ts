import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { aFolder, csvOf } from './given.js';

const x = (row: number) => ((row * 7919) % 1009) / 7;
const kind = (row: number) => ['red', 'green', 'blue'][row % 3] ?? '';

async function refusal(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'it was not refused',
    (error: Error & { code?: string }) => `${error.code}: ${error.message}`,
  );
}

test('the shipped data becomes a project that says what it decided', async () => {
  await using given = await aFolder();
  const csv = await readFile(join(import.meta.dirname, '../../../examples/churn/data/telco_churn.csv'), 'utf8');
  const { spec, decisions, files, text } = await given.init(csv, { target: 'churn', name: 'churn', file: 'telco.csv' });
  expect(spec).toMatchObject({
    task: 'binary',
    data: {
      source: { format: 'csv', uri: 'data/telco.csv' },
      key: 'customer_id',
      target: { column: 'churn', positive: 'Yes' },
      exclude: [],
      sensitive: [],
      split: { holdout: 20, validation: 20, stratify: true },
    },
    evaluation: { gates: [{ metric: 'rocAuc', min: 0.55 }] },
    serving: { endpoint: 'churn' },
  });
  expect(decisions).toEqual([
    'telco.csv has 7043 rows and 21 columns.',
    'churn has 2 values (No 5174, Yes 1869): the task is binary, and "Yes" is the positive class (by its name).',
    'customer_id looks like an identifier (all values differ); it is the row key and no feature.',
    '19 columns are features.',
    '20 % of the rows are kept for evaluation and 20 % for validation.',
    'A version passes with rocAuc of at least 0.55 on the holdout (0.5 is guessing).',
    'Fairness is not measured yet; if it matters, list female, senior_citizen under spec.data.sensitive.',
  ]);
  expect(files).toEqual(['laurel.yaml', 'train.py', 'data/telco.csv'].map((file) => join(given.folder, 'churn', file)));
  expect(await readFile(join(given.folder, 'churn', 'data', 'telco.csv'), 'utf8')).toBe(csv);
  expect(await readFile(join(given.folder, 'churn', 'train.py'), 'utf8')).toBe('# trains\n');
  expect(text).toContain('# for example [female, senior_citizen]');
});

test('fractions are a regression, whose rollout is decided in the unit of the target', async () => {
  await using given = await aFolder();
  const { spec, decisions } = await given.init(csvOf(600, { a: x, kind, y: (row) => x(row) * 3 + (row % 5) }));
  expect(spec.task).toBe('regression');
  expect(spec.evaluation).toMatchObject({
    primary: { metric: 'meanAbsoluteError' },
    gates: [{ metric: 'r2', min: 0 }],
  });
  expect(spec.rollout.metrics['meanAbsoluteError']).toMatchObject({ role: 'decision', direction: 'lower' });
  expect(spec.rollout.metrics['meanAbsoluteError']?.margin).toBeGreaterThan(5);
  expect(spec.data.split.stratify).toBe(false);
  expect(decisions.join('\n')).toMatch(/y holds numbers from .* the task is regression/);
});

test('many whole numbers are a regression, few are classes', async () => {
  await using given = await aFolder();
  const many = await given.init(csvOf(200, { a: x, y: (row) => row % 60 }), { name: 'many' });
  expect(many.spec.task).toBe('regression');
  const few = await given.init(csvOf(200, { a: x, y: (row) => row % 5 }), { name: 'few' });
  expect(few.spec).toMatchObject({ task: 'multiclass', evaluation: { gates: [{ metric: 'accuracy', min: 0.2 }] } });
});

test.each([
  ['words', (row: number) => (row % 4 === 0 ? 'no' : 'yes'), 'yes'],
  ['numbers', (row: number) => (row % 4 === 0 ? 1 : 0), '1'],
  ['fractions that are 0 and 1', (row: number) => (row % 4 === 0 ? '1.0' : '0.0'), '1'],
  ['booleans', (row: number) => row % 4 !== 0, 'true'],
  ['other words: the rarer', (row: number) => (row % 4 === 0 ? 'fraud' : 'fine'), 'fraud'],
])('the positive class of %s', async (_, y, positive) => {
  await using given = await aFolder();
  const { spec } = await given.init(csvOf(200, { a: x, y }));
  expect([spec.task, spec.data.target.positive]).toEqual(['binary', positive]);
});

test('identifiers, constants, empty columns, dates and free text are no features, each with its reason', async () => {
  await using given = await aFolder();
  const { spec, decisions } = await given.init(
    csvOf(200, {
      row: (row) => row + 1,
      orderId: (row) => (row * 7919) % 190,
      token: (row) => `t${(row * 31) % 1009}`,
      day: (row) => `2024-01-${String((row % 28) + 1).padStart(2, '0')}`,
      note: (row) => (row % 20 === 0 ? '' : `text ${row % 150}`),
      always: () => 'same',
      never: () => null,
      rarely: (row) => (row % 3 === 0 ? 'set' : null),
      store_id: (row) => row % 9,
      balance: (row) => (row * 7919 * 7919) % 999_983,
      amount: x,
      y: (row) => (row % 2 === 0 ? 'a' : 'b'),
    }),
  );
  expect(spec.data.key).toBe('row');
  expect(spec.data.exclude).toEqual(['orderId', 'token', 'day', 'note', 'always', 'never']);
  expect(decisions.slice(2, 9)).toEqual([
    'row looks like an identifier (all values differ); it is the row key and no feature.',
    'orderId looks like an identifier (190 different values in 200 rows); it is left out.',
    'token looks like an identifier (all values differ); it is left out.',
    'day holds dates or times, which a model takes for mere text; derive features from it; it is left out.',
    'note holds too many different texts to learn from (145 in 190 rows); it is left out.',
    'always has the same value in every row; it is left out.',
    'never has no value in any row; it is left out.',
  ]);
  expect(decisions).toContain('4 columns are features.');
});

test('a small table keeps more rows from training, and unlabelled rows are counted', async () => {
  await using given = await aFolder();
  const { spec, decisions } = await given.init(
    csvOf(80, { a: x, y: (row) => (row < 5 ? null : row % 2 === 0 ? 'a' : 'b') }),
  );
  expect(spec.data.split).toMatchObject({ holdout: 30, validation: 20 });
  expect(decisions).toContain('5 rows have no target "y" and are left out.');
});

test('names that YAML would misread are quoted', async () => {
  await using given = await aFolder();
  const csv = csvOf(100, {
    'a: [#"': x,
    yes: () => 1,
    '1st': () => 2,
    'naïve 🙂': kind,
    no: (row) => (row % 2 ? 'on' : 'off'),
  });
  const { spec } = await given.init(csv.replace('a: [#"', '"a: [#"""'), { target: 'no', file: "my data's #1.csv" });
  expect(spec.data.target).toEqual({ column: 'no', positive: 'on' });
  expect(spec.data.exclude).toEqual(['yes', '1st']);
  expect(spec.data.source.uri).toBe("data/my data's #1.csv");
});

describe('what cannot become a project is refused in one sentence, and nothing is written', () => {
  const ok = { a: x, churned: (row: number) => (row % 2 === 0 ? 'a' : 'b') };
  test.each([
    [
      'a target that is not there',
      csvOf(90, ok),
      { target: 'chruned' },
      /^InvalidInput: .*no column "chruned"; did you mean "churned"\?/,
    ],
    ['one class', csvOf(90, { a: x, y: () => 'a' }), {}, /^DataAnomaly: target "y" has only the value "a"/],
    ['no class at all', csvOf(90, { a: x, y: () => null }), {}, /^DataAnomaly: target "y" has no value in any row/],
    [
      'too many classes',
      csvOf(90, { a: x, y: (row) => `c${row % 60}` }),
      {},
      /^DataAnomaly: target "y" has 60 different texts; at most 50/,
    ],
    [
      'a class of two rows',
      csvOf(90, { a: x, y: (row) => (row < 2 ? 'rare' : `c${row % 2}`) }),
      {},
      /^DataAnomaly: class "rare" of target "y" has 2 rows/,
    ],
    [
      'few rows',
      csvOf(20, { a: x, y: (row) => row % 2 }),
      {},
      /^DataAnomaly: .* has 20 rows with a target; at least 50/,
    ],
    [
      'no features',
      csvOf(90, { id: (row) => row, y: (row) => row % 2 }),
      {},
      /^DataAnomaly: .* no column besides the target/,
    ],
    [
      'a name',
      csvOf(90, ok),
      { name: 'My_Model', target: 'churned' },
      /^InvalidInput: "My_Model" cannot name a project/,
    ],
    ['a broken file', 'a,y\n1\n', {}, /^DataUnreadable: .*line 2: expected 2 columns, found 1/],
  ])('%s', async (_, csv, options, message) => {
    await using given = await aFolder();
    expect(await refusal(given.init(csv, options))).toMatch(message);
    expect((await readdir(given.folder)).sort()).toEqual(['rows.csv', 'templates']);
  });
});

test('a folder with files is left alone, unless told otherwise', async () => {
  await using given = await aFolder();
  const csv = csvOf(90, { a: x, y: (row) => row % 2 });
  await given.init(csv);
  await writeFile(join(given.folder, 'model', 'notes.md'), 'mine');
  expect(await refusal(given.init(csv))).toMatch(/^Conflict: .*model already has files; .*--force/);
  await given.init(csv, { force: true });
  expect(await readFile(join(given.folder, 'model', 'notes.md'), 'utf8')).toBe('mine');
});

test('any table becomes a valid project, or is refused with a code', async () => {
  await using given = await aFolder();
  const cell = fc.oneof(
    fc.integer({ min: 0, max: 3 }),
    fc.constantFrom('a', 'b', '', 'NA', 'true', '2024-01-01'),
    fc.double({ noNaN: true }),
  );
  const column = fc.array(cell, { minLength: 2, maxLength: 4 });
  const names = fc.uniqueArray(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).map((text) => `c${text}`),
    {
      minLength: 1,
      maxLength: 4,
      selector: (text) => text.toLowerCase(),
    },
  );
  let turn = 0;
  await fc.assert(
    fc.asyncProperty(names, fc.array(column, { minLength: 5, maxLength: 5 }), async (columns, values) => {
      const quoted = columns.map((text) => `"${text.replaceAll('"', '""')}"`);
      const header = ['y', ...quoted].join(',');
      const line = (row: number) =>
        [...quoted, ''].map((_, i) => values[i]?.[row % (values[i]?.length ?? 1)] ?? '').join(',');
      const csv = `${header}\n${Array.from({ length: 60 }, (_, row) => line(row)).join('\n')}\n`;
      turn += 1;
      const outcome = await refusal(given.init(csv, { name: `m${turn}` }));
      expect(outcome).toMatch(/^(it was not refused|Data\w+: )/);
    }),
    { numRuns: 30 },
  );
});
