import { readFile } from 'node:fs/promises';
import { parseModelTests, usualModelTests } from '@laurel/contracts/schemas';

const head = 'apiVersion: laurel/v1\nkind: ModelTests\n';
const parsed = (text: string) => parseModelTests(`${head}${text}`, { file: 'tests.yaml', task: 'binary' });
const problems = (text: string) => {
  const read = parsed(text);
  return read.ok ? [] : read.problems.map(({ message }) => message);
};

test('the tests of the churn example are valid', async () => {
  const text = await readFile(new URL('../../../examples/churn/tests.yaml', import.meta.url), 'utf8');
  expect(parseModelTests(text, { file: 'tests.yaml', task: 'binary' })).toMatchObject({ ok: true });
});

test('defaults are filled in, and a test without a name gets one', () => {
  const read = parsed('model:\n  - direction: { column: age, add: 1, expect: notLower }\n  - shape: {}\n');
  expect(read).toMatchObject({
    ok: true,
    tests: {
      data: { columns: {}, leaks: { max: 0.99, allow: [] }, duplicates: { max: 1 } },
      model: [
        { name: 'direction of age', direction: { of: null, tolerance: 0, max: 0 } },
        { name: 'shape of the answer', shape: { rows: [1, 7] } },
      ],
      deployment: { rows: 50, latency: null },
    },
  });
});

test('a project without tests gets those that can be asked of any model', () => {
  expect(usualModelTests().model.map(({ name }) => name)).toEqual(['shape of the answer']);
});

test.each([
  ['moddel: []', 'line 3: the file has no key "moddel"; did you mean "model"?'],
  [
    'model:\n  - invariance: { column: sex, values: [1] }',
    'line 4: model[0].invariance.values is a list; allowed: a list of at least 2.',
  ],
  [
    'model:\n  - direction: { column: age, expect: notLower }',
    'line 4: model[0].direction is a mapping; allowed: either add or set.',
  ],
  ['model:\n  - quality: { metric: r2, min: 0.5 }', 'line 4: model[0].quality.metric is "r2"; allowed: accuracy,'],
  [
    'model:\n  - quality: { metric: accuracy }',
    'line 4: model[0].quality is a mapping; allowed: a mapping with min or max.',
  ],
  [
    'model:\n  - shape: {}\n  - shape: {}',
    'line 5: model[1].name is "shape of the answer"; allowed: a name that no other test has.',
  ],
  [
    'deployment: { latency: quick }',
    'line 3: deployment.latency is "quick"; allowed: a duration such as 30s, 10m or 2h.',
  ],
  ['model: [', 'this is not valid YAML'],
])('%j is refused', (text, message) => {
  expect(problems(text)).toEqual(expect.arrayContaining([expect.stringContaining(message)]));
});
