import { randomBytes } from 'node:crypto';
import type { Tracing } from '@laurel/telemetry';
import { eventually } from '../../support/eventually.js';
import { buildClassifier, buildNaN } from '../../support/onnx-builder.js';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '../../support/otlp-receiver.js';
import { type ServingWorld, splitOf, startServingWorld } from '../../support/serving-world.js';
import { openTestTracing } from '../../support/test-tracing.js';
import { decode, encode, type GrpcClient, openClient } from './grpc-client.js';

const spec = { inputs: ['tenure'], weights: [-1], bias: 0, classes: ['No', 'Yes'] };
const inputs = [{ name: 'tenure', shape: [2], datatype: 'FP32', data: [1, 2] }];
const path = '/v2/models/churn/infer';
const message = {
  model_name: 'churn',
  inputs: [{ name: 'tenure', datatype: 'FP32', shape: [1], contents: { fp32_contents: [1] } }],
};

/** The trace context of a caller, as W3C has it. */
function aCaller(flags: '00' | '01' = '01') {
  const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  return { traceId, spanId, headers: { traceparent: `00-${traceId}-${spanId}-${flags}`, tracestate: 'vendor=1' } };
}

let receiver: OtlpReceiver;
let tracing: Tracing;
let world: ServingWorld;
let client: GrpcClient;

const open = async (variables: Readonly<Record<string, string>> = {}) => {
  receiver = await startOtlpReceiver();
  tracing = await openTestTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...variables });
  world = await startServingWorld(undefined, null, null, { tracer: tracing.tracer });
  client = openClient(await world.serving.listenGrpc({ host: '127.0.0.1', port: 0 }));
  await world.serve(splitOf({ champion: await world.publish(3, buildClassifier(spec)), baseline: { label: 'No' } }));
};

afterEach(async () => {
  client?.close();
  await world?.close();
  await tracing?.close();
  await receiver?.close();
});

/** The spans of a trace once it has as many. */
async function traceWith(traceId: string, count: number): Promise<readonly ReceivedSpan[]> {
  const spans = () => receiver.spans.filter((span) => span.traceId === traceId);
  await eventually(() => spans().length >= count, `${count} spans of ${traceId} arrive`, 10_000);
  return spans().toSorted((one, other) => Number(one.start - other.start));
}

