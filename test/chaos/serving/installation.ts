import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { codeVersion, environment } from '@laurel/contracts';
import { freePortNumbers } from '@laurel/dev';
import type { ModelVersion, Split, SplitDraft } from '@laurel/domain';
import { createDirectoryStore } from '@laurel/objectstore';
import { createPackages, openKeys } from '@laurel/packages';
import type { Routing } from '@laurel/ports';
import type { Target } from '../../bench/serving/http-connection.js';
import { aDraft, aPlan, aRunId, digestOf, gateOf, refOf } from '../../integration/postgres/builders.js';
import { draftOf } from '../../support/built-package.js';
import { eventually } from '../../support/eventually.js';
import type { BuiltModel } from '../../support/onnx-builder.js';
import { type ServingProcess, startProcess } from './process.js';
import type { Scene } from './story.js';

/** The endpoint of every story, and its project. */
export const endpoint = 'churn';

/** Told of each commit, so that answers can be judged by it. */
export interface CommitWatch {
  begins(epoch: number): void;
  returned(epoch: number): void;
}

/** Serving processes on one port with everything real below them. */
export interface Installation extends AsyncDisposable {
  readonly http: Target;
  readonly grpc: Target;
  readonly processes: readonly ServingProcess[];
  readonly routing: Routing;
  /** Publishes and registers a version with a PASS. */
  release(built: BuiltModel, name: string): Promise<ModelVersion>;
  /** Begins a rollout of `challenger` and commits its first split; `change` is laid over the draft. */
  begin(challenger: ModelVersion, weight: number, change?: Partial<SplitDraft>): Promise<Rolling>;
  /** Releases a version and makes it the champion. */
  enthrone(built: BuiltModel): Promise<ModelVersion>;
  watchCommits(watch: CommitWatch): void;
}

/** A rollout that has begun. */
export interface Rolling {
  readonly incarnation: number;
  /** Commits another split of the rollout, once every live process has acknowledged it. */
  commit(weight: number, change?: Partial<SplitDraft>): Promise<Split>;
  /** Makes the challenger the champion and ends the rollout. */
  crown(): Promise<Split>;
}

const patienceMilliseconds = 30_000;
const silent: CommitWatch = { begins: () => undefined, returned: () => undefined };

/** Starts serving processes that share a port, on a database and an object store of their own. */
export async function openInstallation({ postgres, folder }: Scene, count: number): Promise<Installation> {
  const home = join(folder, 'home');
  await mkdir(home, { recursive: true });
  const database = await postgres.createDatabase();
  const [port = 0, grpcPort = 0] = await freePortNumbers(2);
  const settings = {
    [environment.home]: home,
    [environment.databaseUrl]: database.url,
    [environment.objectStore]: `file://${home}/objects`,
    [environment.servingPort]: String(port),
    [environment.servingGrpcPort]: String(grpcPort),
    [environment.logLevel]: 'warn',
  };
  const packages = createPackages({
    objectStore: createDirectoryStore({ root: join(home, 'objects') }),
    keys: await openKeys(join(home, 'keys')),
  });
  const starts = Array.from({ length: count }, (_, index) =>
    startProcess(settings, join(folder, `serving-${index}.log`)),
  );
  const processes = await Promise.all(starts);
  const { registry, routing } = database.repositories;
  const release = async (built: BuiltModel, name: string) => {
    const draft = draftOf(built, name);
    const digest = await packages.publish(draft, { 'model.onnx': built.model });
    const { signature, algorithm, lineage } = draft;
    const gates = [{ gate: 'rocAuc', state: 'pass' as const, observed: 0.9, bound: 0.8, message: 'rocAuc' }];
    const version = { project: endpoint, digest, runId: aRunId(), signature, algorithm, lineage, metrics: {} };
    const nextSemver = (last?: { readonly version: number }) => `1.${last?.version ?? 0}.0`;
    const stamp = { endpoint, policyDigest: digestOf('policy'), codeVersion, nextSemver };
    return registry.register({ ...version, gates, gatesPassed: true }, stamp);
  };
  const rollouts = new Rollouts(routing);
  return {
    http: { host: '127.0.0.1', port },
    grpc: { host: '127.0.0.1', port: grpcPort },
    processes,
    routing,
    release,
    begin: (challenger, weight, change) => rollouts.begin(challenger, weight, change),
    enthrone: async (built) => {
      const version = await release(built, 'champion');
      await (await rollouts.begin(version, 100)).crown();
      return version;
    },
    watchCommits: (watch) => {
      rollouts.watch = watch;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(processes.map((one) => one.stop()));
      await database[Symbol.asyncDispose]();
    },
  };
}

/** Takes versions through rollouts by the writes that the product makes. */
class Rollouts {
  readonly #routing: Routing;
  #incarnation = 0;
  watch: CommitWatch = silent;

  constructor(routing: Routing) {
    this.#routing = routing;
  }

  async begin(version: ModelVersion, firstWeight: number, firstChange?: Partial<SplitDraft>): Promise<Rolling> {
    this.#incarnation += 1;
    const incarnation = this.#incarnation;
    const rolling = { endpoint, project: endpoint, incarnation, challenger: refOf(version) };
    const { rollout } = await this.#routing.beginRollout({ ...rolling, plan: aPlan() });
    let changes = 0;
    const commit = async (weight: number, change: Partial<SplitDraft> = {}) => {
      changes += 1;
      const draft = { ...aDraft(rolling, { champion: rollout.champion, weight }), ...change };
      const { epoch } = await this.#routing.prepare(draft, `change-${changes}`);
      await this.#acknowledged(epoch);
      return this.#told(epoch, () => this.#routing.commit({ endpoint, epoch, fence: incarnation }));
    };
    const { epoch: last } = await commit(firstWeight, firstChange);
    let latest = last;
    const evidenceId = gateOf(version);
    return {
      incarnation,
      commit: async (weight, change) => {
        const split = await commit(weight, change);
        latest = split.epoch;
        return split;
      },
      crown: async () => {
        const crowning = { ...rolling, fence: incarnation, evidenceId, codeVersion };
        return this.#told(latest + 1, () => this.#routing.crown(crowning));
      },
    };
  }

  async #told(epoch: number, commit: () => Promise<Split>): Promise<Split> {
    this.watch.begins(epoch);
    const split = await commit();
    this.watch.returned(split.epoch);
    return split;
  }

  #acknowledged(epoch: number): Promise<void> {
    return eventually(
      async () => {
        const { live, acknowledged } = await this.#routing.readiness(endpoint, epoch);
        return live.length > 0 && acknowledged.length === live.length;
      },
      `epoch ${epoch} is acknowledged by every live process`,
      patienceMilliseconds,
    );
  }
}
