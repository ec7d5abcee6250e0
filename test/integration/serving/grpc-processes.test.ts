import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { codeVersion } from '@laurel/contracts';
import { freePortNumbers } from '@laurel/dev';
import type { ModelVersion } from '@laurel/domain';
import { eventually } from '../../support/eventually.js';
import { releaseVersion, rollFleet, startFleetProcess } from '../../support/fleet-process.js';
import { gateOf, refOf } from '../postgres/builders.js';
import { createTestDatabase, type TestDatabase } from '../postgres/database.js';
import { codeOf, type GrpcClient, openClient } from './grpc-client.js';

const processes: ChildProcess[] = [];
let db: TestDatabase;
let home: string;
let ports: readonly number[];

async function startProcess(): Promise<ChildProcess> {
  const [port = 0, grpcPort = 0] = ports;
  const child = await startFleetProcess({ home, databaseUrl: db.url, port, grpcPort });
  processes.push(child);
  return child;
}

/** Makes a version the champion of `churn` once every process has it. */
async function crown(version: ModelVersion): Promise<void> {
  await rollFleet(db, { incarnation: 1, challenger: version, weight: 5, processes: processes.length });
  const rolling = { endpoint: 'churn', project: 'churn', incarnation: 1, fence: 1, challenger: refOf(version) };
  await db.routing.crown({ ...rolling, evidenceId: gateOf(version), codeVersion });
}

beforeAll(async () => {
  db = await createTestDatabase();
  home = await mkdtemp(join(tmpdir(), 'laurel-home-'));
  ports = await freePortNumbers(2);
});
afterAll(async () => {
  for (const child of processes) child.kill('SIGKILL');
  await db?.drop();
  await rm(home, { recursive: true, force: true });
});

const inputs = [{ name: 'tenure', datatype: 'FP32', shape: [1, 1], contents: { fp32_contents: [1] } }];
const infer = (client: GrpcClient) => client.call('GRPCInferenceService/ModelInfer', { model_name: 'churn', inputs });
const pause = (milliseconds: number) => new Promise((next) => setTimeout(next, milliseconds));

test('two processes share the gRPC port, and no call is lost when one of them is drained', async () => {
  const version = await releaseVersion(db, home, 0);
  const [leaving] = await Promise.all([startProcess(), startProcess()]);
  await crown(version);
  const clients = Array.from({ length: 16 }, () => openClient(`grpc://127.0.0.1:${ports[1]}`));
  await eventually(async () => {
    const codes = await Promise.all(clients.map((client) => codeOf(infer(client))));
    return codes.every((code) => code === status.OK);
  }, 'the version is served by all');
  await eventually(async () => (await served()).length === 2, 'both processes answer');

  const stopped = new AbortController();
  const codes = new Map<status, number>();
  const traffic = clients.map(async (client) => {
    while (!stopped.signal.aborted) {
      const code = await codeOf(infer(client));
      codes.set(code, (codes.get(code) ?? 0) + 1);
      await pause(2);
    }
  });
  await pause(1_000);
  leaving.kill('SIGTERM');
  const [exit] = (await once(leaving, 'exit')) as [number | null];
  expect(exit).toBe(0);
  await pause(1_000);
  stopped.abort();
  await Promise.all(traffic);
  for (const client of clients) client.close();
  expect([...codes.keys()]).toEqual([status.OK]);
  expect(codes.get(status.OK)).toBeGreaterThan(500);
}, 90_000);

const served = () => db.query('select distinct process from arm_sums where requests > 0');
