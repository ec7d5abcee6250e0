import { buildEchoGraph, buildSwapGraph, publishGraph } from '../../../support/bare-graphs.js';
import { eventually } from '../../../support/eventually.js';
import { buildClassifier, buildRegressor } from '../../../support/onnx-builder.js';
import { bodyOf, type ServingWorld, splitOf, startServingWorld } from '../../../support/serving-world.js';

const classifier = (bias: number) =>
  buildClassifier({
    inputs: ['tenure', { name: 'contract', dtype: 'BYTES', optional: true, categories: { monthly: 1, yearly: -1 } }],
    weights: [-1, 2],
    bias,
    classes: ['No', 'Yes'],
  });
const logistic = (score: number) => 1 / (1 + Math.exp(-score));
const row = { tenure: 1, contract: 'monthly' };

interface Predictions {
  readonly predictions: readonly unknown[];
}

let world: ServingWorld;
const get = async (path: string) => {
  const response = await fetch(`${world.url}${path}`);
  return { status: response.status, body: await bodyOf<{ error?: string }>(response) };
};
const post = async (path: string, body: unknown) => {
  const response = await world.post(path, body);
  return {
    status: response.status,
    headers: response.headers,
    ...(await bodyOf<Predictions & { error?: string }>(response)),
  };
};

beforeAll(async () => {
  world = await startServingWorld();
  const champion = await world.publish(3, classifier(0));
  const challenger = await world.publish(4, classifier(100));
  await world.serve(splitOf({ champion, challenger, weight: 0, epoch: 7 }));
  const prices = await world.publish(1, buildRegressor({ inputs: ['a'], weights: [2], bias: 1 }));
  await world.serve(splitOf({ champion: prices, endpoint: 'prices' }));
  await world.serve(splitOf({ champion: await publishGraph(world, 1, buildSwapGraph()), endpoint: 'swap' }));
  await world.serve(splitOf({ champion: await publishGraph(world, 2, buildEchoGraph()), endpoint: 'echo' }));
});
afterAll(() => world?.close());

test('models and their state are told in the words of KServe and of TensorFlow Serving at once', async () => {
  expect((await get('/v1/models')).body).toEqual({ models: ['churn', 'prices', 'swap', 'echo'] });
  const state = (version: string) => ({ version, state: 'AVAILABLE', status: { error_code: 'OK', error_message: '' } });
  expect((await get('/v1/models/churn')).body).toEqual({
    name: 'churn',
    ready: true,
    model_version_status: [state('3'), state('4')],
  });
  for (const path of ['versions/4', 'versions/1.4.0', 'labels/challenger']) {
    expect((await get(`/v1/models/churn/${path}`)).body).toEqual({
      name: 'churn',
      ready: true,
      model_version_status: [state('4')],
    });
  }
});

test('metadata is the one signature of the model in TensorFlow Serving’s shape', async () => {
  const dim = (size: string) => ({ size, name: '' });
  expect((await get('/v1/models/churn/versions/3/metadata')).body).toEqual({
    model_spec: { name: 'churn', signature_name: '', version: '3' },
    metadata: {
      signature_def: {
        signature_def: {
          serving_default: {
            inputs: {
              tenure: {
                dtype: 'DT_FLOAT',
                tensor_shape: { dim: [dim('-1'), dim('1')], unknown_rank: false },
                name: 'tenure',
              },
              contract: {
                dtype: 'DT_STRING',
                tensor_shape: { dim: [dim('-1'), dim('1')], unknown_rank: false },
                name: 'contract',
              },
            },
            outputs: {
              label: { dtype: 'DT_STRING', tensor_shape: { dim: [dim('-1')], unknown_rank: false }, name: 'label' },
              probabilities: {
                dtype: 'DT_FLOAT',
                tensor_shape: { dim: [dim('-1'), dim('2')], unknown_rank: false },
                name: 'probabilities',
              },
            },
            method_name: 'tensorflow/serving/predict',
            defaults: {},
          },
        },
      },
    },
  });
});

test('a model of several outputs answers each row with an object by output name, and says in headers who answered', async () => {
  const answer = await post('/v1/models/churn:predict', { instances: [row, { tenure: 5 }] });
  expect(answer.predictions).toEqual([
    { label: 'Yes', probabilities: [expect.closeTo(logistic(-1), 5), expect.closeTo(logistic(1), 5)] },
    { label: 'No', probabilities: [expect.closeTo(logistic(5), 5), expect.closeTo(logistic(-5), 5)] },
  ]);
  expect(answer.headers.get('x-laurel-version')).toBe('3');
  expect(answer.headers.get('x-laurel-prediction-id')).toMatch(/^[0-9a-f-]{36}$/);
});

test('a model of one output answers with bare values', async () => {
  expect((await post('/v1/models/prices:predict', { instances: [{ a: 4 }, { a: 5 }] })).predictions).toEqual([9, 11]);
});

