import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Asked, aServer, laurel } from './fake-server.js';

const runId = 'f'.repeat(32);
const startedAt = '2026-01-31T09:00:00.000Z';

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

const aRollout = (change: object) => ({
  id: 'churn/2',
  endpoint: 'churn',
  incarnation: 2,
  challenger: { version: 2, semver: '1.0.1', digest: 'sha256:2' },
  champion: { version: 1, semver: '1.0.0', digest: 'sha256:1' },
  plan: { steps: [{ setWeight: 5 }, { analysis: { metrics: ['errorRate'] } }], metrics: {} },
  status: 'running',
  step: 0,
  cause: null,
  hold: null,
  startedAt,
  endedAt: null,
  ...change,
});

interface Script {
  /** What successive looks at the run find; the last stays. */
  readonly runs: readonly (object | null)[];
  readonly gatesPassed?: boolean;
  readonly rollouts?: readonly object[];
  readonly champion?: number;
}

/** An API in which a training goes as written. */
async function given(script: Script) {
  const looks = { run: 0, rollout: 0 };
  const next = <Item>(items: readonly Item[], kind: 'run' | 'rollout') =>
    items[Math.min(looks[kind]++, items.length - 1)];
  const respond = ({ method, path }: Asked): { status?: number; body: unknown } => {
    const [route = ''] = path.replace('/api/v1/', '').split('?');
    if (method === 'POST') return { status: 202, body: { runId, workflowId: 'model/churn', created: true } };
    if (route === `runs/${runId}`) {
      const run = next(script.runs, 'run');
      return run === null || run === undefined
        ? { status: 404, body: { code: 'NotFound', detail: 'none' } }
        : { body: aRun(run) };
    }
    if (route.startsWith('models/')) {
      const gates = [{ gate: 'rocAuc >= 0.9', state: 'fail', message: 'rocAuc is 0.8' }];
      return {
        body: { project: 'churn', version: 2, semver: '1.0.1', gatesPassed: script.gatesPassed ?? true, gates },
      };
    }
    if (route === 'projects/churn') return { body: { name: 'churn', endpoint: 'churn' } };
    if (route === 'endpoints/churn') {
      return { body: { endpoint: 'churn', champion: { version: script.champion ?? 1 }, split: null } };
    }
    if (route === 'endpoints/churn/rollouts') {
      return { body: { items: (script.rollouts ?? []).slice(0, 1).map(aRollout), nextPageToken: null } };
    }
    return { body: aRollout(next(script.rollouts ?? [], 'rollout') ?? {}) };
  };
  return await aServer(respond);
}

async function follow(script: Script, options = '') {
  const server = await given(script);
  const home = await mkdtemp(join(tmpdir(), 'laurel-cli-'));
  try {
    return await laurel(`train churn --wait ${options}`, { LAUREL_API_URL: server.url, LAUREL_HOME: home });
  } finally {
    await server.close();
    await rm(home, { recursive: true });
  }
}

const registered = { status: 'registered', step: 'register', version: 2 };

test('a training is followed through its steps and its rollout to the crowning', async () => {
  const outcome = await follow({
    runs: [
      null,
      { step: 'snapshot' },
      { progress: { step: 50, totalSteps: 300, metrics: { logloss: 0.41234 } } },
      registered,
    ],
    rollouts: [{ step: 0 }, { step: 1 }, { status: 'promoted', step: 1 }],
  });
  expect(outcome.code).toBe(0);
  expect(outcome.out).toBe('Version 2 of churn is champion of churn (rollout churn/2).\n');
  const said = outcome.side.split('\n');
  for (const line of ['queued', 'snapshot', 'train 50/300 logloss=0.4123', 'registered']) expect(said).toContain(line);
  expect(outcome.side).toContain('rollout churn/2: 1/2 5 % of the traffic');
  expect(outcome.side).toContain('rollout churn/2: 2/2 analysis of errorRate');
});

test('a rollout that rolls back is refused, with its cause', async () => {
  const outcome = await follow({
    runs: [registered],
    rollouts: [{}, { status: 'rolledBack', cause: 'guardrailHarm: errorRate' }],
  });
  expect(outcome).toMatchObject({ code: 4, out: '' });
  expect(outcome.side).toContain('guardrailHarm: errorRate');
  expect(outcome.side).toContain('laurel describe rollout churn/2');
});

test('a version that fails its gates is refused, gate by gate', async () => {
  const outcome = await follow({ runs: [registered], gatesPassed: false });
  expect(outcome.code).toBe(4);
  expect(outcome.side).toContain('rocAuc >= 0.9 (rocAuc is 0.8)');
});

test('a trainer that fails is a failure, and its log is named', async () => {
  const outcome = await follow({
    runs: [{ status: 'rejected', code: 'TrainerFailed', message: 'the trainer ended with exit code 64.' }],
  });
  expect(outcome.code).toBe(1);
  expect(outcome.side).toContain(`exit code 64; see laurel logs ${runId}.`);
});

test('data that breaks a rule is refused', async () => {
  const outcome = await follow({
    runs: [{ status: 'rejected', code: 'DataAnomaly', message: 'rows is 12; at least 1000 are needed.' }],
  });
  expect(outcome.code).toBe(4);
});

test('a cancelled training is a failure', async () => {
  expect((await follow({ runs: [{ status: 'cancelled' }] })).code).toBe(1);
});

test('without a rollout, being registered is enough', async () => {
  const outcome = await follow({ runs: [registered] }, '--no-roll-out');
  expect(outcome).toMatchObject({ code: 0, out: 'Version 2 of churn is registered.\n' });
});

test('a training that changes nothing finds its version champion already', async () => {
  const outcome = await follow({ runs: [registered], champion: 2 });
  expect(outcome).toMatchObject({ code: 0, out: 'Nothing had changed: version 2 of churn is champion.\n' });
});

test('the result of following is data too', async () => {
  const outcome = await follow({ runs: [registered], rollouts: [{ status: 'promoted' }] }, '-o json');
  expect(JSON.parse(outcome.out)).toMatchObject({
    run: { version: 2 },
    rollout: { id: 'churn/2', status: 'promoted' },
  });
});
