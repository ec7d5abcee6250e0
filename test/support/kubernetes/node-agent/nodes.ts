import { hostname } from 'node:os';
import {
  type CoordinationV1Api,
  type CoreV1Api,
  PatchStrategy,
  setHeaderOptions,
  type V1NodeStatus,
  type V1Taint,
} from '@kubernetes/client-node';
import { eventually } from '../../eventually.js';
import { statusOf, unlessGone } from './objects.js';
import type { NodeSpec } from './shapes.js';

const heartbeatMilliseconds = 3_000;
const openMilliseconds = 30_000;
const leases = 'kube-node-lease';
const strategicMerge = setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch);
const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);

interface NodeGround {
  readonly core: CoreV1Api;
  readonly coordination: CoordinationV1Api;
  /** Port on which the agent serves logs. */
  readonly logPort: number;
  /** Label of all nodes of one agent. */
  readonly label: readonly [string, string];
}

/** One registered node: says that it is alive until it falls silent. */
export class RegisteredNode {
  isReachable = true;
  #timer: NodeJS.Timeout | undefined;

  private constructor(
    /** Name in the cluster. */
    readonly name: string,
    readonly ground: NodeGround,
  ) {}

  /** Registers a node under a name that nobody else in the cluster has. */
  static async register(spec: NodeSpec, name: string, ground: NodeGround): Promise<RegisteredNode> {
    const { core, coordination, label, logPort } = ground;
    const labels = {
      'kubernetes.io/arch': process.arch === 'x64' ? 'amd64' : process.arch,
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      [label[0]]: label[1],
      ...spec.labels,
    };
    await core.createNode({ body: { metadata: { name, labels }, spec: { taints: [...(spec.taints ?? [])] } } });
    const body = { metadata: { name, namespace: leases }, spec: { holderIdentity: name, leaseDurationSeconds: 40 } };
    await coordination.createNamespacedLease({ namespace: leases, body });
    const node = new RegisteredNode(name, ground);
    await core.patchNodeStatus({ name, body: { status: nodeStatus(spec, name, logPort) } }, strategicMerge);
    await node.#beat();
    node.#timer = setInterval(() => void node.#beat().catch(() => undefined), heartbeatMilliseconds);
    await eventually(() => node.#isOpen(), `the control plane takes ${name} for ready`, openMilliseconds);
    return node;
  }

  taint(taint: V1Taint): Promise<unknown> {
    return this.ground.core.patchNode({ name: this.name, body: { spec: { taints: [taint] } } }, strategicMerge);
  }

  cordon(unschedulable: boolean): Promise<unknown> {
    return this.ground.core.patchNode({ name: this.name, body: { spec: { unschedulable } } }, merge);
  }

  /** No further word from this node. */
  silence(): void {
    this.isReachable = false;
    clearInterval(this.#timer);
  }

  async remove(): Promise<void> {
    this.silence();
    const { core, coordination } = this.ground;
    await unlessGone(core.deleteNode({ name: this.name }));
    await unlessGone(coordination.deleteNamespacedLease({ name: this.name, namespace: leases }));
  }

  /** A new node is closed to pods until a controller has seen that it is ready. */
  async #isOpen(): Promise<boolean> {
    const { spec } = await this.ground.core.readNode({ name: this.name });
    return spec?.taints?.some(({ key }) => key === 'node.kubernetes.io/not-ready') !== true;
  }

  async #beat(): Promise<void> {
    const body = { spec: { renewTime: `${new Date().toISOString().slice(0, -1)}000Z` } };
    await this.ground.coordination.patchNamespacedLease({ name: this.name, namespace: leases, body }, merge);
  }
}

function nodeStatus(spec: NodeSpec, name: string, logPort: number): V1NodeStatus {
  const { cpus = 4, memoryBytes = 8 * 2 ** 30, gpus = 0, sharedGpus = 0 } = spec;
  const capacity = {
    cpu: String(cpus),
    memory: String(memoryBytes),
    pods: '110',
    'ephemeral-storage': String(100 * 2 ** 30),
    ...(gpus > 0 ? { 'nvidia.com/gpu': String(gpus) } : {}),
    ...(sharedGpus > 0 ? { 'nvidia.com/gpu.shared': String(sharedGpus) } : {}),
  };
  // Times stay texts: a patch is sent as it is.
  const now = new Date().toISOString() as unknown as Date;
  const times = { lastHeartbeatTime: now, lastTransitionTime: now };
  const condition = (type: string, status: string, reason: string) => ({ type, status, reason, ...times });
  return {
    capacity,
    allocatable: capacity,
    addresses: [
      { type: 'InternalIP', address: '127.0.0.1' },
      { type: 'Hostname', address: name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: logPort } },
    conditions: [
      condition('Ready', 'True', 'KubeletReady'),
      condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory'),
      condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure'),
      condition('PIDPressure', 'False', 'KubeletHasSufficientPID'),
    ],
    nodeInfo: {
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      bootID: '',
      containerRuntimeVersion: 'laurel-test://1',
      kernelVersion: '',
      kubeProxyVersion: '',
      kubeletVersion: 'v1.34.2',
      machineID: hostname(),
      operatingSystem: 'linux',
      osImage: 'node agent of the tests',
      systemUUID: name,
    },
  };
}

/** Waits for what the control plane makes by itself soon after its start: system namespaces, default service accounts. */
export async function onceThere<T>(look: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await look();
    } catch (error) {
      if (statusOf(error) !== 404 || tries > 300) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
