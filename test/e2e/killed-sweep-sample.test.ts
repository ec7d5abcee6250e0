import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** A small sweep for every test run; `npm run test:sweeps` has forty trials, five kills and the races. */
const sample = ['--trials', '9', '--parallel', '2', '--kills', '2', '--races', '0'];

test('a sweep whose worker is killed twice runs every trial once and registers the best', async () => {
  const options = { cwd: at(''), env: { ...process.env, NODE_OPTIONS: '' }, maxBuffer: 16 * 1024 * 1024 };
  await run(process.execPath, [at('node_modules/typescript-7/bin/tsc'), '-b', 'test'], options);
  const { stdout } = await run(process.execPath, [at('build/test/training/sweep/main.js'), ...sample], options).catch(
    (failed: { stdout: string; stderr: string }) => ({ stdout: `${failed.stdout}\n${failed.stderr}` }),
  );
  expect(stdout).toMatch(/sweep registered as version 1 in \d+ s: 9 complete, 2 kills/);
  expect(stdout).toContain('test:sweeps: all well');
}, 600_000);
