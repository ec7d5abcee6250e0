import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CoreV1Api, KubeConfig, type V1Pod } from '@kubernetes/client-node';
import { startCluster } from '@laurel/dev';
import { type NodeAgent, startNodeAgent } from '../support/kubernetes/node-agent/node-agent.js';
import type { Battlefield, Manner } from './field.js';
import { trainersFolder } from './trainers.js';

const image = 'laurel/trainer:test';
const checkpointClaim = 'checkpoints';
/** A notice as spot machines give it, seconds. */
const graceSeconds = 15;

/** How GKE marks capacity that can be taken away. */
const spot = { key: 'cloud.google.com/gke-spot', value: 'true' } as const;

/** A control plane with two nodes of spot capacity and one that stays; their pods run as processes of this machine. */
export async function openOnKubernetes(options: {
  readonly folder: string;
  readonly python: string;
  readonly say: (line: string) => void;
}): Promise<Battlefield> {
  options.say('starting a control plane of Kubernetes');
  const cluster = await startCluster({ folder: options.folder });
  try {
    const agent = await startAgent(cluster, options.python);
    const core = coreOf(cluster.kubeconfig);
    await claim(core, agent.namespace);
    return {
      name: 'kubernetes',
      environment: (home) => workerEnvironment(home, { kubeconfig: cluster.kubeconfig, namespace: agent.namespace }),
      image,
      preempt: async (runId, manner) => strike(agent, await podsOf(core, agent.namespace, runId), manner),
      [Symbol.asyncDispose]: async () => {
        await agent.stop();
        await cluster.stop();
      },
    };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

function startAgent(cluster: { readonly kubeconfig: string; readonly server: string }, python: string) {
  const environment = { PATH: [dirname(python), process.env['PATH'] ?? ''].join(':') };
  return startNodeAgent({
    cluster,
    nodes: [
      ...['spot-1', 'spot-2'].map((name) => ({
        name,
        labels: { [spot.key]: spot.value },
        taints: [{ ...spot, effect: 'NoSchedule' }],
      })),
      { name: 'stays' },
    ],
    images: { [image]: { environment, workingDirectory: trainersFolder } },
  });
}

function coreOf(kubeconfig: string): CoreV1Api {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return config.makeApiClient(CoreV1Api);
}

async function claim(core: CoreV1Api, namespace: string): Promise<void> {
  await core.createNamespacedPersistentVolumeClaim({
    namespace,
    body: {
      metadata: { name: checkpointClaim },
      spec: { accessModes: ['ReadWriteMany'], resources: { requests: { storage: '1Gi' } } },
    },
  });
}

/** Tells a worker of the cluster; the pods reach its object store where it lies. */
async function workerEnvironment(
  home: string,
  { kubeconfig, namespace }: { readonly kubeconfig: string; readonly namespace: string },
): Promise<Readonly<Record<string, string>>> {
  const file = join(home, 'kubernetes.json');
  const objectStore = { url: `file://${join(home, 'objects')}` };
  const settings = { kubeconfig, namespace, image, checkpointClaim, objectStore, spot: 'gke', graceSeconds };
  await mkdir(home, { recursive: true });
  await writeFile(file, JSON.stringify(settings));
  return { LAUREL_LAUNCHER: 'kubernetes', LAUREL_KUBERNETES_SETTINGS: file };
}

async function podsOf(core: CoreV1Api, namespace: string, runId: string): Promise<readonly V1Pod[]> {
  const { items } = await core.listNamespacedPod({ namespace, labelSelector: `laurel.dev/run=${runId}` });
  return items.filter(({ status }) => status?.phase === 'Running');
}

/** One pod is enough: of several ranks the others go with it. */
async function strike(agent: NodeAgent, pods: readonly V1Pod[], manner: Manner): Promise<void> {
  const name = pods.at(-1)?.metadata?.name;
  if (name === undefined) throw new Error('the run has no running pod');
  if (manner === 'term') await agent.evict(name);
  else agent.kill(name, 'SIGKILL');
}
