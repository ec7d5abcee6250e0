import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { codeVersion, environment } from '@laurel/contracts';
import type { ModelVersion, Split } from '@laurel/domain';
import { createDirectoryStore } from '@laurel/objectstore';
import { createPackages, openKeys } from '@laurel/packages';
import { draftOf } from '../../support/built-package.js';
import { eventually } from '../../support/eventually.js';
import { buildClassifier } from '../../support/onnx-builder.js';
import { aDraft, aPlan, aRunId, digestOf, gateOf, refOf } from '../postgres/builders.js';
import { createTestDatabase, type TestDatabase } from '../postgres/database.js';

const main = resolve('apps/serving/dist/main.js');
let db: TestDatabase;
let home: string;
let port: number;
let grpcPort: number;
let processes: ChildProcess[] = [];

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function startProcess(): Promise<ChildProcess> {
  const child = fork(main, {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      PATH: process.env.PATH,
      [environment.home]: home,
      [environment.databaseUrl]: db.url,
      [environment.objectStore]: `file://${home}/objects`,
      [environment.servingPort]: String(port),
      [environment.servingGrpcPort]: String(grpcPort),
      [environment.logLevel]: 'warn',
    },
  });
  processes.push(child);
  const [message] = (await once(child, 'message')) as [unknown];
  expect(message).toEqual({ laurel: 'ready' });
  return child;
}

/** Publishes and registers a version of the project `churn` with a PASS. */
async function release(bias: number): Promise<ModelVersion> {
  const built = buildClassifier({ inputs: ['tenure'], weights: [-1], bias, classes: ['No', 'Yes'] });
  const packages = createPackages({
    objectStore: createDirectoryStore({ root: join(home, 'objects') }),
    keys: await openKeys(join(home, 'keys')),
  });
  const draft = draftOf(built, `bias ${bias}`);
  const digest = await packages.publish(draft, { 'model.onnx': built.model });
  const { signature, algorithm, lineage } = draft;
  const gates = [{ gate: 'rocAuc', state: 'pass' as const, observed: 0.9, bound: 0.8, message: 'rocAuc' }];
  return db.registry.register(
    { project: 'churn', digest, runId: aRunId(), signature, algorithm, lineage, metrics: {}, gates, gatesPassed: true },
    {
      endpoint: 'churn',
      policyDigest: digestOf('policy'),
      codeVersion,
      nextSemver: (last) => `1.${last?.version ?? 0}.0`,
    },
  );
}

/** Begins rollout `incarnation`, prepares a split and commits it once every live process has acknowledged it. */
async function roll(incarnation: number, challenger: ModelVersion, weight: number): Promise<Split> {
  const rolling = { endpoint: 'churn', project: 'churn', incarnation, challenger: refOf(challenger) };
  const { rollout } = await db.routing.beginRollout({ ...rolling, plan: aPlan() });
  const draft = aDraft(rolling, { champion: rollout.champion, weight });
  const { epoch } = await db.routing.prepare(draft, `weight-${weight}`);
  await eventually(async () => {
    const { live, acknowledged } = await db.routing.readiness('churn', epoch);
    return live.length === processes.length && acknowledged.length === live.length;
  }, `epoch ${epoch} is acknowledged by all`);
  return db.routing.commit({ endpoint: 'churn', epoch, fence: incarnation });
}

/** Sends one request; gives its status, 0 for a broken connection. */
function post(body: object, agent: Agent): Promise<number> {
  return new Promise((done) => {
    const options = {
      port,
      path: '/predict/churn',
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/json' },
    };
    const sent = request(options, (response) => {
      response.resume().once('end', () => done(response.statusCode ?? 0));
    });
    sent.once('error', () => done(0));
    sent.end(JSON.stringify(body));
  });
}

/** Sends requests over eight connections until it is stopped; gives how often each status came. */
function startTraffic(): { stop(): Promise<Map<number, number>> } {
  const statuses = new Map<number, number>();
  const stopped = new AbortController();
  const client = async (index: number) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let count = 0; !stopped.signal.aborted; count++) {
      const status = await post({ tenure: count % 5, customer_id: `${index}-${count}` }, agent);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      await pause(2);
    }
    agent.destroy();
  };
  const clients = Array.from({ length: 8 }, (_, index) => client(index));
  return {
    stop: async () => {
      stopped.abort();
      await Promise.all(clients);
      return statuses;
    },
  };
}

const pause = (milliseconds: number) => new Promise((next) => setTimeout(next, milliseconds));

beforeAll(async () => {
  db = await createTestDatabase();
  home = await mkdtemp(join(tmpdir(), 'laurel-home-'));
  port = await freePort();
  grpcPort = await freePort();
});
afterAll(async () => {
  for (const child of processes) child.kill('SIGKILL');
  await db?.drop();
  await rm(home, { recursive: true, force: true });
});

test('two processes share a port, follow a rollout and lose no request, also when one of them is drained', async () => {
  const first = await release(0);
  const second = await release(1);
  const [leaving] = await Promise.all([startProcess(), startProcess()]);
  await roll(1, first, 5);
  await db.routing.crown({
    endpoint: 'churn',
    project: 'churn',
    incarnation: 1,
    fence: 1,
    challenger: refOf(first),
    evidenceId: gateOf(first),
    codeVersion,
  });
  await eventually(
    async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status === 200,
    'the first version is served',
  );
  await pause(600);

  const traffic = startTraffic();
  const { epoch } = await roll(2, second, 50);
  await pause(1_500);
  leaving.kill('SIGTERM');
  const [code] = (await once(leaving, 'exit')) as [number | null];
  expect(code).toBe(0);
  await pause(500);
  const statuses = await traffic.stop();
  expect([...statuses.keys()]).toEqual([200]);
  expect(statuses.get(200)).toBeGreaterThan(200);

  const arms = async () => new Map((await db.observations.totals('churn', epoch)).map((total) => [total.arm, total]));
  await eventually(async () => ((await arms()).get('challenger')?.requests ?? 0) > 50, 'the challenger is counted');
  expect((await arms()).get('challenger')?.errors).toBe(0);
  expect(await db.query('select distinct process from arm_sums where requests > 0')).toHaveLength(2);
  const records = await db.query<{ count: string }>('select count(*) from predictions where epoch = $1', [epoch]);
  expect(Number(records[0]?.count)).toBeGreaterThan(100);
  const { live } = await db.routing.readiness('churn', epoch);
  expect(live).toHaveLength(1);
});

test('a killed process leaves its log, and a new one stores it', async () => {
  const doomed = await startProcess();
  const traffic = startTraffic();
  await pause(1_000);
  doomed.kill('SIGKILL');
  await traffic.stop();
  processes = processes.filter((child) => child !== doomed);
  const successor = await startProcess();
  const store = createDirectoryStore({ root: join(home, 'objects') });
  await eventually(
    async () => (await store.listNamed('predictions/')).some((key) => key.includes(`-${doomed.pid}-`)),
    'the log of the dead process is stored',
    20_000,
  );
  expect(successor.exitCode).toBeNull();
});
