import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { codeVersion, environment } from '@laurel/contracts';
import type { ModelVersion, Split } from '@laurel/domain';
import { createDirectoryStore } from '@laurel/objectstore';
import { createPackages, openKeys } from '@laurel/packages';
import type { Repositories } from '@laurel/postgres';
import { aDraft, aPlan, aRunId, digestOf, refOf } from '../integration/postgres/builders.js';
import { draftOf } from './built-package.js';
import { eventually } from './eventually.js';
import { buildClassifier } from './onnx-builder.js';

const main = resolve('apps/serving/dist/main.js');

/** Where a serving process finds what it serves, and listens. */
export interface FleetPlace {
  readonly home: string;
  readonly databaseUrl: string;
  readonly port: number;
  readonly grpcPort: number;
}

/** Starts a real serving process; it listens when this resolves. */
export async function startFleetProcess({ home, databaseUrl, port, grpcPort }: FleetPlace): Promise<ChildProcess> {
  const child = fork(main, {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      [environment.home]: home,
      [environment.databaseUrl]: databaseUrl,
      [environment.objectStore]: `file://${home}/objects`,
      [environment.servingPort]: String(port),
      [environment.servingGrpcPort]: String(grpcPort),
      [environment.logLevel]: 'warn',
    },
  });
  const [message] = (await once(child, 'message')) as [{ readonly laurel?: string }];
  if (message.laurel !== 'ready') throw new Error(`a serving process said ${JSON.stringify(message)}, not ready`);
  return child;
}

/** Publishes and registers a version of the project `churn`, told apart by its bias, with a PASS of its gates. */
export async function releaseVersion(db: Repositories, home: string, bias: number): Promise<ModelVersion> {
  const built = buildClassifier({ inputs: ['tenure'], weights: [-1], bias, classes: ['No', 'Yes'] });
  const objectStore = createDirectoryStore({ root: join(home, 'objects') });
  const packages = createPackages({ objectStore, keys: await openKeys(join(home, 'keys')) });
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

/** A step of a rollout of the endpoint `churn`. */
export interface FleetStep {
  readonly incarnation: number;
  readonly challenger: ModelVersion;
  readonly weight: number;
  /** Processes that must acknowledge. */
  readonly processes: number;
}

/** Begins the rollout, prepares a split and commits it once every live process has acknowledged it. */
export async function rollFleet(db: Repositories, step: FleetStep): Promise<Split> {
  const { incarnation, challenger, weight } = step;
  const rolling = { endpoint: 'churn', project: 'churn', incarnation, challenger: refOf(challenger) };
  const { rollout } = await db.routing.beginRollout({ ...rolling, plan: aPlan() });
  const draft = aDraft(rolling, { champion: rollout.champion, weight });
  const { epoch } = await db.routing.prepare(draft, `weight-${weight}`);
  await eventually(async () => {
    const { live, acknowledged } = await db.routing.readiness('churn', epoch);
    return live.length === step.processes && acknowledged.length === live.length;
  }, `epoch ${epoch} is acknowledged by all`);
  return db.routing.commit({ endpoint: 'churn', epoch, fence: incarnation });
}
