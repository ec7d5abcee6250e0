import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadKubeConfig } from '@laurel/kubernetes';

const kept = { HOME: process.env['HOME'], KUBECONFIG: process.env['KUBECONFIG'] };
let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'laurel-home-'));
  process.env['HOME'] = home;
  delete process.env['KUBECONFIG'];
});

afterEach(async () => {
  for (const [name, value] of Object.entries(kept)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await rm(home, { recursive: true });
});

test('a machine without a kubeconfig is told what to set, not sent to a port of its own', () => {
  expect(() => loadKubeConfig(null)).toThrow(/nothing here names a cluster; set kubeconfig/);
});

test('a kubeconfig that is not there, or names no cluster, is named', async () => {
  const file = join(home, 'config');
  expect(() => loadKubeConfig(file)).toThrow(`the kubeconfig ${file} cannot be read`);
  await writeFile(file, '{"apiVersion":"v1","kind":"Config","clusters":[],"users":[],"contexts":[]}');
  expect(() => loadKubeConfig(file)).toThrow(`the kubeconfig ${file} names no current cluster`);
});
