import { buildClassifier } from '../../support/onnx-builder.js';
import { bodyOf, oneOff, type ServingWorld, splitOf, startServingWorld } from '../../support/serving-world.js';

// What `npm run test:clients` has found unmodified Python clients to ask for.

const classifier = buildClassifier({
  inputs: [
    { name: 'tenure', optional: true },
    { name: 'contract', dtype: 'BYTES', categories: { monthly: 3 } },
  ],
  weights: [-1, 1],
  bias: 0,
  classes: ['No', 'Yes'],
});

interface Statistics {
  readonly model_stats: readonly {
    readonly name: string;
    readonly version: string;
    readonly inference_count: number;
    readonly inference_stats: { readonly success: { readonly count: number } };
  }[];
}

let world: ServingWorld;
const get = (path: string) => fetch(`${world.url}${path}`, oneOff);

beforeAll(async () => {
  world = await startServingWorld();
  await world.serve(splitOf({ champion: await world.publish(3, classifier) }));
});
afterAll(() => world?.close());

test.each(['/v2/models/churn/config', '/v2/models/churn/versions/3/config'])(
  'Triton’s configuration is at %s',
  async (path) => {
    expect(await (await get(path)).json()).toEqual({
      name: 'churn',
      platform: 'onnxruntime_onnx',
      backend: 'onnxruntime',
      max_batch_size: 0,
      input: [
        { name: 'tenure', data_type: 'TYPE_FP32', dims: [-1, 1] },
        { name: 'contract', data_type: 'TYPE_STRING', dims: [-1, 1] },
      ],
      output: [
        { name: 'label', data_type: 'TYPE_STRING', dims: [-1] },
        { name: 'probabilities', data_type: 'TYPE_FP32', dims: [-1, 2] },
      ],
    });
  },
);

test('statistics are told of all models, of one and of a version; of a model that is none, not', async () => {
  const rows = [{ contract: 'monthly' }, { contract: 'yearly' }];
  expect((await world.post('/predict/churn', { rows })).status).toBe(200);
  for (const path of ['/v2/models/stats', '/v2/models/churn/stats', '/v2/models/churn/versions/3/stats']) {
    const {
      model_stats: [one, ...others],
    } = await bodyOf<Statistics>(get(path));
    expect(one).toMatchObject({
      name: 'churn',
      version: '3',
      inference_count: 2,
      inference_stats: { success: { count: 1 } },
    });
    expect(others).toEqual([]);
  }
  expect((await get('/v2/models/nobody/stats')).status).toBe(404);
  expect((await get('/v2/models/churn/versions/9/stats')).status).toBe(404);
});

test('NaN, which MLflow writes for a missing number, is one there and nowhere else', async () => {
  const split = '{"dataframe_split":{"columns":["tenure","contract"],"data":[[NaN,"monthly"],[9,"monthly"]]}}';
  const response = await world.post('/invocations', split);
  expect(await response.json()).toEqual({ predictions: ['Yes', 'No'] });
  for (const [path, body] of [
    ['/invocations', split.replace('NaN', 'Infinity')],
    ['/invocations', split.replace('NaN', 'NaNa')],
    ['/invocations', split.replace('"monthly"', 'Na')],
    ['/v1/models/churn:predict', '{"instances":[{"tenure":NaN,"contract":"monthly"}]}'],
  ] as const) {
    expect((await world.post(path, body)).status).toBe(400);
  }
});
