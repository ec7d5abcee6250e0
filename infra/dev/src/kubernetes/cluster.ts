import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePortNumbers } from '../ports/stack-ports.js';
import { signalProcess } from '../processes/identity.js';
import { writeJson } from '../processes/json-file.js';
import type { ChildSpec } from '../supervisor/child-spec.js';
import { childrenFile } from '../supervisor/leftovers.js';
import { type RunningServer, startServer } from '../supervisor/start-server.js';
import { demandKubernetes, findToolchain } from '../toolchain.js';
import {
  apiServerChild,
  type ControlPlaneOptions,
  controllerManagerChild,
  etcdChild,
  schedulerChild,
} from './control-plane.js';
import { makeCredentials } from './credentials.js';

export interface ClusterOptions {
  /** Throw-away folder: state, secrets, logs (`NAME.log`), and `run/children.json` with who runs. */
  readonly folder: string;
  /** Told what is being started and how long it took, a line each. */
  readonly log?: (line: string) => void;
  /** Folder with the control plane's programs, where it is not the one that set-up made. */
  readonly binaries?: string;
  /** It runs on when this process ends (`false`: it ends with it), until somebody ends what `run/children.json` names. */
  readonly mayOutlive?: boolean;
}

/** A control plane of Kubernetes on loopback. It has no nodes of its own: nothing runs until somebody registers one. */
export interface Cluster {
  /** Path of a kubeconfig with all rights. */
  readonly kubeconfig: string;
  /** URL of the API server. */
  readonly server: string;
  stop(): Promise<void>;
  /** For the last moment of a process: signals and leaves. */
  abandon(): void;
}

/** Starts etcd, then the API server, then controllers and scheduler. Error: `DependencyUnavailable`. */
export async function startCluster(wanted: ClusterOptions): Promise<Cluster> {
  const { folder, log = () => undefined, binaries, mayOutlive = false } = wanted;
  mkdirSync(join(folder, 'run'), { recursive: true });
  const [etcd = 0, etcdPeer = 0, apiServer = 0, controllerManager = 0, scheduler = 0] = await freePortNumbers(5);
  const server = `https://127.0.0.1:${apiServer}`;
  const options: ControlPlaneOptions = {
    binaries: binaries ?? demandKubernetes(findToolchain()),
    folder,
    mayOutlive,
    credentials: makeCredentials(folder, server),
    ports: { etcd, etcdPeer, apiServer, controllerManager, scheduler },
  };
  const running = startedIn(folder, log);
  if (!mayOutlive) process.once('exit', running.abandon);
  try {
    await running.start(etcdChild(options));
    await running.start(apiServerChild(options));
    await Promise.all([running.start(controllerManagerChild(options)), running.start(schedulerChild(options))]);
  } catch (error) {
    await running.stop();
    throw error;
  }
  return {
    kubeconfig: options.credentials.kubeconfigs.admin,
    server,
    stop: running.stop,
    abandon: running.abandon,
  };
}

/** Servers of one folder; whoever finds the folder later can stop them by its record. */
function startedIn(folder: string, log: (line: string) => void) {
  const servers: (RunningServer & { readonly name: string })[] = [];
  const record = () =>
    writeJson(
      childrenFile(folder),
      servers.map(({ name, identity }) => ({ name, ...identity })),
    );
  const abandon = () => servers.forEach(({ identity }) => signalProcess(identity, 'SIGKILL'));
  return {
    start: async (spec: ChildSpec) => {
      const began = performance.now();
      servers.push({ ...(await startServer(spec, join(folder, `${spec.name}.log`))), name: spec.name });
      record();
      log(`${spec.name}: ready after ${((performance.now() - began) / 1_000).toFixed(1)} s`);
    },
    stop: async () => {
      process.off('exit', abandon);
      for (const server of servers.splice(0).toReversed()) await server.stop();
      record();
    },
    abandon,
  };
}
