import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CoordinationV1Api,
  CoreV1Api,
  KubeConfig,
  type V1PersistentVolumeClaim,
  type V1Pod,
  type V1Taint,
} from '@kubernetes/client-node';
import { typedClient } from '../typed-client.js';
import { provide, withdraw } from './claims.js';
import type { ContainerLog } from './container-log.js';
import { follow } from './follow.js';
import { type LogServer, startLogServer } from './log-server.js';
import { makeNamespace, removePods } from './namespace.js';
import { RegisteredNode } from './nodes.js';
import { unlessGone } from './objects.js';
import { PodRun } from './pod-run.js';
import { portMap } from './ports.js';
import { clearAbandoned, folderPrefix, killAll, processesOf } from './processes.js';
import type { Image, NodeSpec } from './shapes.js';

export interface NodeAgentOptions {
  readonly cluster: { readonly kubeconfig: string; readonly server: string };
  readonly nodes: readonly NodeSpec[];
  /** Images that can be had, by their whole name. */
  readonly images: Readonly<Record<string, Image>>;
}

const label = 'laurel.dev/test-agent';

/** Starts an agent with nodes of its own and a namespace whose pods run on them and nowhere else. */
export async function startNodeAgent(options: NodeAgentOptions): Promise<NodeAgent> {
  if (process.platform !== 'linux')
    throw new Error('the node agent finds processes through /proc, which only Linux has');
  clearAbandoned();
  const agent = new NodeAgent(options);
  try {
    await agent.start(options.nodes);
  } catch (error) {
    await agent.stop().catch(() => undefined);
    throw error;
  }
  return agent;
}

/** Registers nodes and runs the pods bound to them as local processes. A test tool: see the README beside it. */
export class NodeAgent {
  readonly id = randomBytes(3).toString('hex');
  readonly namespace = `test-${this.id}`;
  readonly #core: CoreV1Api;
  readonly #config = new KubeConfig();
  readonly #options: NodeAgentOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), `${folderPrefix}${process.pid}-`));
  readonly #marker = `${process.pid}:${this.id}`;
  readonly #portsOf = portMap();
  readonly #nodes = new Map<string, RegisteredNode>();
  readonly #pods = new Map<string, PodRun>();
  readonly #uids = new Map<string, string>();
  readonly #closing: (() => Promise<void>)[] = [];
  readonly #killAtExit = () => killAll(this.#marker);
  #logServer: LogServer | undefined;

