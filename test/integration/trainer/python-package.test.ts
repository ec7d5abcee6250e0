import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findToolchain } from '@laurel/dev';

const tests = fileURLToPath(new URL('../../../infra/trainer', import.meta.url));

/** Sampled faults; `--whole` tries every one. Tests of several ranks need PyTorch and are collected only with it. */
test('the tests of the Python trainer package pass', async () => {
  const { python, versitygw } = findToolchain();
  const env = { ...process.env, ...(versitygw === null ? {} : { LAUREL_VERSITYGW_BIN: versitygw }) };
  const command = [python ?? 'python3', ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', tests]] as const;
  const { stdout } = await promisify(execFile)(...command, { env, maxBuffer: 64 * 1024 * 1024 }).catch(
    (failed: { stdout: string; stderr: string }) => ({ stdout: `${failed.stdout}\n${failed.stderr}` }),
  );
  expect(stdout).toMatch(versitygw === null ? /\n\d+ passed, \d+ skipped in / : /\n\d+ passed in /);
}, 600_000);
