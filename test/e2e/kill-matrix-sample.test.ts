import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Cells of the matrix that every test run strikes; `npm run test:chaos` strikes them all. */
const sample = ['--sample', '4', '--seed', '20260101'];

test('workers killed at a fixed sample of activity boundaries lose and double nothing', async () => {
  const options = { cwd: at(''), env: { ...process.env, NODE_OPTIONS: '' }, maxBuffer: 16 * 1024 * 1024 };
  await run(process.execPath, [at('node_modules/typescript-7/bin/tsc'), '-b', 'test'], options);
  const { stdout } = await run(process.execPath, [at('build/test/chaos/main.js'), ...sample], options).catch(
    (failed: { stdout: string; stderr: string }) => ({ stdout: `${failed.stdout}\n${failed.stderr}` }),
  );
  expect(stdout).toMatch(/cells run: 4; cells passed: 4; invariants checked in each: I1, I2, I3, I4, I5, I6, I7/);
}, 600_000);
