import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProjectRunAccepted, RunView } from '@laurel/contracts/schemas';
import { createInstallation } from '../support/e2e-installation.js';
import { eventually } from '../support/eventually.js';

const example = fileURLToPath(new URL('../../examples/wine', import.meta.url));
const stack = createInstallation();
const long = { milliseconds: 240_000 };

/** Programs that need no environment. */
const steps = `
entry_points:
  main: { command: "echo {text} && sleep 120", parameters: { text: { default: hello } } }
  broken: { command: "echo the file is gone && exit 3" }
`;

beforeAll(async () => {
  await stack.up();
  cpSync(example, join(stack.folder, 'wine'), { recursive: true });
  mkdirSync(join(stack.folder, 'steps'));
  writeFileSync(join(stack.folder, 'steps', 'MLproject'), steps);
}, 180_000);
afterAll(() => stack.remove(), 90_000);

async function ask(method: string, path: string): Promise<ReturnType<typeof JSON.parse>> {
  const { urls } = await stack.json<{ readonly urls: { readonly api: string } }>('status');
  const key = readFileSync(join(stack.home, 'admin.key'), 'utf8').trim();
  const answer = await fetch(`${urls.api}${path}`, { method, headers: { authorization: `Bearer ${key}` } });
  return answer.json();
}

/** The run as clients of MLflow see it. */
async function tracked(runId: string) {
  const { run } = await ask('GET', `/api/2.0/mlflow/runs/get?run_id=${runId}`);
  const pairs = (list: readonly { readonly key: string; readonly value: unknown }[] = []) =>
    Object.fromEntries(list.map(({ key, value }) => [key, value]));
  const { params, tags, metrics } = run.data;
  return { info: run.info, params: pairs(params), tags: pairs(tags), metrics: pairs(metrics) };
}

test('an MLproject folder runs unmodified: its script logs with the real client to the run that was made for it', async () => {
  const { code, out, err } = await stack.laurel(
    ['run', 'wine', '-P', 'alpha=0.4', '--experiment', 'wine quality', '--run-name', 'first', '--wait', '-o', 'json'],
    long,
  );
  expect({ code, err }).toMatchObject({ code: 0, err: expect.stringContaining('alpha 0.4: 133 rows learned') });
  const run = JSON.parse(out) as RunView;
  expect(run).toMatchObject({ project: 'wine', status: 'finished', work: { kind: 'project' } });
  const seen = await tracked(run.runId);
  expect(seen.info).toMatchObject({ status: 'FINISHED', run_name: 'first', lifecycle_stage: 'active' });
  expect(seen.params).toEqual({ alpha: '0.4', l1_ratio: '0.1', rows: '133' });
  expect(seen.metrics['mae']).toBeGreaterThan(0);
  expect(seen.tags).toMatchObject({ 'mlflow.project.entryPoint': 'main', 'mlflow.source.type': 'PROJECT' });
  const { files } = await ask('GET', `/api/2.0/mlflow/artifacts/list?run_id=${run.runId}`);
  expect(files).toMatchObject([{ path: 'weights.txt' }]);
  const { experiment } = await ask('GET', '/api/2.0/mlflow/experiments/get-by-name?experiment_name=wine%20quality');
  expect(experiment.experiment_id).toBe(seen.info.experiment_id);
}, 300_000);

test('what is wrong is said before anything is made', async () => {
  const refused = await stack.laurel(['run', 'wine', '-P', 'alpha=much']);
  expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('"alpha" is "much", which is no number') });
  const unknown = await stack.laurel(['run', 'wine', '-e', 'mian']);
  expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining('did you mean "main"?') });
  const missing = await stack.laurel(['run', 'wine', '-e', 'eval.py']);
  expect(missing).toMatchObject({ code: 3, err: expect.stringContaining('There is no script eval.py') });
}, 180_000);

test('a program that fails fails the command with its last line, and its run', async () => {
  const { code, err } = await stack.laurel(['run', 'steps', '-e', 'broken', '--wait'], long);
  expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('its last line was: the file is gone') });
  const runId = /Run ([0-9a-f]{32})/.exec(err)?.[1] ?? '';
  expect((await tracked(runId)).info.status).toBe('FAILED');
}, 180_000);

test('a run that is cancelled is killed for MLflow, and one key starts one run', async () => {
  const start = () => stack.json<ProjectRunAccepted>('run', 'steps', '-P', 'text=a b', '--key', 'nightly');
  const { runId, created } = await start();
  expect(created).toBe(true);
  expect(await start()).toMatchObject({ runId, created: false });
  await eventually(async () => (await stack.laurel(['logs', runId])).out.includes('a b'), 'the program runs', 60_000);
  await ask('POST', `/api/v1/runs/${runId}/cancel`);
  await eventually(async () => (await tracked(runId)).info.status === 'KILLED', 'the run has ended', 60_000);
}, 180_000);
