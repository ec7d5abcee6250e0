import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { status } from '@grpc/grpc-js';
import { codeVersion, environment } from '@laurel/contracts';
import { freePortNumbers } from '@laurel/dev';
import type { ModelVersion } from '@laurel/domain';
import { createDirectoryStore } from '@laurel/objectstore';
import { createPackages, openKeys } from '@laurel/packages';
import { draftOf } from '../../support/built-package.js';
import { eventually } from '../../support/eventually.js';
import { buildClassifier } from '../../support/onnx-builder.js';
import { aDraft, aPlan, aRunId, digestOf, gateOf, refOf } from '../postgres/builders.js';
import { createTestDatabase, type TestDatabase } from '../postgres/database.js';
import { codeOf, type GrpcClient, openClient } from './grpc-client.js';

const processes: ChildProcess[] = [];
let db: TestDatabase;
let home: string;
let ports: readonly number[];

async function startProcess(): Promise<ChildProcess> {
  const [port, grpcPort] = ports;
  const child = fork(resolve('apps/serving/dist/main.js'), {
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
  await once(child, 'message');
  return child;
}

async function release(): Promise<ModelVersion> {
  const built = buildClassifier({ inputs: ['tenure'], weights: [-1], bias: 0, classes: ['No', 'Yes'] });
  const objectStore = createDirectoryStore({ root: join(home, 'objects') });
  const packages = createPackages({ objectStore, keys: await openKeys(join(home, 'keys')) });
  const draft = draftOf(built, 'grpc');
  const digest = await packages.publish(draft, { 'model.onnx': built.model });
  const { signature, algorithm, lineage } = draft;
  const gates = [{ gate: 'rocAuc', state: 'pass' as const, observed: 0.9, bound: 0.8, message: 'rocAuc' }];
  return db.registry.register(
    { project: 'churn', digest, runId: aRunId(), signature, algorithm, lineage, metrics: {}, gates, gatesPassed: true },
    { endpoint: 'churn', policyDigest: digestOf('policy'), codeVersion, nextSemver: () => '1.0.0' },
  );
}

/** Makes a version the champion of `churn` once every process has it. */
async function crown(version: ModelVersion): Promise<void> {
  const rolling = { endpoint: 'churn', project: 'churn', incarnation: 1, challenger: refOf(version) };
  const { rollout } = await db.routing.beginRollout({ ...rolling, plan: aPlan() });
  const { epoch } = await db.routing.prepare(aDraft(rolling, { champion: rollout.champion, weight: 5 }), 'weight-5');
  await eventually(async () => {
    const { live, acknowledged } = await db.routing.readiness('churn', epoch);
    return live.length === processes.length && acknowledged.length === live.length;
  }, `epoch ${epoch} is acknowledged by all`);
  await db.routing.commit({ endpoint: 'churn', epoch, fence: 1 });
  await db.routing.crown({ ...rolling, fence: 1, evidenceId: gateOf(version), codeVersion });
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
  const version = await release();
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
