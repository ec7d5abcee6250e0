import { buildSwapGraph, publishGraph } from '../../support/bare-graphs.js';
import { buildClassifier, buildRegressor } from '../../support/onnx-builder.js';
import { bodyOf, type ServingWorld, splitOf, startServingWorld } from '../../support/serving-world.js';

const classifier = buildClassifier({ inputs: ['tenure', 'charge'], weights: [-1, 1], bias: 0, classes: ['No', 'Yes'] });

let world: ServingWorld;
const post = async (path: string, body: unknown) => {
  const response = await world.post(path, body);
  return { status: response.status, body: await bodyOf<unknown>(response) };
};

beforeAll(async () => {
  world = await startServingWorld();
  await world.serve(splitOf({ champion: await world.publish(3, classifier) }));
  const prices = await world.publish(1, buildRegressor({ inputs: ['a'], weights: [2], bias: 1 }));
  await world.serve(splitOf({ champion: prices, endpoint: 'prices' }));
  await world.serve(splitOf({ champion: await publishGraph(world, 1, buildSwapGraph()), endpoint: 'swap' }));
});
afterAll(() => world?.close());

const half = { No: 0.5, Yes: 0.5 };

test('one row is answered by itself and a list by a list', async () => {
  const row = { tenure: 1, charge: 1 };
  expect(await post('/predictions/churn', row)).toEqual({ status: 200, body: { label: 'No', probabilities: half } });
  expect((await post('/predictions/churn', [row, { tenure: 0, charge: 9 }])).body).toMatchObject([
    { label: 'No' },
    { label: 'Yes' },
  ]);
});

test('a regression answers with numbers, for values as for objects', async () => {
  expect((await post('/predictions/prices', { a: 4 })).body).toBe(9);
  expect((await post('/predictions/prices', 4)).body).toBe(9);
  expect((await post('/predictions/prices', [4, { a: 5 }])).body).toEqual([9, 11]);
});

test('a bare graph takes a list of tensors, and one row as an object of them', async () => {
  expect(
    (
      await post('/predictions/swap', [
        [1, 2],
        [3, 4],
      ])
    ).body,
  ).toEqual([
    [4, 2],
    [8, 6],
  ]);
  expect((await post('/predictions/swap', { x: [1, 2] })).body).toEqual([4, 2]);
});

test('a version may be named by number or SemVer', async () => {
  for (const version of ['3', '1.3.0'])
    expect((await post(`/predictions/churn/${version}`, { tenure: 0, charge: 9 })).status).toBe(200);
  expect((await post('/predictions/churn/99', { tenure: 1, charge: 1 })).status).toBe(404);
});

test.each<[string, string, unknown, number]>([
  ['an empty list', 'churn', [], 400],
  ['bytes that are not JSON', 'churn', 'ÿØÿà', 400],
  ['no body', 'churn', '', 400],
  ['NaN', 'prices', '[NaN]', 400],
  ['JSON nested 200,000 deep', 'prices', '['.repeat(200_000), 400],
  ['a prototype instead of columns', 'churn', '{"__proto__": {"tenure": 1, "charge": 1}}', 400],
  ['a value for a model of several inputs', 'churn', 3, 400],
  ['a ragged list', 'swap', [[1, 2], [3]], 400],
  ['an unknown model', 'nowhere', { a: 1 }, 404],
])('%s is refused', async (_, model, body, status) => {
  const answer = await post(`/predictions/${model}`, body);
  expect(answer).toEqual({ status, body: { error: expect.stringMatching(/^[A-Z]\w+: .+\.$/) } });
});

test('/ping says in JSON that the process is healthy', async () => {
  expect(await (await fetch(`${world.url}/ping`)).json()).toEqual({ status: 'Healthy' });
});
