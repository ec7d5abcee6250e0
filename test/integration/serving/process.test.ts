import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeVersion } from '@laurel/contracts';
import { freePortNumbers } from '@laurel/dev';
import type { ModelVersion } from '@laurel/domain';
import { createDirectoryStore } from '@laurel/objectstore';
import { eventually } from '../../support/eventually.js';
import { releaseVersion, rollFleet, startFleetProcess } from '../../support/fleet-process.js';
import { gateOf, refOf } from '../postgres/builders.js';
import { createTestDatabase, type TestDatabase } from '../postgres/database.js';

let db: TestDatabase;
let home: string;
let port: number;
let grpcPort: number;
let processes: ChildProcess[] = [];

async function startProcess(): Promise<ChildProcess> {
  const child = await startFleetProcess({ home, databaseUrl: db.url, port, grpcPort });
  processes.push(child);
  return child;
}

const release = (bias: number) => releaseVersion(db, home, bias);
const roll = (incarnation: number, challenger: ModelVersion, weight: number) =>
  rollFleet(db, { incarnation, challenger, weight, processes: processes.length });

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
  [port = 0, grpcPort = 0] = await freePortNumbers(2);
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
