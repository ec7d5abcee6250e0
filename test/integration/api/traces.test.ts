import type { Tracing } from '@laurel/telemetry';
import { eventually } from '../../support/eventually.js';
import { type OtlpReceiver, startOtlpReceiver } from '../../support/otlp-receiver.js';
import { openTestTracing } from '../../support/test-tracing.js';
import { type ApiWorld, createApiWorld } from './api-world.js';

let receiver: OtlpReceiver;
let tracing: Tracing;
let world: ApiWorld;

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  tracing = await openTestTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
  world = await createApiWorld({ tracer: tracing.tracer });
});
afterAll(async () => {
  await world?.close();
  await tracing?.close();
  await receiver?.close();
});

const spansOf = async (traceId: string) => {
  const found = () => receiver.spans.filter((span) => span.traceId === traceId);
  await eventually(() => found().length > 0, 'the span arrives', 10_000);
  return found();
};

test('a request is a span in its caller’s trace, named by the template of its route', async () => {
  const traceId = 'a'.repeat(32);
  const headers = { traceparent: `00-${traceId}-${'b'.repeat(16)}-01` };
  const { status } = await world.get('/api/v1/projects/nobody?token=secret', { headers });
  expect(status).toBe(404);
  const [span, ...others] = await spansOf(traceId);
  expect(others).toEqual([]);
  expect(span).toMatchObject({
    name: 'GET /api/v1/projects/:project',
    kind: 'server',
    parentId: 'b'.repeat(16),
    isError: false,
    attributes: {
      'http.request.method': 'GET',
      'http.response.status_code': 404,
      'http.route': '/api/v1/projects/:project',
      'url.path': '/api/v1/projects/nobody',
    },
  });
  expect(JSON.stringify(span?.attributes)).not.toContain('secret');
});

test('questions after health are no spans', async () => {
  await world.get('/healthz');
  const traceId = 'c'.repeat(32);
  await world.get('/api/v1/projects', { headers: { traceparent: `00-${traceId}-${'d'.repeat(16)}-01` } });
  await spansOf(traceId);
  expect(receiver.spans.filter(({ name }) => name.includes('healthz'))).toEqual([]);
});
