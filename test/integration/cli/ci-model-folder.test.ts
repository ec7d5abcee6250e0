import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckResult } from '@laurel/domain';
import { type BuiltModel, buildClassifier, buildRegressor } from '../../support/onnx-builder.js';
import { node, tensor } from '../../support/onnx-writer.js';
import { laurel } from '../../unit/cli/fake-server.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'laurel-ci-model-'));
  await mkdir(join(folder, 'model'));
  await declare({});
});
afterEach(() => rm(folder, { recursive: true }));

/** Houses: the price is 3 times the area less 2 times the age; dear ones cost more than 150. */
async function declare({ rows = 300, task = 'regression', target = 'price', tests = '' }): Promise<void> {
  const houses = Array.from({ length: rows }, (_, row) => {
    const [area, age] = [20 + ((row * 37) % 101), (row * 13) % 53];
    const price = 3 * area - 2 * age;
    return [area, age, task === 'regression' ? price + ((row * 7) % 11) / 100 : price > 150 ? 'dear' : 'cheap'];
  });
  const spec = `task: ${task}
  data:
    source: { format: csv, uri: houses.csv }
    target: { column: ${target} }
  training: { command: [python, train.py] }
  evaluation: { gates: [{ metric: ${task === 'regression' ? 'r2' : 'accuracy'}, min: 0.9 }] }
  serving: { endpoint: houses }`;
  await writeFile(
    join(folder, 'houses.csv'),
    [['area', 'age', target], ...houses].map((cells) => cells.join(',')).join('\n'),
  );
  await writeFile(
    join(folder, 'laurel.yaml'),
    `apiVersion: laurel/v1\nkind: ModelProject\nmetadata: { name: houses }\nspec:\n  ${spec}\n`,
  );
  await writeFile(
    join(folder, 'tests.yaml'),
    `apiVersion: laurel/v1\nkind: ModelTests\ndata: { duplicates: { max: 100 } }\n${tests}`,
  );
}

async function keep({ model, signature }: BuiltModel): Promise<void> {
  const description = { ...signature, framework: 'none', algorithm: 'linear', parity: { rows: 0, maxAbsDiff: 0 } };
  await writeFile(join(folder, 'model', 'model.onnx'), model);
  await writeFile(join(folder, 'model', 'model.json'), JSON.stringify(description));
}

async function ci(more = '') {
  const { code, out, side } = await laurel(`ci ${folder} --model ${join(folder, 'model')} -o json ${more}`, {}, folder);
  const results = out === '' ? [] : (JSON.parse(out) as { readonly results: readonly CheckResult[] }).results;
  return {
    code,
    side,
    results,
    failures: results.flatMap(({ state, suite, message }) => (state === 'failed' ? [`${suite}: ${message}`] : [])),
  };
}

const prices = { inputs: ['area', 'age'], weights: [3, -2], bias: 0 } as const;
const directions = `model:
  - direction: { column: age, add: 10, expect: notHigher }
  - quality: { metric: r2, min: 0.99 }
  - gradientFlow: {}
`;

test('a model that was made before is tested, with its gates, and what nobody watched is not asked', async () => {
  await declare({ tests: directions });
  await keep(buildRegressor(prices));
  const { code, failures, results } = await ci(`--junit ${join(folder, 'junit.xml')}`);
  expect({ code, failures }).toEqual({ code: 0, failures: [] });
  const of = (suite: string) =>
    results.filter((result) => result.suite === suite).map(({ name, state }) => `${name} ${state}`);
  expect(of('model')).toEqual([
    'direction of age passed',
    'quality r2 passed',
    'gradient flow skipped',
    'gate r2 >= 0.9 passed',
  ]);
  expect(of('deployment')).toEqual([
    'serving starts passed',
    'served answers passed',
    'time of a request passed',
    'serving stops passed',
  ]);
  expect(await readFile(join(folder, 'junit.xml'), 'utf8')).toContain('<skipped');
}, 120_000);

test('a regression that goes the wrong way fails its direction, its quality and its gate', async () => {
  await declare({ tests: directions });
  await keep(buildRegressor({ ...prices, weights: [3, 2] }));
  const { code, failures } = await ci();
  expect(code).toBe(1);
  expect(failures).toEqual([
    expect.stringMatching(
      /^model: direction of age: .* value that is not higher .* found the contrary in \d+ of \d+ \(100 %\), by up to 20\.$/,
    ),
    expect.stringMatching(/^model: quality r2: expected r2 of at least 0\.99 on all rows, found -?\d/),
    expect.stringMatching(/^model: gate r2.*: expected the gate to pass, found that /),
  ]);
}, 120_000);

test('a graph that answers one row only fails its shape', async () => {
  await declare({ task: 'binary', target: 'class', tests: 'model:\n  - shape: { rows: [1, 7] }\n' });
  const between = {
    nodes: [node('Reshape', { from: ['features', 'one.row'], to: ['linear.features'] })],
    initializers: [tensor('one.row', { dims: [2], integers: [1, 2] })],
  };
  await keep(
    buildClassifier({ inputs: ['area', 'age'], weights: [0.3, -0.2], bias: -15, classes: ['cheap', 'dear'], between }),
  );
  const { code, failures } = await ci();
  expect(code).toBe(1);
  expect(failures).toEqual(expect.arrayContaining([expect.stringMatching(/^model: shape of the answer: /)]));
}, 120_000);

test('what is no model is named, and what would be asked of it is not', async () => {
  expect((await ci()).failures).toEqual([
    expect.stringMatching(/^training: model can be loaded: .* TrainerWroteNoModel: .* model\.json/),
  ]);
  await keep({ ...buildRegressor(prices), model: Buffer.from('not a graph') });
  const { code, failures, results } = await ci();
  expect(code).toBe(1);
  expect(failures).toEqual([expect.stringMatching(/^training: model can be loaded: .* ModelUnsafe: /)]);
  expect(results.find(({ suite }) => suite === 'deployment')?.message).toBe(
    'deployment: not asked, because there is no model.',
  );
}, 60_000);

test('data that gives no parts is named, and nothing else is asked', async () => {
  await declare({ rows: 2 });
  const { code, failures } = await ci();
  expect(code).toBe(1);
  expect(failures).toEqual([
    expect.stringMatching(/^data: data can be read and divided: expected rows to train on, found Data/),
  ]);
  await rm(join(folder, 'houses.csv'));
  expect((await ci()).failures).toEqual([expect.stringMatching(/DataUnreadable: .*houses\.csv/)]);
});

test('a folder without a project file is not found', async () => {
  const { code, side } = await laurel(`ci ${join(folder, 'model')}`, {}, folder);
  expect({ code, side }).toEqual({ code: 3, side: expect.stringContaining('There is no laurel.yaml in ') });
});
