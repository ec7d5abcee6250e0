import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { workflowBundle } from '../support/workflow-world.js';

const folder = fileURLToPath(new URL('histories/', import.meta.url));
const script = fileURLToPath(new URL('../support/replay-histories.mjs', import.meta.url));

/** Replays files with today's workflows; gives the error of each, `null` where it replayed. */
async function replay(
  files: readonly string[],
): Promise<readonly { readonly name: string; readonly error: string | null }[]> {
  const { codePath } = await workflowBundle();
  const { stdout } = await promisify(execFile)(process.execPath, [script, codePath, ...files], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{')) // the SDK's core logs to the same stream
    .map((line) => JSON.parse(line));
}

async function recorded(): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.json')).map((name) => join(folder, name));
}

test('every recorded history replays with the workflows of today', async () => {
  const files = await recorded();
  expect(files.length).toBeGreaterThanOrEqual(12);
  const results = await replay(files);
  expect(results).toHaveLength(files.length);
  expect(results.filter(({ error }) => error !== null)).toEqual([]);
}, 120_000);

test('a history whose steps came in another order does not replay', async () => {
  const file = (await recorded()).find((name) => name.includes('promoteModel'));
  const history = await readFile(file ?? '', 'utf8');
  const forged = history.replaceAll('"name":"beginRollout"', '"name":"crownChampion"');
  expect(forged).not.toBe(history);
  const workshop = await mkdtemp(join(tmpdir(), 'laurel-replay-'));
  try {
    const path = join(workshop, 'forged.json');
    await writeFile(path, forged);
    const [result] = await replay([path]);
    expect(result?.error).toMatch(/nondeterminism/i);
  } finally {
    await rm(workshop, { recursive: true });
  }
}, 120_000);
