import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Two of the preemptions of `npm run test:training`: one with notice, one without. */
const sample = ['--cells', 'xgboost/local', '--only', 'preempted', '--count', '2', '--seed', '20261'];

test('a training that is preempted, with notice and without, ends with the model of an uninterrupted one and is not charged', async () => {
  const options = { cwd: at(''), env: { ...process.env, NODE_OPTIONS: '' }, maxBuffer: 16 * 1024 * 1024 };
  await run(process.execPath, [at('node_modules/typescript-7/bin/tsc'), '-b', 'test'], options);
  const { stdout } = await run(process.execPath, [at('build/test/training/main.js'), ...sample], options).catch(
    (failed: { stdout: string; stderr: string }) => ({ stdout: `${failed.stdout}\n${failed.stderr}` }),
  );
  expect(stdout).toMatch(/xgboost\/local +preempted at a random step +2\/2/);
  expect(stdout).toMatch(/\n2 passed, 0 failed\n/);
}, 600_000);
