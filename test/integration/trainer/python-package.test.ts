import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findToolchain } from '@laurel/dev';

const tests = fileURLToPath(new URL('../../../infra/trainer', import.meta.url));

test('the tests of the Python trainer package pass', async () => {
  const command = [
    findToolchain().python ?? 'python3',
    ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', tests],
  ] as const;
  const { stdout } = await promisify(execFile)(...command, { maxBuffer: 16 * 1024 * 1024 }).catch(
    (failed: { stdout: string; stderr: string }) => ({ stdout: `${failed.stdout}\n${failed.stderr}` }),
  );
  expect(stdout).toMatch(/\n\d+ passed in /);
}, 300_000);
