import { parseConfig } from '@laurel/api';
import { isLaurelError } from '@laurel/contracts';

const enough = {
  LAUREL_DATABASE_URL: 'postgres://laurel:secret@127.0.0.1:8432/laurel',
  LAUREL_OBJECT_STORE: 'file:///var/laurel/objects',
};

test('a database and an object store are all it needs', () => {
  expect(parseConfig({ ...enough, LAUREL_HOME: '/var/laurel' })).toEqual({
    home: '/var/laurel',
    databaseUrl: enough.LAUREL_DATABASE_URL,
    objectStore: enough.LAUREL_OBJECT_STORE,
    temporal: {},
    host: '127.0.0.1',
    port: 8400,
    loopback: true,
    logLevel: 'info',
    timeScale: 1,
    artifactBytes: 10 * 1024 ** 3,
    webhookNetworks: [],
    tracing: null,
  });
});

test('variables of OpenTelemetry turn traces on, and are checked with the others', () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };
  expect(parseConfig({ ...enough, ...endpoint }).tracing).toMatchObject({ sampler: { kind: 'always' } });
  const wrong = () => parseConfig({ ...endpoint, OTEL_TRACES_SAMPLER: 'sometimes' });
  for (const name of ['LAUREL_DATABASE_URL', 'OTEL_TRACES_SAMPLER']) expect(wrong).toThrow(name);
});

test('every problem is reported at once, with the variable and its value', () => {
  let error: unknown;
  try {
    parseConfig({ LAUREL_DATABASE_URL: 'mysql://root:secret@x', LAUREL_API_PORT: '99999', LAUREL_LOG_LEVEL: 'loud' });
  } catch (thrown) {
    error = thrown;
  }
  if (!isLaurelError(error)) throw new Error('a LaurelError was expected');
  expect(error.code).toBe('InvalidInput');
  expect(error.details.map(({ path }) => path).toSorted()).toEqual([
    'LAUREL_API_PORT',
    'LAUREL_DATABASE_URL',
    'LAUREL_LOG_LEVEL',
    'LAUREL_OBJECT_STORE',
  ]);
  expect(error.message).toContain('"99999"');
  expect(error.message).not.toContain('secret');
});

test.each([
  ['127.0.0.1', true],
  ['localhost', true],
  ['::1', true],
  ['0.0.0.0', false],
  ['10.0.0.7', false],
])('bound to %s, loopback is %s', (LAUREL_API_HOST, loopback) => {
  expect(parseConfig({ ...enough, LAUREL_API_HOST }).loopback).toBe(loopback);
});

test('the configuration cannot be changed afterwards', () => {
  expect(Object.isFrozen(parseConfig(enough))).toBe(true);
});
