import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SweepResultsView, TrialView } from '@laurel/contracts/schemas';
import { type Asked, aServer, laurel } from './fake-server.js';

let server: Awaited<ReturnType<typeof aServer>>;
let answer: (asked: Asked) => ReturnType<Parameters<typeof aServer>[0]>;
let folder: string;
beforeEach(async () => {
  server = await aServer((asked) => answer(asked));
  folder = await mkdtemp(join(tmpdir(), 'laurel-cli-'));
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const run = (commandLine: string) => laurel(commandLine, { LAUREL_API_URL: server.url, LAUREL_HOME: folder }, folder);

const runId = 'f'.repeat(32);
const trial: TrialView = {
  number: 1,
  runId: 'e'.repeat(32),
  parameters: { max_depth: 5, learning_rate: 0.123456 },
  state: 'complete',
  values: [0.84123, 0.2],
  steps: 300,
  gpuSeconds: 0,
  package: null,
  code: null,
  message: null,
  startedAt: '2026-01-01T00:00:00Z',
  endedAt: '2026-01-01T00:01:00Z',
};
const results: SweepResultsView = {
  runId,
  project: 'churn',
  status: 'registered',
  algorithm: 'tpe',
  trials: 4,
  parallel: 2,
  objectives: [
    { metric: 'rocAuc', goal: 'maximize' },
    { metric: 'brier', goal: 'minimize' },
  ],
  spec: {},
  requestedBy: 'ann',
  rollOut: true,
  registeredTrial: 1,
  version: 3,
  code: null,
  message: null,
  askedAt: '2026-01-01T00:00:00Z',
  endedAt: '2026-01-01T00:10:00Z',
  counts: { running: 0, complete: 3, pruned: 1, failed: 0, cancelled: 0 },
  steps: 1_000,
  gpuSeconds: 7_200,
  best: trial,
  front: [trial],
  importance: [{ objective: 'rocAuc', shares: [{ parameter: 'max_depth', share: 0.75 }] }],
  curve: [],
};

/** Answers of a server whose sweep ends with version 3. */
function sweepThatRegisters(version: object) {
  const accepted = { runId, workflowId: 'w', created: true };
  return ({ method, path }: Asked) => {
    if (method === 'POST') return { body: accepted };
    return { body: path.includes('/models/churn/versions/3') ? { project: 'churn', version: 3, ...version } : results };
  };
}

test('a sweep whose best version fails its gates fails with the gates', async () => {
  const gates = [{ gate: 'rocAuc at least 0.9', state: 'fail', message: 'it is 0.84' }];
  answer = sweepThatRegisters({ gatesPassed: false, gates });
  const { code, side } = await run('sweep start churn --wait');
  expect(code).toBe(4);
  expect(side).toContain('Version 3 of churn failed its gates: rocAuc at least 0.9 (it is 0.84).');
});

test('start asks for what its options say, and with --wait follows to the end', async () => {
  answer = sweepThatRegisters({ gatesPassed: true });
  const { code, out, side } = await run('sweep start churn --key monday --no-roll-out --wait');
  expect(server.asked[0]).toMatchObject({
    method: 'POST',
    path: '/api/v1/projects/churn/sweeps',
    body: { key: 'monday', rollOut: false },
  });
  expect(code).toBe(0);
  expect(side).toContain('sweep registered: 4 of 4 ended (3 complete, 1 pruned) | rocAuc 0.8412, brier 0.2 in trial 1');
  expect(out).toContain('Version:');
});

test('a sweep that ends without a version fails with its reason', async () => {
  const message = 'No trial of the sweep is complete (3 pruned)';
  const lost = { ...results, status: 'rejected', code: 'SweepWithoutResult', message, version: null, best: null };
  answer = ({ method }) => ({ body: method === 'POST' ? { runId, workflowId: 'w', created: true } : lost });
  const { code, side } = await run('sweep start churn --wait');
  expect(code).not.toBe(0);
  expect(side).toContain(`${message}; see laurel sweep results ${runId}.`);
});

test('results show best, front, importance and every trial; status is one line', async () => {
  const behind = { ...trial, number: 2, state: 'pruned', values: null, message: 'behind the others at step 50' };
  answer = ({ path }) => ({ body: path.endsWith('/trials') ? { items: [trial, behind] } : results });
  const { out } = await run(`sweep results ${runId}`);
  expect(out).toContain('Best:       trial 1: max_depth=5 learning_rate=0.1235');
  expect(out).toContain('GPU hours:  2');
  expect(out).toMatch(/max_depth +75 %/);
  expect(out).toMatch(/2 +pruned +- +- +300 .*behind the others at step 50/);
  const status = await run(`sweep status ${runId}`);
  expect(status.out.trim()).toBe(
    'registered: 4 of 4 ended (3 complete, 1 pruned) | rocAuc 0.8412, brier 0.2 in trial 1',
  );
  expect(JSON.parse((await run(`sweep results ${runId} -o json`)).out)).toMatchObject({ version: 3, all: [{}, {}] });
});

test('cancel and stop ask for it; a trial is a number', async () => {
  answer = () => ({ body: results });
  await run(`sweep cancel ${runId}`);
  await run(`sweep stop ${runId} 3`);
  expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    `POST /api/v1/sweeps/${runId}/cancel`,
    `POST /api/v1/sweeps/${runId}/trials/3/stop`,
  ]);
  expect((await run(`sweep stop ${runId} best`)).code).toBe(2);
});

test('a sweep or a run is named by its run; a name is refused with where to find it', async () => {
  for (const commandLine of ['sweep status churn', 'sweep results churn', 'sweep cancel churn', 'sweep stop churn 1']) {
    const { code, side } = await run(commandLine);
    expect([code, side]).toEqual([2, expect.stringContaining('It must be 32 hex digits, as laurel sweep list shows')]);
  }
  const { code, side } = await run('train churn --rerun yesterday');
  expect([code, side]).toEqual([2, expect.stringContaining('It must be 32 hex digits, as laurel get runs shows')]);
  expect(server.asked).toEqual([]);
});

test('an unknown sweep is told in the words of the API, and with the exit code of what is not there', async () => {
  const detail = `There is no sweep ${runId}; list the sweeps there are with laurel sweep list.`;
  answer = () => ({ status: 404, body: { code: 'NotFound', detail, errors: [] } });
  const { code, side } = await run(`sweep status ${runId}`);
  expect(code).toBe(3);
  expect(side).toContain(detail);
});
