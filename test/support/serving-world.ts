import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Arm, ServingPolicy, Split, VersionRef } from '@laurel/domain';
import { createModelRunner } from '@laurel/inference';
import { createDirectoryStore } from '@laurel/objectstore';
import { createKeys, createPackages } from '@laurel/packages';
import type { ObjectStore, Packages } from '@laurel/ports';
import { newProcessName, type Serving, type ServingOptions, type ServingPorts, startServing } from '@laurel/serving';
import { createLogger, type Logger } from '@laurel/telemetry';
import { draftOf } from './built-package.js';
import { eventually } from './eventually.js';
import { createMemoryFleet, type MemoryFleet } from './memory-fleet.js';
import type { BuiltModel } from './onnx-builder.js';

/** Closes the connection after the answer: a kept one would have to be waited for when the process drains. */
export const oneOff = { headers: { connection: 'close' } };

/** What `POST /predict/{endpoint}` answers. */
export interface PredictBody {
  readonly predictions: readonly {
    readonly predictionId: string;
    readonly label: string | null;
    readonly probabilities: { readonly [name: string]: number } | null;
    readonly value: number | null;
  }[];
  readonly modelVersion: number;
  readonly arm: string;
  readonly epoch: number;
}

/** What an inference of the Open Inference Protocol answers. */
export interface InferBody {
  readonly model_version: string;
  readonly outputs: readonly { readonly name: string; readonly data: readonly unknown[] }[];
}

/** The body of a response, as what the test knows it to be. */
export async function bodyOf<Body>(response: Response | Promise<Response>): Promise<Body> {
  return (await (await response).json()) as Body;
}

/** A serving process on a socket of its own, with a fleet in memory and everything else real. */
export interface ServingWorld {
  readonly fleet: MemoryFleet;
  readonly packages: Packages;
  readonly objectStore: ObjectStore;
  readonly serving: Serving;
  readonly process: string;
  readonly root: string;
  readonly url: string;
  /** Signs and stores a model as version `version`. */
  publish(version: number, built: BuiltModel): Promise<VersionRef>;
  /** Commits a split and waits until it is served. */
  serve(split: Split): Promise<void>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

export async function startServingWorld(
  prepare?: (root: string) => Promise<void>,
  apiKeys: ServingPorts['apiKeys'] = null,
  operatorKeys: ServingPorts['operatorKeys'] = null,
  more: Pick<ServingPorts, 'tracer' | 'audit'> & Pick<ServingOptions, 'streamDialect'> & { readonly log?: Logger } = {},
): Promise<ServingWorld> {
  const root = await mkdtemp(join(tmpdir(), 'laurel-serving-'));
  await prepare?.(root);
  const fleet = createMemoryFleet();
  const objectStore = createDirectoryStore({ root: join(root, 'objects') });
  const packages = createPackages({ objectStore, keys: createKeys() });
  const { tracer = null, streamDialect = 'triton', log = createLogger({ process: 'serving', level: 'silent' }) } = more;
  const process = newProcessName();
  const audit = more.audit === undefined ? {} : { audit: more.audit };
  const ports = { fleet, packages, runner: createModelRunner(), log, apiKeys, operatorKeys, tracer, ...audit };
  const serving = startServing(ports, {
    process,
    logFolder: join(root, 'serving'),
    streamDialect,
    predictionLog: { objectStore: pathToFileURL(join(root, 'objects')).href },
  });
  const url = await serving.listen({ host: '127.0.0.1', port: 0 });
  let drained = false;
  return {
    fleet,
    packages,
    objectStore,
    serving: {
      ...serving,
      drain: async () => {
        drained = true;
        await serving.drain();
      },
    },
    process,
    root,
    url,
    publish: async (version, built) => {
      const digest = await packages.publish(draftOf(built, `v${version}`), { 'model.onnx': built.model });
      return { version, digest, semver: `1.${version}.0` };
    },
    serve: async (split) => {
      fleet.committed = [...fleet.committed.filter(({ endpoint }) => endpoint !== split.endpoint), split];
      const gauge = `laurel_split_epoch{endpoint="${split.endpoint}"} ${split.epoch}\n`;
      const isServed = async () => (await (await fetch(`${url}/metrics`, oneOff)).text()).includes(gauge);
      await eventually(async () => (await isServed()) && serving.isReady(), `epoch ${split.epoch} is served`);
    },
    post: (path, body, headers = {}) =>
      fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...oneOff.headers, ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    close: async () => {
      if (!drained) await serving.drain();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** A split with everything given filled in. */
export function splitOf(given: {
  readonly champion: VersionRef;
  readonly challenger?: VersionRef;
  readonly weight?: number;
  readonly shadow?: Split['shadow'];
  readonly epoch?: number;
  readonly endpoint?: string;
  readonly baseline?: Split['baseline'];
  readonly policy?: ServingPolicy;
  readonly stickyKey?: string;
}): Split {
  const { champion, challenger, weight = 50 } = given;
  const arms: Arm[] = challenger
    ? [
        { ...champion, role: 'champion', weight: 100 - weight },
        { ...challenger, role: 'challenger', weight },
      ]
    : [{ ...champion, role: 'champion', weight: 100 }];
  return {
    endpoint: given.endpoint ?? 'churn',
    epoch: given.epoch ?? 1,
    fence: 1,
    incarnation: 1,
    arms,
    shadow: given.shadow ?? null,
    stickyKey: given.stickyKey ?? null,
    salt: 'churn/1',
    baseline: given.baseline ?? null,
    ...(given.policy === undefined ? {} : { policy: given.policy }),
    appliedBy: 'test',
    appliedAt: '2026-01-31T09:00:00.000Z',
    reason: 'test',
  };
}
