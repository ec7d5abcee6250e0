import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { BatchV1Api, CoreV1Api, KubeConfig, type V1Pod } from '@kubernetes/client-node';
import { findToolchain } from '@laurel/dev';
import {
  createKubernetesJobLauncher,
  type KubernetesJobLauncherOptions,
  type KubernetesSettings,
  loadKubeConfig,
} from '@laurel/kubernetes';
import { createDirectoryStore } from '@laurel/objectstore';
import type { JobLauncher, ObjectStore } from '@laurel/ports';
import type { JobLauncherWorld } from '../../contract/job-launcher.contract.js';
import { scriptJobs } from '../../contract/job-launcher.given.js';
import { type NodeAgent, startNodeAgent } from '../../support/kubernetes/node-agent/node-agent.js';
import type { NodeSpec } from '../../support/kubernetes/node-agent/shapes.js';
import { testCluster } from '../../support/kubernetes/test-cluster.js';
import { typedClient } from '../../support/kubernetes/typed-client.js';
import { kubernetesSettings } from '../../unit/kubernetes/builders.js';

/** The image that the test nodes have; it brings Python with `laurel_trainer`, and Node. */
const image = 'laurel-trainer:test';

const silent = { info: () => undefined, warn: () => undefined };
const checkpoints = 'checkpoints';

export interface LauncherWorld extends JobLauncherWorld {
  readonly agent: NodeAgent;
  readonly core: CoreV1Api;
  readonly batch: BatchV1Api;
  readonly objects: ObjectStore;
  readonly folder: string;
  readonly settings: KubernetesSettings;
  /** A launcher as another worker would have it, with other options where the test says so. */
  readonly anotherLauncher: (options?: Partial<KubernetesJobLauncherOptions>) => JobLauncher;
  /** Pods of the job, newest last. */
  readonly pods: () => Promise<readonly V1Pod[]>;
}

export interface Given {
  readonly nodes?: readonly NodeSpec[];
  readonly settings?: Partial<KubernetesSettings>;
  /** Folder of the project whose programs the image has first on its path. */
  readonly bin?: string;
}

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
}, 60_000);

/** A namespace of the control plane with nodes of its own, gone with everything that still runs when the test ends. */
export async function givenLauncher(given: Given = {}): Promise<LauncherWorld> {
  const { nodes = [{ name: 'node' }], settings = {}, bin } = given;
  const folder = await mkdtemp(join(tmpdir(), 'laurel-kubernetes-'));
  const cluster = await testCluster();
  const agent = await startNodeAgent({ cluster, nodes, images: { [image]: imageOf(folder, bin) } });
  cleanups.push(async () => {
    await agent.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const config = new KubeConfig();
  config.loadFromFile(cluster.kubeconfig);
  const [core, batch] = [typedClient(config, CoreV1Api), typedClient(config, BatchV1Api)];
  await makeClaim(core, agent.namespace);
  const whole = { ...settingsFor(agent.namespace, folder), ...settings };
  const anotherLauncher = (options: Partial<KubernetesJobLauncherOptions> = {}) =>
    createKubernetesJobLauncher({
      config: loadKubeConfig(cluster.kubeconfig),
      settings: whole,
      log: silent,
      patience: { requestMilliseconds: 10_000, budgetMilliseconds: 20_000 },
      ...options,
    });
  const objects = createDirectoryStore({ root: join(folder, 'objects') });
  return {
    agent,
    core,
    batch,
    objects,
    folder,
    settings: whole,
    launcher: anotherLauncher(),
    anotherLauncher,
    pace: 2,
    pods: async () => (await core.listNamespacedPod({ namespace: agent.namespace })).items,
    ...scriptJobs(folder, objects),
  };
}

function imageOf(workingDirectory: string, bin?: string) {
  const { python } = findToolchain();
  if (python === null) throw new Error('the pods of these tests need the trainer package; npm run setup installs it');
  const own = bin === undefined ? [] : [join(workingDirectory, bin)];
  const PATH = [...own, dirname(python), dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':');
  return { environment: { PATH }, workingDirectory };
}

async function makeClaim(core: CoreV1Api, namespace: string): Promise<void> {
  await core.createNamespacedPersistentVolumeClaim({
    namespace,
    body: {
      metadata: { name: checkpoints },
      spec: { accessModes: ['ReadWriteMany'], resources: { requests: { storage: '1Gi' } }, storageClassName: '' },
    },
  });
}

function settingsFor(namespace: string, folder: string): KubernetesSettings {
  return kubernetesSettings({
    namespace,
    image,
    checkpointClaim: checkpoints,
    objectStore: { url: `file://${join(folder, 'objects')}`, secret: null, claim: null },
    projects: { claim: null, mountPath: folder },
    graceSeconds: 3,
    keepSeconds: 600,
    outputBytes: 2 ** 30,
  });
}