const named = (spans: readonly ReceivedSpan[], name: string): ReceivedSpan => {
  const found = spans.filter((span) => span.name === name);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} spans are called ${name}`);
  return found[0];
};

describe('with a collector', () => {
  beforeEach(() => open());

  test('a request over HTTP is a span in its caller’s trace, with its waiting and its run as parts of it', async () => {
    const caller = aCaller();
    expect((await world.post(path, { inputs }, caller.headers)).status).toBe(200);
    const spans = await traceWith(caller.traceId, 3);
    const request = named(spans, 'POST /v2/models/:model/infer');
    const [queue, run] = [named(spans, 'queue'), named(spans, 'run')];
    expect(spans).toHaveLength(3);
    expect(request).toMatchObject({
      parentId: caller.spanId,
      traceState: 'vendor=1',
      kind: 'server',
      isError: false,
      links: [],
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/v2/models/:model/infer',
        'http.response.status_code': 200,
        'url.path': path,
        'url.scheme': 'http',
        'client.address': '127.0.0.1',
        'laurel.endpoint': 'churn',
        'laurel.version': 3,
        'laurel.arm': 'champion',
        'laurel.epoch': 1,
        'laurel.fallback': false,
        'laurel.rows': 2,
      },
      resource: { 'service.name': 'laurel-test', 'service.version': '0.1.0', 'service.instance.id': 'test-1' },
    });
    expect(run).toMatchObject({
      kind: 'internal',
      attributes: { 'laurel.version': 3, 'laurel.run.rows': 2, 'laurel.run.requests': 1 },
    });
    expect([queue.parentId, run.parentId]).toEqual([request.spanId, request.spanId]);
    const times = [request.start, queue.start, queue.end, run.start, run.end, request.end];
    expect(times.toSorted((one, other) => Number(one - other))).toEqual(times);
    expect(Math.abs(Number(request.start / 1_000_000n) - Date.now())).toBeLessThan(60_000);
  });

  test('without a caller’s trace one begins', async () => {
    await world.post(path, { inputs });
    await eventually(() => receiver.spans.length === 3, 'the spans arrive');
    expect(named(receiver.spans, 'POST /v2/models/:model/infer').parentId).toBe('');
    expect(new Set(receiver.spans.map(({ traceId }) => traceId)).size).toBe(1);
  });

  test('requests that share a run point at each other: the first at all of them, they at its run', async () => {
    const callers = Array.from({ length: 240 }, () => aCaller());
    const ask = ({ headers: metadata }: ReturnType<typeof aCaller>) =>
      client.call('GRPCInferenceService/ModelInfer', message, { metadata });
    for (let first = 0; first < callers.length; first += 24)
      await Promise.all(callers.slice(first, first + 24).map(ask));
    const traces = await Promise.all(callers.map(({ traceId }) => traceWith(traceId, 3)));
    const runs = traces.map((spans) => named(spans, 'run'));
    const requestOf = new Map(traces.flatMap((spans) => spans.map((span) => [span.spanId, span.traceId] as const)));
    const shared = runs.filter(({ attributes }) => Number(attributes['laurel.run.requests']) > 1);
    expect(shared.length).toBeGreaterThan(1);
    const leaders = shared.filter(({ links }) => links.every((id) => !runs.some(({ spanId }) => spanId === id)));
    for (const leader of leaders) {
      const company = Number(leader.attributes['laurel.run.requests']);
      expect(leader.links).toHaveLength(company - 1);
      expect(leader.attributes['laurel.run.rows']).toBe(company);
      const followers = shared.filter(({ links }) => links.includes(leader.spanId));
      expect(followers).toHaveLength(company - 1);
      expect(new Set(followers.map(({ traceId }) => traceId))).toEqual(
        new Set(leader.links.map((id) => requestOf.get(id))),
      );
    }
    const inCompany = leaders.reduce((sum, { attributes }) => sum + Number(attributes['laurel.run.requests']), 0);
    expect(inCompany).toBe(shared.length);
  });

  test('an answer of the baseline says so, and why, and is no error', async () => {
    await world.serve(
      splitOf({
        champion: await world.publish(4, buildNaN({ ...spec, above: 10 })),
        epoch: 2,
        baseline: { label: 'No' },
      }),
    );
    const caller = aCaller();
    expect((await world.post('/predict/churn', { tenure: 99 }, caller.headers)).status).toBe(200);
    const spans = await traceWith(caller.traceId, 3);
    expect(named(spans, 'POST /predict/:endpoint')).toMatchObject({
      isError: false,
      attributes: { 'laurel.arm': 'baseline', 'laurel.fallback': true, 'laurel.failure': 'ModelOutputInvalid' },
    });
  });

  test('what is refused has its code, and only what is the server’s fault is an error', async () => {
    const caller = aCaller();
    expect((await world.post(path, { inputs: [] }, caller.headers)).status).toBe(400);
    expect((await traceWith(caller.traceId, 1))[0]).toMatchObject({
      isError: false,
      attributes: { 'http.response.status_code': 400, 'laurel.error': 'InvalidInput' },
    });
    const other = aCaller();
    expect((await world.post('/nowhere', {}, other.headers)).status).toBe(404);
    expect((await traceWith(other.traceId, 1))[0]).toMatchObject({
      name: 'POST',
      attributes: { 'laurel.error': 'NotFound' },
    });
  });

  test('questions after health and metrics are no spans', async () => {
    for (const quiet of ['/healthz', '/readyz', '/metrics', '/v2/health/ready', '/ping'])
      await fetch(`${world.url}${quiet}`);
    await client.call('GRPCInferenceService/ServerLive');
    await world.post(path, { inputs });
    await eventually(() => receiver.spans.length >= 3, 'the spans arrive');
    expect(receiver.spans.map(({ name }) => name).toSorted()).toEqual(['POST /v2/models/:model/infer', 'queue', 'run']);
  });

  test('a gRPC call is a span in the trace that its metadata names', async () => {
    const caller = aCaller();
    await client.call('GRPCInferenceService/ModelInfer', message, { metadata: caller.headers });
    const spans = await traceWith(caller.traceId, 3);
    expect(named(spans, 'inference.GRPCInferenceService/ModelInfer')).toMatchObject({
      parentId: caller.spanId,
      kind: 'server',
      isError: false,
      attributes: {
        'rpc.system.name': 'grpc',
        'rpc.method': 'inference.GRPCInferenceService/ModelInfer',
        'rpc.status_code': 'OK',
        'network.peer.address': '127.0.0.1',
        'laurel.endpoint': 'churn',
        'laurel.rows': 1,
      },
    });
    const wrong = aCaller();
    const asked = client.call(
      'GRPCInferenceService/ModelInfer',
      { ...message, model_name: 'none' },
      { metadata: wrong.headers },
    );
    await expect(asked).rejects.toMatchObject({ code: 5 });
    expect((await traceWith(wrong.traceId, 1))[0]).toMatchObject({
      isError: false,
      attributes: { 'rpc.status_code': 'NOT_FOUND' },
    });
  });

  test('each message of a stream is a part of its call', async () => {
    const caller = aCaller();
    const stream = client.stream(caller.headers);
    const answers: unknown[] = [];
    stream.on('data', (bytes: Buffer) => answers.push(decode('inference.ModelStreamInferResponse', bytes)));
    const ended = new Promise((resolve) => stream.on('end', resolve));
    for (let index = 0; index < 3; index++) stream.write(encode('inference.ModelInferRequest', message));
    stream.end();
    await ended;
    expect(answers).toHaveLength(3);
    const spans = await traceWith(caller.traceId, 10);
    const call = named(spans, 'inference.GRPCInferenceService/ModelStreamInfer');
    const messages = spans.filter(({ name }) => name === 'message');
    expect(messages).toHaveLength(3);
    expect(messages.map(({ parentId, attributes }) => [parentId, attributes['laurel.version']])).toEqual(
      messages.map(() => [call.spanId, 3]),
    );
    const parts = spans.filter(({ name }) => name === 'run').map(({ parentId }) => parentId);
    expect(new Set(parts)).toEqual(new Set(messages.map(({ spanId }) => spanId)));
  });

  test('a caller that samples nothing is followed in that', async () => {
    const [silent, heard] = [aCaller('00'), aCaller('01')];
    for (const { headers } of [silent, heard]) expect((await world.post(path, { inputs }, headers)).status).toBe(200);
    await traceWith(heard.traceId, 3);
    expect(receiver.spans.filter(({ traceId }) => traceId === silent.traceId)).toEqual([]);
  });

  test('a collector that fails, hangs or is gone costs no answer and no time', async () => {
    receiver.behave({ status: 500, milliseconds: 20_000 });
    const times: number[] = [];
    for (let index = 0; index < 600; index++) {
      const startedAt = performance.now();
      expect((await world.post(path, { inputs })).status).toBe(200);
      times.push(performance.now() - startedAt);
    }
    expect(times.toSorted((one, other) => one - other)[300]).toBeLessThan(50);
    await receiver.close();
    expect((await world.post(path, { inputs })).status).toBe(200);
    const startedAt = performance.now();
    await tracing.close();
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    expect((await world.post(path, { inputs })).status).toBe(200);
  });
});

test('always_off writes nothing, whatever the caller samples', async () => {
  await open({ OTEL_TRACES_SAMPLER: 'always_off' });
  expect((await world.post(path, { inputs }, aCaller().headers)).status).toBe(200);
  await tracing.close();
  expect(receiver.spans).toEqual([]);
});

test('a ratio samples that share of the traces', async () => {
  await open({ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' });
  for (let round = 0; round < 10; round++) {
    await Promise.all(Array.from({ length: 40 }, () => world.post(path, { inputs })));
  }
  await tracing.close();
  const traces = new Set(receiver.spans.map(({ traceId }) => traceId)).size;
  expect(traces).toBeGreaterThan(60);
  expect(traces).toBeLessThan(140);
});

test('OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES and OTEL_PROPAGATORS are followed', async () => {
  await open({
    OTEL_SERVICE_NAME: 'scoring',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging,service.version=9',
    OTEL_PROPAGATORS: 'none',
  });
  const caller = aCaller();
  await world.post(path, { inputs }, caller.headers);
  await tracing.close();
  expect(receiver.spans).toHaveLength(3);
  expect(receiver.spans[0]?.resource).toMatchObject({
    'service.name': 'scoring',
    'service.version': '9',
    'deployment.environment.name': 'staging',
  });
  expect(receiver.spans.filter(({ traceId }) => traceId === caller.traceId)).toEqual([]);
});