test('a model of one input takes values instead of objects', async () => {
  expect((await post('/v1/models/prices:predict', { instances: [4, [5]] })).predictions).toEqual([9, 11]);
  expect((await post('/v1/models/prices:predict', { inputs: [4, 5] })).predictions).toEqual([9, 11]);
});

test('inputs are columns of one length, with a value or a list of one for each row', async () => {
  const answer = await post('/v1/models/churn:predict', {
    inputs: { tenure: [[1], [5]], contract: ['monthly', null] },
  });
  expect(answer.predictions).toMatchObject([{ label: 'Yes' }, { label: 'No' }]);
});

test('text may be given as base64', async () => {
  const contract = { b64: Buffer.from('monthly').toString('base64') };
  expect((await post('/v1/models/churn:predict', { instances: [{ ...row, contract }] })).predictions).toMatchObject([
    { label: 'Yes' },
  ]);
  expect(
    (await post('/v1/models/churn:predict', { inputs: { tenure: [1], contract: [contract] } })).predictions,
  ).toMatchObject([{ label: 'Yes' }]);
});

test.each(['versions/4', 'versions/1.4.0', 'labels/challenger'])(
  'a version is asked for by number, SemVer or label (%s)',
  async (path) => {
    const answer = await post(`/v1/models/churn/${path}:predict`, {
      signature_name: 'serving_default',
      instances: [{ tenure: 5 }],
    });
    expect(answer.predictions).toMatchObject([{ label: 'Yes' }]);
    expect(answer.headers.get('x-laurel-version')).toBe('4');
  },
);

test('a bare graph takes tensors, row by row or whole, and answers with its elements', async () => {
  const swapped = [
    [4, 2],
    [8, 6],
  ];
  expect(
    (
      await post('/v1/models/swap:predict', {
        instances: [
          [1, 2],
          [3, 4],
        ],
      })
    ).predictions,
  ).toEqual(swapped);
  expect((await post('/v1/models/swap:predict', { instances: [{ x: [1, 2] }, { x: [3, 4] }] })).predictions).toEqual(
    swapped,
  );
  expect(
    (
      await post('/v1/models/swap:predict', {
        inputs: {
          x: [
            [1, 2],
            [3, 4],
          ],
        },
      })
    ).predictions,
  ).toEqual(swapped);
  expect(
    (
      await post('/v1/models/swap:predict', {
        inputs: [
          [1, 2],
          [3, 4],
        ],
      })
    ).predictions,
  ).toEqual(swapped);
});

test('a bare graph of several outputs answers by output name; whole numbers are exact and _bytes are base64', async () => {
  const base64 = Buffer.from('käse').toString('base64');
  const predictions = [{ same: 9007199254740991, word_bytes: { b64: base64 } }];
  expect(
    (await post('/v1/models/echo:predict', { instances: [{ count: 9007199254740991, text: 'käse' }] })).predictions,
  ).toEqual(predictions);
  expect(
    (await post('/v1/models/echo:predict', { inputs: { count: [9007199254740991], text: [{ b64: base64 }] } }))
      .predictions,
  ).toEqual(predictions);
});

