import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { homeOf, readConfig } from '@laurel/cli';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'laurel-home-'));
});
afterEach(() => rm(root, { recursive: true }));

test('the state of the nearest folder upwards is meant', async () => {
  await mkdir(join(root, '.laurel'));
  await mkdir(join(root, 'models', 'churn'), { recursive: true });
  expect(homeOf({}, { cwd: join(root, 'models', 'churn') })).toBe(join(root, '.laurel'));
});

test('without any, it will lie in the present folder', () => {
  expect(homeOf({}, { cwd: root })).toBe(join(root, '.laurel'));
});

test('the option wins over the variable, and the variable over the folders', async () => {
  await mkdir(join(root, '.laurel'));
  expect(homeOf({ LAUREL_HOME: 'elsewhere' }, { cwd: root })).toBe(join(root, 'elsewhere'));
  expect(homeOf({ LAUREL_HOME: 'elsewhere' }, { cwd: root, home: '/here' })).toBe('/here');
});

test('a running installation tells where it is and with which key', async () => {
  await mkdir(join(root, '.laurel', 'run'), { recursive: true });
  await writeFile(join(root, '.laurel', 'admin.key'), 'laurel_secret\n');
  const urls = { api: 'http://127.0.0.1:9400/', serving: 'http://127.0.0.1:9480' };
  await writeFile(join(root, '.laurel', 'run', 'status.json'), JSON.stringify({ urls }));
  expect(readConfig({}, { cwd: root })).toEqual({
    home: join(root, '.laurel'),
    apiUrl: 'http://127.0.0.1:9400',
    apiKey: 'laurel_secret',
    objectStore: null,
    ports: {},
    servingUrl: 'http://127.0.0.1:9480',
  });
  expect(
    readConfig({ LAUREL_API_URL: 'https://laurel.example.com', LAUREL_API_KEY: 'k' }, { cwd: root }),
  ).toMatchObject({
    apiUrl: 'https://laurel.example.com',
    apiKey: 'k',
  });
});

test('nothing running, or half a file, means the default ports', async () => {
  const usual = { apiUrl: 'http://127.0.0.1:8400', apiKey: null, servingUrl: 'http://127.0.0.1:8480' };
  expect(readConfig({}, { cwd: root })).toMatchObject(usual);
  await mkdir(join(root, '.laurel', 'run'), { recursive: true });
  await writeFile(join(root, '.laurel', 'run', 'status.json'), '{"urls": {"api"');
  expect(readConfig({}, { cwd: root })).toMatchObject(usual);
  await writeFile(join(root, '.laurel', 'run', 'status.json'), '{"urls": null}');
  expect(readConfig({}, { cwd: root })).toMatchObject(usual);
});

test('the port variables move what laurel up starts, and a port that is none is named', () => {
  expect(readConfig({ LAUREL_API_PORT: '9100' }, { cwd: '/' }).ports).toEqual({ api: 9100 });
  expect(() => readConfig({ LAUREL_API_PORT: 'http' }, { cwd: '/' })).toThrow(/LAUREL_API_PORT is "http"/);
});
