import { environment } from '@laurel/contracts';
import { isProcessAlive, newProcessName, parseConfig } from '@laurel/serving';
import { fileNameOf, objectKeyOf, parseFileName, partitionOf } from '../../../apps/serving/src/log/segment-name.js';

const good = {
  [environment.home]: '/home/laurel',
  [environment.databaseUrl]: 'postgres://localhost/laurel',
  [environment.objectStore]: 'file:///home/laurel/objects',
};

test('a process without a port listens on loopback 8480', () => {
  expect(parseConfig(good)).toMatchObject({
    host: '127.0.0.1',
    port: 8480,
    keysFolder: '/home/laurel/keys',
    logFolder: '/home/laurel/serving',
  });
});

test('all that is wrong with the environment is said at once', () => {
  const problems = () => parseConfig({ [environment.servingPort]: 'http', [environment.logLevel]: 'loud' });
  for (const name of [...Object.keys(good), environment.servingPort, environment.logLevel])
    expect(problems).toThrow(name);
});

test('a process name is unique, is alive when it is ours by number, and dead when nobody has it', () => {
  const name = newProcessName();
  expect(newProcessName()).not.toBe(name);
  expect(isProcessAlive(name.replace(/-\d+-/, `-${process.ppid}-`))).toBe(true);
  expect(isProcessAlive(name.replace(/-\d+-/, '-4194399-'))).toBe(false);
  expect(isProcessAlive('another-host-1-0123abcd')).toBe(true);
  expect(isProcessAlive('notes')).toBe(true);
});

test('the name of a segment says where its Parquet file goes', () => {
  const name = { ...partitionOf('churn', new Date('2026-01-31T09:59:59Z')), process: 'host-1-0123abcd', sequence: 12 };
  expect(parseFileName(fileNameOf(name, 'open'))).toEqual(name);
  expect(parseFileName(fileNameOf(name, 'closed'))).toEqual(name);
  expect(parseFileName('notes.txt')).toBeUndefined();
  expect(objectKeyOf(name)).toBe('predictions/endpoint=churn/date=2026-01-31/hour=09/host-1-0123abcd-12.parquet');
});