const deep = `{"instances": ${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
test.each<[string, string, unknown, string]>([
  ['both instances and inputs', 'churn', { instances: [row], inputs: { tenure: [1] } }, 'both instances and inputs'],
  ['neither', 'churn', {}, 'neither instances nor inputs'],
  ['an unknown key', 'churn', { instances: [row], instance: 1 }, 'key "instance"'],
  ['a list', 'churn', [row], 'must be an object'],
  ['no instances', 'churn', { instances: [] }, 'instances is empty'],
  ['no columns', 'churn', { inputs: {} }, 'inputs is empty'],
  ['columns without rows', 'churn', { inputs: { tenure: [] } }, 'inputs is empty'],
  ['instances that are no list', 'churn', { instances: row }, 'instances is an object'],
  ['inputs that are no columns', 'churn', { inputs: 3 }, 'inputs is 3'],
  [
    'columns of different lengths',
    'churn',
    { inputs: { tenure: [1, 2], contract: ['monthly'] } },
    '"contract" has 1 values and "tenure" has 2',
  ],
  ['a column that is no list', 'churn', { inputs: { tenure: 1 } }, 'inputs.tenure is 1'],
  ['a value for a model of several inputs', 'churn', { instances: [[1, 'monthly']] }, 'a model of several inputs'],
  ['a cell of another type', 'churn', { instances: [row, { tenure: 'old' }] }, 'rows[1].tenure: "old" is not a number'],
  ['a missing column', 'churn', { instances: [{ contract: 'yearly' }] }, 'rows[0].tenure: the column is missing'],
  ['a cell that is an object', 'churn', { instances: [{ tenure: {} }] }, 'rows[0].tenure'],
  [
    'text that is not base64',
    'churn',
    { instances: [{ tenure: 1, contract: { b64: '%' } }] },
    'contract.b64 is not base64',
  ],
  [
    'bytes that are not UTF-8',
    'churn',
    { instances: [{ tenure: 1, contract: { b64: '/w==' } }] },
    'not a text in UTF-8',
  ],
  [
    'another signature',
    'churn',
    { instances: [row], signature_name: 'other' },
    'signature_name must be serving_default',
  ],
  ['parameters, which only :explain takes', 'churn', { instances: [row], parameters: {} }, 'key "parameters"'],
  ['more rows than are taken', 'prices', { instances: Array.from({ length: 10_001 }, () => 1) }, 'at most 10000'],
  ['NaN', 'prices', '{"instances": [NaN]}', 'NaN is not a value of JSON'],
  ['JSON that ends early', 'prices', '{"instances": [1', 'byte 16'],
  ['JSON nested 200,000 deep', 'prices', deep, 'nested deeper than 32'],
  [
    'a prototype instead of a column',
    'churn',
    '{"instances": [{"__proto__": {"tenure": 1}}]}',
    'rows[0].tenure: the column is missing',
  ],
  ['a key that is a prototype', 'churn', '{"__proto__": {"instances": [1]}}', 'key "__proto__"'],
  ['a key twice', 'churn', '{"instances": [{"tenure": 1, "tenure": 2}]}', 'comes twice'],
  ['a ragged tensor', 'swap', { instances: [[1, 2], [3]] }, 'instances[1] has shape [1] and instances[0] has [2]'],
  ['a tensor of another shape', 'swap', { inputs: { x: [[1, 2, 3]] } }, 'the model takes [-1, 2]'],
  ['a tensor that is not there', 'swap', { inputs: { z: [[1, 2]] } }, 'no input "z"'],
  [
    'a value that its tensor does not hold',
    'echo',
    { instances: [{ count: 1.5, text: 'a' }] },
    '1.5 at 0, which is no value of INT64',
  ],
  [
    'a whole number that JSON does not hold exactly',
    'echo',
    '{"instances": [{"count": 9007199254740993, "text": "a"}]}',
    'no value of INT64',
  ],
  [
    'objects with different inputs',
    'echo',
    { instances: [{ count: 1, text: 'a' }, { count: 1 }] },
    'instances[1] has other inputs',
  ],
  ['a value for a graph of several inputs', 'echo', { instances: [1] }, 'a model of several inputs'],
])('a request with %s is refused in one sentence', async (_, model, body, sentence) => {
  const { status, error } = await post(`/v1/models/${model}:predict`, body);
  expect([status, error]).toEqual([400, expect.stringContaining(sentence)]);
});

test.each([
  ['/v1/models/nowhere:predict', 'nowhere'],
  ['/v1/models/churn/versions/99:predict', 'no version 99'],
  ['/v1/models/churn/versions/champion:predict', '"champion" is no version'],
  ['/v1/models/churn/labels/3:predict', '"3" is no label'],
  ['/v1/models/churn/labels/stable:predict', 'no version stable'],
])('%s is not found', async (path, sentence) => {
  const { status, error } = await post(path, { instances: [row] });
  expect([status, error]).toEqual([404, expect.stringContaining(sentence)]);
});

test.each(['classify', 'regress'])(':%s is what Laurel does not have', async (method) => {
  const { status, error } = await post(`/v1/models/churn:${method}`, { examples: [{ tenure: 1 }] });
  expect([status, error]).toEqual([501, expect.stringContaining('send rows to :predict')]);
});

test('an endpoint that is not there has neither state nor metadata', async () => {
  for (const path of ['/v1/models/nowhere', '/v1/models/nowhere/metadata']) {
    const { status, body } = await get(path);
    expect([status, Object.keys(body)]).toEqual([404, ['error']]);
  }
});

test('while a version is being loaded its state says so, and a baseline answers rows', async () => {
  const digest = `sha256:${'0'.repeat(64)}` as const;
  const champion = { version: 9, digest, semver: '1.9.0' };
  const split = splitOf({ champion, endpoint: 'later', baseline: { label: 'No' } });
  world.fleet.committed = [...world.fleet.committed, split];
  await eventually(async () => (await get('/v1/models/later')).status === 503, 'the endpoint is there');
  expect((await get('/v1/models/later')).body).toMatchObject({
    ready: false,
    model_version_status: [{ version: '9', state: 'LOADING' }],
  });
  const answer = await post('/v1/models/later:predict', { instances: [row] });
  expect([answer.status, answer.predictions]).toEqual([200, [{ label: 'No' }]]);
  expect(answer.headers.get('x-laurel-fallback')).toBe('true');
  expect((await post('/v1/models/later:predict', { instances: [[1, 2]] })).status).toBe(503);
});
