import { publishWithBackground } from '../../support/bare-graphs.js';
import { buildClassifier } from '../../support/onnx-builder.js';
import { bodyOf, oneOff, type ServingWorld, splitOf, startServingWorld } from '../../support/serving-world.js';
import { type GrpcClient, openClient } from './grpc-client.js';

const spec = { inputs: ['tenure'], weights: [-1], bias: 0, classes: ['No', 'Yes'] } as const;

let world: ServingWorld;
let client: GrpcClient;

beforeAll(async () => {
  world = await startServingWorld();
  client = openClient(await world.serving.listenGrpc({ host: '127.0.0.1', port: 0 }));
  const champion = await world.publish(3, buildClassifier(spec));
  await world.serve(splitOf({ champion }));
  await world.serve(splitOf({ endpoint: 'other', champion: await world.publish(1, buildClassifier(spec)) }));
  const background = { rows: 2, columns: { tenure: [1, 5] } };
  const explained = await publishWithBackground(world, { version: 2, built: buildClassifier(spec), background });
  await world.serve(splitOf({ endpoint: 'explained', champion: explained }));
  await askEverywhere();
}, 60_000);
afterAll(async () => {
  client?.close();
  await world?.close();
});

const tensor = { name: 'tenure', datatype: 'FP32' };
const typed = { inputs: [{ ...tensor, shape: [2, 1], contents: { fp32_contents: [1, 5] } }] };

/** Each of the protocols asks once, for two rows. */
const requests = 7;

async function askEverywhere(): Promise<void> {
  const rows = [{ tenure: 1 }, { tenure: 5 }];
  const posts: readonly (readonly [path: string, body: unknown])[] = [
    ['/predict/churn', { rows }],
    ['/v2/models/churn/infer', { inputs: [{ ...tensor, shape: [2, 1], data: [1, 5] }] }],
    ['/v1/models/churn:predict', { instances: rows }],
    ['/invocations/churn', { dataframe_records: rows }],
    ['/predictions/churn', rows],
  ];
  for (const [path, body] of posts) expect([path, (await world.post(path, body)).status]).toEqual([path, 200]);
  await client.call('GRPCInferenceService/ModelInfer', { model_name: 'churn', ...typed });
  await client.call('PredictionService/Predict', {
    model_spec: { name: 'churn' },
    inputs: {
      tenure: { dtype: 'DT_FLOAT', tensor_shape: { dim: [{ size: 2 }, { size: 1 }] }, float_val: [1, 5] },
    },
  });
}

const get = (path: string) => fetch(`${world.url}${path}`, oneOff);

interface Duration {
  readonly count: number;
  readonly ns: number;
}
interface Statistic {
  readonly name: string;
  readonly version: string;
  readonly last_inference: number;
  readonly inference_count: number;
  readonly execution_count: number;
  readonly inference_stats: { readonly [stage: string]: Duration };
  readonly batch_stats: readonly { readonly batch_size: number; readonly compute_infer: Duration }[];
}
const statsOf = async (path: string) => (await bodyOf<{ model_stats: readonly Statistic[] }>(get(path))).model_stats;

test('statistics tell what every protocol asked of a version, and how long the stages took', async () => {
  const [statistic, ...others] = await statsOf('/v2/models/churn/stats');
  expect(others).toEqual([]);
  expect(statistic).toMatchObject({
    name: 'churn',
    version: '3',
    inference_count: 2 * requests,
    execution_count: requests,
    batch_stats: [{ batch_size: 2, compute_infer: { count: requests } }],
  });
  const { success, fail, queue, compute_input, compute_infer, compute_output, cache_hit } =
    statistic?.inference_stats ?? {};
  expect(success?.count).toBe(requests);
  expect(fail).toEqual({ count: 0, ns: 0 });
  for (const stage of [queue, compute_input, compute_infer, compute_output]) {
    expect(stage?.count).toBe(requests);
    expect(stage?.ns).toBeGreaterThan(0);
    expect(stage?.ns).toBeLessThan(5e9);
  }
  expect(cache_hit).toEqual({ count: 0, ns: 0 });
  expect(Date.now() - (statistic?.last_inference ?? 0)).toBeLessThan(60_000);
});

test('statistics are asked for all endpoints, for one version, and over gRPC, and are the same', async () => {
  const all = await statsOf('/v2/models/stats');
  expect(all.map(({ name, version }) => [name, version])).toEqual([
    ['churn', '3'],
    ['other', '1'],
    ['explained', '2'],
  ]);
  expect(all[1]).toMatchObject({ inference_count: 0, execution_count: 0, batch_stats: [], last_inference: 0 });
  expect(await statsOf('/v2/models/churn/versions/3/stats')).toEqual([all[0]]);
  const { message } = await client.call('GRPCInferenceService/ModelStatistics', { name: 'churn' });
  const [given] = message['model_stats'];
  expect(given.inference_stats.compute_input.ns).toBe(String(all[0]?.inference_stats['compute_input']?.ns));
  expect(given.inference_stats.compute_output.count).toBe(String(requests));
  expect(given.batch_stats).toMatchObject([{ batch_size: '2', compute_infer: { count: String(requests) } }]);
});

test.each(['/v2/models/nobody/stats', '/v2/models/churn/versions/9/stats', '/v2/models/nobody/config'])(
  '%s is of nobody and answered with a sentence',
  async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ error: expect.stringMatching(/^NotFound: .{10,}\.$/) });
  },
);

test('a configuration has what is true of any model, in the words of Triton', async () => {
  const config = await bodyOf(get('/v2/models/churn/config'));
  expect(config).toEqual({
    name: 'churn',
    platform: 'onnxruntime_onnx',
    backend: 'onnxruntime',
    max_batch_size: 0,
    input: [{ name: 'tenure', data_type: 'TYPE_FP32', dims: [-1, 1] }],
    output: [
      { name: 'label', data_type: 'TYPE_STRING', dims: [-1] },
      { name: 'probabilities', data_type: 'TYPE_FP32', dims: [-1, 2] },
    ],
  });
  expect(await bodyOf(get('/v2/models/churn/versions/3/config'))).toEqual(config);
});

test('Prometheus has the histograms of KServe and the counters of Triton', async () => {
  const text = await (await get('/metrics')).text();
  for (const stage of ['preprocess', 'predict', 'postprocess']) {
    expect(text).toContain(`# TYPE request_${stage}_seconds histogram\n`);
    expect(text).toContain(`request_${stage}_seconds_count{model_name="churn"} ${requests}\n`);
    expect(text).toContain(`request_${stage}_seconds_bucket{model_name="churn",le="+Inf"} ${requests}\n`);
    expect(text).toMatch(new RegExp(`^request_${stage}_seconds_sum\\{model_name="churn"\\} [0-9.e-]+$`, 'm'));
  }
  expect(text).toContain('request_explain_seconds_count{model_name="churn"} 0\n');
  expect(text).not.toContain('request_predict_seconds_count{model_name="other"}');
  const { status } = await world.post('/v1/models/explained:explain', { instances: [{ tenure: 3 }] });
  expect(status).toBe(200);
  const after = await (await get('/metrics')).text();
  for (const stage of ['preprocess', 'explain', 'postprocess']) {
    expect(after).toContain(`request_${stage}_seconds_count{model_name="explained"} 1\n`);
  }
  for (const stage of ['input', 'infer', 'output']) {
    expect(text).toMatch(
      new RegExp(`^nv_inference_compute_${stage}_duration_us\\{model="churn",version="3"\\} [1-9]\\d*$`, 'm'),
    );
  }
});
