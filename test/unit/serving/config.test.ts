import { environment } from '@laurel/contracts';
import { isProcessAlive, newProcessName, parseConfig } from '@laurel/serving';

const good = {
  [environment.home]: '/home/laurel',
  [environment.databaseUrl]: 'postgres://localhost/laurel',
  [environment.objectStore]: 'file:///home/laurel/objects',
};

test('a process without ports listens on loopback 8480, and 8481 for gRPC', () => {
  expect(parseConfig(good)).toMatchObject({
    host: '127.0.0.1',
    port: 8480,
    grpcPort: 8481,
    streamDialect: 'triton',
    tracing: null,
    keysFolder: '/home/laurel/keys',
    logFolder: '/home/laurel/serving',
  });
});

test('all that is wrong with the environment is said at once', () => {
  const wrong = {
    [environment.servingPort]: 'http',
    [environment.servingGrpcPort]: '70000',
    [environment.servingGrpcStream]: 'seldon',
    [environment.logLevel]: 'loud',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'nowhere',
  };
  const problems = () => parseConfig(wrong);
  for (const name of [...Object.keys(good), ...Object.keys(wrong)]) expect(problems).toThrow(name);
});

test('the prediction log keeps thirteen months and two gigabytes unless it is told otherwise', () => {
  expect(parseConfig(good).predictionLog).toEqual({ backlogBytes: 2 * 1024 ** 3, keepMilliseconds: 397 * 86_400_000 });
  const { predictionLogBacklog, predictionLogRetention } = environment;
  const told = parseConfig({ ...good, [predictionLogBacklog]: '1000000', [predictionLogRetention]: '30d' });
  expect(told.predictionLog).toEqual({ backlogBytes: 1_000_000, keepMilliseconds: 30 * 86_400_000 });
  const wrong = () => parseConfig({ ...good, [predictionLogBacklog]: 'much', [predictionLogRetention]: 'ever' });
  for (const name of [predictionLogBacklog, predictionLogRetention]) expect(wrong).toThrow(name);
});

test('a process name is unique, is alive when it is ours by number, and dead when nobody has it', () => {
  const name = newProcessName();
  expect(newProcessName()).not.toBe(name);
  expect(isProcessAlive(name.replace(/-\d+-/, `-${process.ppid}-`))).toBe(true);
  expect(isProcessAlive(name.replace(/-\d+-/, '-4194399-'))).toBe(false);
  expect(isProcessAlive('another-host-1-0123abcd')).toBe(true);
  expect(isProcessAlive('notes')).toBe(true);
});
