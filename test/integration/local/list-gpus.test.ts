import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listGpus } from '../../../libs/local/src/gpus.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'laurel-smi-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A program that answers in the tool's place. */
function nvidiaSmi(script: string): string {
  const path = join(folder, 'nvidia-smi');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

test('GPUs are what nvidia-smi lists', async () => {
  const tool = nvidiaSmi('echo "GPU-3c1f, NVIDIA H100 80GB HBM3"; echo "GPU-77aa, NVIDIA L4"');
  expect(await listGpus(tool)).toEqual([
    { id: 'GPU-3c1f', kind: 'NVIDIA H100 80GB HBM3' },
    { id: 'GPU-77aa', kind: 'NVIDIA L4' },
  ]);
});

test('a machine without the tool, or whose driver is not there, has none', async () => {
  expect(await listGpus(join(folder, 'nobody'))).toEqual([]);
  const failing = nvidiaSmi(
    'echo "NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver."; exit 9',
  );
  expect(await listGpus(failing)).toEqual([]);
});

test('a tool that does not answer is an error, not a machine without GPUs', async () => {
  await expect(listGpus(nvidiaSmi('exec sleep 60'))).rejects.toMatchObject({ code: 'DependencyUnavailable' });
});