  constructor(options: NodeAgentOptions) {
    this.#options = options;
    this.#config.loadFromFile(options.cluster.kubeconfig);
    this.#core = typedClient(this.#config, CoreV1Api);
    process.on('exit', this.#killAtExit);
  }

  async start(nodes: readonly NodeSpec[]): Promise<void> {
    const core = this.#core;
    const certificate = this.#config.getCurrentCluster()?.caFile ?? '';
    const key = certificate.replace(/\.crt$/, '.key');
    this.#logServer = await startLogServer({ certificate, key }, (where) => this.#logOf(where));
    await makeNamespace(core, this.namespace, `${label}=${this.id}`);
    await Promise.all(nodes.map((spec) => this.addNode(spec)));
    const { namespace } = this;
    const pods = { path: '/api/v1/pods', list: () => core.listPodForAllNamespaces() };
    const claims = {
      path: `/api/v1/namespaces/${namespace}/persistentvolumeclaims`,
      list: () => core.listNamespacedPersistentVolumeClaim({ namespace }),
    };
    this.#closing.push(
      await follow<V1Pod>(this.#config, {
        ...pods,
        changed: (pod) => this.#see(pod),
        gone: (pod) => this.#forget(pod),
      }),
      await follow<V1PersistentVolumeClaim>(this.#config, {
        ...claims,
        changed: (claim) => provide(core, claim, this.claimFolder(claim.metadata?.name ?? '')),
        gone: (claim) => withdraw(core, claim),
      }),
    );
  }

  /** Name in the cluster of a node of this agent. */
  nodeName(name: string): string {
    return this.#node(name).name;
  }

  async addNode(spec: NodeSpec): Promise<void> {
    const ground = {
      core: this.#core,
      coordination: typedClient(this.#config, CoordinationV1Api),
      logPort: this.#logServer?.port ?? 0,
      label: [label, this.id] as const,
    };
    this.#nodes.set(spec.name, await RegisteredNode.register(spec, `${spec.name}-${this.id}`, ground));
  }

  /** Folder behind a claim of the namespace. */
  claimFolder(claim: string): string {
    return join(this.#folder, 'claims', claim);
  }

  /** Live processes of one pod, or of all, grandchildren included. */
  processes(pod?: string): readonly number[] {
    return processesOf(pod === undefined ? this.#marker : this.#pod(pod).marker);
  }

  /** A bare signal to the pod's main processes; SIGKILL takes what they started along. */
  kill(pod: string, signal: NodeJS.Signals = 'SIGKILL'): void {
    this.#pod(pod).signal(signal);
  }

  /** Asks for the pod's end through the eviction API, as a drain does. */
  async evict(pod: string, graceSeconds?: number): Promise<void> {
    const { namespace } = this;
    const deleteOptions = graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds };
    const body = { metadata: { name: pod, namespace }, deleteOptions };
    await this.#core.createNamespacedPodEviction({ name: pod, namespace, body });
  }

  /** An orderly shutdown of the pod's machine: SIGTERM, grace, and `DisruptionTarget` reason `TerminationByKubelet`. */
  shutDown(pod: string): void {
    this.#pod(pod).shutDown();
  }

  async taint(node: string, taint: V1Taint): Promise<void> {
    await this.#node(node).taint(taint);
  }

  async cordon(node: string, unschedulable = true): Promise<void> {
    await this.#node(node).cordon(unschedulable);
  }

  /** A partition: the node hears and says nothing, its processes run on. */
  silenceNode(node: string): void {
    this.#node(node).silence();
  }

  /** The machine vanishes with everything on it, and somebody deletes its Node object, as a cloud does. */
  async loseNode(node: string): Promise<void> {
    const lost = this.#node(node);
    lost.silence();
    const there = [...this.#pods].filter(([, run]) => run.nodeName === lost.name);
    await Promise.all(there.map(([uid]) => this.#vanish(uid)));
    await lost.remove();
  }

  /** Kills every process and takes pods, nodes and namespace out of the cluster. */
  async stop(): Promise<void> {
    await Promise.all(this.#closing.map((close) => close()));
    await Promise.all([...this.#pods.values()].map((run) => run.vanish()));
    killAll(this.#marker);
    process.off('exit', this.#killAtExit);
    await this.#logServer?.close();
    rmSync(this.#folder, { recursive: true, force: true });
    await Promise.all([...this.#nodes.values()].map((node) => node.remove()));
    await unlessGone(this.#core.deleteNamespace({ name: this.namespace }));
    await removePods(this.#core, this.namespace);
  }

  async #see(pod: V1Pod): Promise<void> {
    const { uid = '', name = '', namespace = '' } = pod.metadata ?? {};
    const node = this.#nodeOf(pod);
    if (node === undefined || !node.isReachable) return;
    const known = this.#pods.get(uid);
    if (known !== undefined) return known.update(pod);
    if (['Succeeded', 'Failed'].includes(pod.status?.phase ?? '')) return;
    const run = new PodRun(pod, {
      core: this.#core,
      folder: join(this.#folder, 'pods', uid),
      images: this.#options.images,
      marker: this.#marker,
      apiServer: new URL(this.#options.cluster.server),
      portsOf: this.#portsOf,
      isReachable: () => node.isReachable,
    });
    this.#pods.set(uid, run);
    this.#uids.set(`${namespace}/${name}`, uid);
    run.update(pod);
  }

  /** The pod's object is gone: so is the pod, unless its node cannot know. */
  async #forget(pod: V1Pod): Promise<void> {
    const uid = pod.metadata?.uid ?? '';
    if (this.#nodeOf(pod)?.isReachable === true) await this.#vanish(uid);
  }

  async #vanish(uid: string): Promise<void> {
    const run = this.#pods.get(uid);
    this.#pods.delete(uid);
    await run?.vanish();
  }

  #nodeOf(pod: V1Pod): RegisteredNode | undefined {
    return [...this.#nodes.values()].find(({ name }) => name === pod.spec?.nodeName);
  }

  #node(name: string): RegisteredNode {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new Error(`the node agent has no node "${name}"`);
    return node;
  }

  #pod(name: string, namespace = this.namespace): PodRun {
    const run = this.#pods.get(this.#uids.get(`${namespace}/${name}`) ?? '');
    if (run === undefined) throw new Error(`no node of this agent runs the pod ${namespace}/${name}`);
    return run;
  }

  #logOf(where: {
    readonly namespace: string;
    readonly pod: string;
    readonly container: string;
  }): ContainerLog | string {
    const run = this.#pods.get(this.#uids.get(`${where.namespace}/${where.pod}`) ?? '');
    const log = run?.logs.get(where.container);
    return log ?? `container "${where.container}" in pod "${where.pod}" is waiting to start: ContainerCreating`;
  }
}
