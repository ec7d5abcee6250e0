import { tracingSettings } from '@laurel/telemetry';

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };

function settingsOf(env: Readonly<Record<string, string>>) {
  const problems: string[] = [];
  return { settings: tracingSettings(env, problems), problems };
}

test.each([
  [{}],
  [{ OTEL_SERVICE_NAME: 'x', OTEL_TRACES_SAMPLER: 'nonsense' }],
  [{ ...endpoint, OTEL_SDK_DISABLED: 'true' }],
  [{ ...endpoint, OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
])('nothing is traced with %j', (env: Readonly<Record<string, string>>) => {
  expect(settingsOf(env)).toEqual({ settings: null, problems: [] });
});

test('an endpoint alone traces everything that its callers trace', () => {
  expect(settingsOf(endpoint)).toEqual({
    problems: [],
    settings: {
      serviceName: null,
      sampler: { kind: 'always', parentBased: true, ratio: 1 },
      continues: true,
      maximumQueue: 2_048,
      maximumBatch: 512,
      delayMilliseconds: 5_000,
      timeoutMilliseconds: 30_000,
    },
  });
});

test('the endpoint of traces alone turns them on, too, and the standard variables set the rest', () => {
  const { settings, problems } = settingsOf({
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://collector.example/v1/traces',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_TRACES_SAMPLER: 'traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.1',
    OTEL_BSP_SCHEDULE_DELAY: '100',
    OTEL_BSP_MAX_QUEUE_SIZE: '64',
    OTEL_PROPAGATORS: 'baggage',
    OTEL_SERVICE_NAME: 'scoring',
  });
  expect(problems).toEqual([]);
  expect(settings).toMatchObject({
    serviceName: 'scoring',
    sampler: { kind: 'ratio', parentBased: false, ratio: 0.1 },
    continues: false,
    maximumQueue: 64,
    delayMilliseconds: 100,
  });
});

test.each([
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' }, 'OTEL_EXPORTER_OTLP_ENDPOINT is "collector:4317"'],
  [{ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'OTEL_EXPORTER_OTLP_PROTOCOL is "grpc" (http/protobuf'],
  [
    { ...endpoint, OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' },
    'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL is "http/json"',
  ],
  [{ ...endpoint, OTEL_TRACES_EXPORTER: 'zipkin' }, 'OTEL_TRACES_EXPORTER is "zipkin" (otlp or none)'],
  [{ ...endpoint, OTEL_TRACES_SAMPLER: 'sometimes' }, 'OTEL_TRACES_SAMPLER is "sometimes" (any of always_on,'],
  [
    { ...endpoint, OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '10%' },
    'OTEL_TRACES_SAMPLER_ARG is "10%"',
  ],
  [{ ...endpoint, OTEL_BSP_MAX_QUEUE_SIZE: '0' }, 'OTEL_BSP_MAX_QUEUE_SIZE is "0"'],
])('%j is a problem: %s', (env: Readonly<Record<string, string>>, problem: string) => {
  expect(settingsOf(env).problems).toEqual([expect.stringContaining(problem)]);
});
