import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Asked, aServer, laurel } from './fake-server.js';

const runId = 'f'.repeat(32);
const startedAt = '2026-01-31T09:00:00.000Z';

const progressOf = (attempt: number, step: number) => ({
  step,
  totalSteps: 300,
  metrics: { logloss: 0.41234 },
  attempt,
  placement: 'spot',
  node: 'gpu-1',
  waiting: null,
  checkpointStep: 100,
  stepsPerSecond: 12.5,
  etaSeconds: 40,
  cost: { amount: 0.1234, currency: 'EUR' },
  at: startedAt,
});

const aRun = (change: object) => ({
  runId,
  project: 'churn',
  trigger: 'manual',
  status: 'running',
  step: 'train',
  progress: null,
  anomalies: [],
  version: null,
  code: null,
  message: null,
  startedAt,
  endedAt: null,
  ...change,
});

const anAttempt = (attempt: number, change: object) => ({
  runId,
  attempt,
  placement: 'spot',
  node: 'gpu-1',
  waiting: null,
  startedAt,
  endedAt: '2026-01-31T09:02:00.000Z',
  cause: 'disrupted',
  exitCode: 143,
  message: 'the trainer was asked to stop.',
  advice: 'nothing needs to be done',
  charged: false,
  fromStep: 0,
  lastStep: 137,
  checkpointStep: 100,
  lostSteps: 37,
  ranSeconds: 90,
  gpuSeconds: 90,
  cost: { amount: 1.5, currency: 'EUR' },
  ...change,
});

const crashed = { cause: 'crashed', message: 'exit code 1', advice: 'read the log', charged: true, lostSteps: 0 };

/** Runs a command against an API in which the run is as `runs` say, look by look, and has these attempts. */
async function command(line: string, runs: readonly object[], attempts: readonly object[]) {
  let looks = 0;
  const respond = ({ method, path }: Asked): { status?: number; body: unknown } => {
    const [route = ''] = path.replace('/api/v1/', '').split('?');
    if (method === 'POST') return { status: 202, body: { runId, workflowId: 'model/churn', created: true } };
    if (route === `runs/${runId}/attempts`) return { body: { items: attempts, nextPageToken: null } };
    return { body: aRun(runs[Math.min(looks++, runs.length - 1)] ?? {}) };
  };
  const server = await aServer(respond);
  const home = await mkdtemp(join(tmpdir(), 'laurel-cli-'));
  try {
    return await laurel(line, { LAUREL_API_URL: server.url, LAUREL_HOME: home });
  } finally {
    await server.close();
    await rm(home, { recursive: true });
  }
}

test('a training that is followed shows step, speed, time to go, attempt, node and cost, and each end as it happens', async () => {
  const { side, code } = await command(
    'train churn --wait --no-roll-out',
    [
      { progress: progressOf(1, 50) },
      { progress: progressOf(2, 120) },
      { progress: progressOf(3, 130) },
      { status: 'failed', code: 'TrainerCrashed', message: 'exit code 1', progress: progressOf(3, 130) },
    ],
    [anAttempt(3, { ...crashed, attempt: 3 }), anAttempt(2, crashed), anAttempt(1, {})],
  );
  expect(code).toBe(1);
  expect(side).toContain(
    'train 50/300 logloss=0.4123 | 12.5 steps/s, 40s to go, attempt 1 (spot) on gpu-1, cost 0.12 EUR',
  );
  const told = side.split('\n').filter((line) => line.startsWith('Attempt'));
  expect(told).toEqual([
    'Attempt 1 ended, disrupted: the trainer was asked to stop (37 steps are done again, it is not charged).',
    'Attempt 2 ended, crashed: exit code 1 (no step is lost, it counts as a failed attempt). To do: read the log.',
    'Attempt 3 ended, crashed: exit code 1 (no step is lost, it counts as a failed attempt). To do: read the log.',
  ]);
  expect(side).toContain('Trained in 3 attempts, ran 4m 30s, 37 steps lost, cost 4.50 EUR.');
});

test('a trainer that waits says for what', async () => {
  const waiting = { ...progressOf(1, 0), stepsPerSecond: null, etaSeconds: null, cost: null, waiting: 'no node fits' };
  const { side } = await command(
    'train churn --wait --no-roll-out',
    [{ progress: waiting }, { status: 'cancelled', progress: waiting }],
    [anAttempt(1, { cause: 'stopped', charged: false, cost: null })],
  );
  expect(side).toContain('waits: no node fits, attempt 1 (spot) on gpu-1');
  expect(side).not.toContain('Attempt 1 ended');
});

test('a run that is described shows its trainer and its attempts, and why the last one ended', async () => {
  const { out } = await command(
    `describe run ${runId}`,
    [{ progress: progressOf(2, 120) }],
    [anAttempt(2, { cause: null, charged: null, endedAt: null, lostSteps: 0, cost: null }), anAttempt(1, {})],
  );
  expect(out).toMatch(/Trainer: +12\.5 steps\/s, 40s to go, attempt 2/);
  expect(out).toMatch(/ATTEMPT +ON +NODE +TOOK +STEPS +LOST +ENDED +CHARGED +COST/);
  expect(out).toMatch(/1 +spot +gpu-1 +2m 0s +0-137 +37 +disrupted +no +1\.50 EUR/);
  expect(out).toMatch(/2 +spot +gpu-1 +.* +0-137 +0 +running +- +-/);
  expect(out).toContain('Attempt 1 ended, disrupted');
});

test('as data, a run comes with its attempts', async () => {
  const { out } = await command(`get run ${runId} -o json`, [{}], [anAttempt(1, {})]);
  expect(JSON.parse(out)).toMatchObject({ runId, attempts: [{ attempt: 1, cause: 'disrupted' }] });
});
