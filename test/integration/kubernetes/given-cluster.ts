import { BatchV1Api, CoreV1Api, KubeConfig, type V1Job, type V1Pod, type V1PodSpec } from '@kubernetes/client-node';
import { eventually } from '../../support/eventually.js';
import { type NodeAgent, startNodeAgent } from '../../support/kubernetes/node-agent/node-agent.js';
import type { NodeSpec } from '../../support/kubernetes/node-agent/shapes.js';
import { testCluster } from '../../support/kubernetes/test-cluster.js';
import { typedClient } from '../../support/kubernetes/typed-client.js';

export interface GivenCluster extends AsyncDisposable {
  readonly agent: NodeAgent;
  readonly core: CoreV1Api;
  readonly batch: BatchV1Api;
  /** Makes a pod named `name` that runs a shell script with the image `shell`. */
  readonly pod: (name: string, script: string, more?: Partial<V1PodSpec>) => Promise<void>;
  readonly read: (name: string) => Promise<V1Pod>;
  /** Waits until the pod is as wanted and returns it. */
  readonly until: (
    name: string,
    wanted: (pod: V1Pod) => boolean,
    what: string,
    milliseconds?: number,
  ) => Promise<V1Pod>;
  readonly job: (body: V1Job) => Promise<void>;
}

/** Nodes of a running control plane, with an image `shell` that can be had. */
export async function givenCluster(nodes: readonly NodeSpec[] = [{ name: 'node' }]): Promise<GivenCluster> {
  const cluster = await testCluster();
  const agent = await startNodeAgent({ cluster, nodes, images: { shell: {} } });
  const config = new KubeConfig();
  config.loadFromFile(cluster.kubeconfig);
  const [core, batch] = [typedClient(config, CoreV1Api), typedClient(config, BatchV1Api)];
  const { namespace } = agent;
  const read = (name: string) => core.readNamespacedPod({ name, namespace });
  return {
    agent,
    core,
    batch,
    read,
    pod: async (name, script, more = {}) => {
      await core.createNamespacedPod({ namespace, body: { metadata: { name }, spec: shellPod(script, more) } });
    },
    until: async (name, wanted, what, milliseconds = 20_000) => {
      await eventually(async () => wanted(await read(name)), `${name} ${what}`, milliseconds);
      return read(name);
    },
    job: async (body) => {
      await batch.createNamespacedJob({ namespace, body });
    },
    [Symbol.asyncDispose]: () => agent.stop(),
  };
}

/** One container `main` that runs a script; `more` replaces parts of the pod's spec. */
export function shellPod(script: string, more: Partial<V1PodSpec> = {}): Pick<V1PodSpec, keyof V1PodSpec> {
  return {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 5,
    containers: [{ name: 'main', image: 'shell', command: ['sh', '-c', script] }],
    ...more,
  };
}

export const isRunning = ({ status }: V1Pod): boolean => status?.phase === 'Running';
export const hasEnded = ({ status }: V1Pod): boolean => ['Succeeded', 'Failed'].includes(status?.phase ?? '');

/** How the container `main` ended. */
export const endOf = ({ status }: V1Pod) => status?.containerStatuses?.[0]?.state?.terminated;

/** Reason of the pod's `DisruptionTarget` condition. */
export function disruption({ status }: V1Pod): string | undefined {
  return status?.conditions?.find(({ type }) => type === 'DisruptionTarget')?.reason;
}
