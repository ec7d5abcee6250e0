import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CoreV1Api, V1Container, V1Pod } from '@kubernetes/client-node';
import { ContainerLog } from './container-log.js';
import { ContainerProcess } from './container-process.js';
import { type ContainerGround, containerSpec } from './container-spec.js';
import { podStatus, type StatusPart } from './pod-status.js';
import { PodTalk } from './pod-talk.js';
import type { ContainerState, Image } from './shapes.js';
import { makeVolumes } from './volumes.js';

export interface PodGround {
  readonly core: CoreV1Api;
  /** Folder of the pod's volumes and logs. */
  readonly folder: string;
  readonly images: Readonly<Record<string, Image>>;
  /** Mark of all processes of the agent. */
  readonly marker: string;
  readonly apiServer: URL;
  /** Declared ports of a pod and the ports of this machine that stand for them. */
  readonly portsOf: (pod: V1Pod) => Promise<ReadonlyMap<number, number>>;
  /** Does the pod's node reach the API server? */
  readonly isReachable: () => boolean;
}

const retryMilliseconds = 500;
const pullMilliseconds = 1_000;
const shutdown: StatusPart = {
  reason: 'Terminated',
  message: 'Pod was terminated in response to imminent node shutdown.',
  conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet' }],
};

/** The life of one pod on its node, from being bound to being gone. */
export class PodRun {
  readonly logs = new Map<string, ContainerLog>();
  #pod: V1Pod;
  readonly #ground: PodGround;
  readonly #states = new Map<string, ContainerState>();
  readonly #running = new Set<ContainerProcess>();
  readonly #stopping = new AbortController();
  #kill: { readonly timer: NodeJS.Timeout; readonly at: number } | undefined;
  #extra: StatusPart = {};
  #isDeleted = false;
  readonly #talk: PodTalk;
  readonly #life: Promise<void>;

  constructor(pod: V1Pod, ground: PodGround) {
    this.#pod = pod;
    this.#ground = ground;
    this.#talk = new PodTalk(pod, ground, () => withExtra(podStatus(this.#pod, this.#states), this.#extra));
    this.#life = this.#live();
  }

  get nodeName(): string | undefined {
    return this.#pod.spec?.nodeName;
  }

  /** Mark of the pod's processes. */
  get marker(): string {
    return `${this.#ground.marker}/${this.#pod.metadata?.uid ?? ''}`;
  }

  /** Takes a newer state of the pod; only its deletion means something here. */
  update(pod: V1Pod): void {
    this.#pod = pod;
    if (pod.metadata?.deletionTimestamp === undefined) return;
    this.#stop(pod.metadata.deletionGracePeriodSeconds ?? 0);
    if (this.#isDeleted) return;
    this.#isDeleted = true;
    void this.#life.then(() => this.#talk.confirmDeletion());
  }

  /** To the main process of every running container. */
  signal(name: NodeJS.Signals): void {
    for (const container of this.#running) container.signal(name);
  }

  /** What a kubelet does when its machine shuts down in an orderly way. */
  shutDown(): void {
    this.#extra = shutdown;
    this.#stop(this.#pod.spec?.terminationGracePeriodSeconds ?? 30);
  }

  /** Ends all processes and reports nothing: the machine has gone, or nobody asks for the pod any more. */
  async vanish(): Promise<void> {
    this.#talk.end();
    this.#stopping.abort();
    clearTimeout(this.#kill?.timer);
    for (const container of this.#running) container.kill();
    await this.#life;
    rmSync(this.#ground.folder, { recursive: true, force: true });
  }

  #stop(graceSeconds: number): void {
    if (!this.#stopping.signal.aborted) {
      this.#stopping.abort();
      if (graceSeconds > 0) this.signal('SIGTERM');
    }
    const at = Date.now() + graceSeconds * 1_000;
    if (this.#kill !== undefined && this.#kill.at <= at) return;
    clearTimeout(this.#kill?.timer);
    const killNow = () => this.#running.forEach((container) => container.kill());
    this.#kill = { timer: setTimeout(killNow, graceSeconds * 1_000).unref(), at };
  }

  async #live(): Promise<void> {
    const { initContainers = [], containers = [] } = this.#pod.spec ?? {};
    mkdirSync(this.#ground.folder, { recursive: true });
    for (const { name } of containers)
      this.#wait(name, initContainers.length > 0 ? 'PodInitializing' : 'ContainerCreating');
    for (const { name } of initContainers) this.#wait(name, 'PodInitializing');
    await this.#report();
    if (!(await this.#imagesAreThere([...initContainers, ...containers]))) return this.#neverStarted();
    const volumes = await this.#volumes();
    for (const container of initContainers) {
      if (volumes === null || !(await this.#runs(container, volumes))) return this.#neverStarted();
    }
    if (volumes === null) return this.#neverStarted();
    await Promise.all(containers.map((container) => this.#runs(container, volumes)));
    await this.#neverStarted();
    clearTimeout(this.#kill?.timer);
  }

  /** An image nobody knows is waited for until the pod is asked to end. */
  async #imagesAreThere(containers: readonly V1Container[]): Promise<boolean> {
    const missing = containers.filter(({ image = '' }) => !(image in this.#ground.images));
    if (missing.length === 0) return true;
    const say = async (reason: string) => {
      for (const { name, image = '' } of missing)
        this.#wait(
          name,
          reason,
          reason === 'ErrImagePull' ? `${image}: not found` : `Back-off pulling image "${image}"`,
        );
      await this.#report();
    };
    await say('ErrImagePull');
    await this.#pause(pullMilliseconds);
    await say('ImagePullBackOff');
    await aborted(this.#stopping.signal);
    return false;
  }

  /** Null: asked to end before all volumes could be made. */
  async #volumes(): Promise<ReadonlyMap<string, string> | null> {
    while (!this.#stopping.signal.aborted) {
      try {
        return await makeVolumes(this.#ground.core, { pod: this.#pod, folder: this.#ground.folder });
      } catch (error) {
        this.#say(`MountVolume.SetUp failed: ${wordsOf(error)}`);
        await this.#pause(retryMilliseconds);
      }
    }
    return null;
  }

  /** Runs a container to its end; tells whether it succeeded. */
  async #runs(container: V1Container, volumes: ReadonlyMap<string, string>): Promise<boolean> {
    const started = await this.#started(container, volumes);
    if (started === null) return false;
    this.#running.add(started);
    this.#states.set(container.name, { kind: 'running', startedAt: started.startedAt });
    void this.#report();
    const end = await started.ended;
    this.#running.delete(started);
    this.#states.set(container.name, end);
    await this.#report();
    return end.exitCode === 0;
  }

  async #started(container: V1Container, volumes: ReadonlyMap<string, string>): Promise<ContainerProcess | null> {
    const log = new ContainerLog(join(this.#ground.folder, 'logs', `${container.name}.log`));
    this.logs.set(container.name, log);
    const ground: ContainerGround = { ...this.#ground, pod: this.#pod, volumes, marker: this.marker, log };
    while (!this.#stopping.signal.aborted) {
      try {
        const spec = await containerSpec(container, ground);
        if (!this.#stopping.signal.aborted) return new ContainerProcess(spec);
      } catch (error) {
        this.#wait(container.name, 'CreateContainerConfigError', wordsOf(error));
        await this.#report();
        await this.#pause(retryMilliseconds);
      }
    }
    log.close();
    return null;
  }

  /** The end of the containers that never ran, and the last report. */
  async #neverStarted(): Promise<void> {
    const left = [...this.#states].filter(([, state]) => state.kind !== 'terminated');
    const now = new Date().toISOString();
    for (const [name] of left) {
      const message = 'The container could not be located when the pod was terminated';
      const end = { exitCode: 137, reason: 'ContainerStatusUnknown', message, startedAt: null, finishedAt: now };
      if (this.#stopping.signal.aborted) this.#states.set(name, { kind: 'terminated', ...end });
    }
    await this.#report();
  }

  #wait(name: string, reason: string, message?: string): void {
    this.#states.set(name, { kind: 'waiting', reason, ...(message === undefined ? {} : { message }) });
  }

  #say(message: string): void {
    for (const [name, state] of this.#states) if (state.kind === 'waiting') this.#wait(name, state.reason, message);
    void this.#report();
  }

  async #pause(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }

  #report(): Promise<void> {
    return this.#talk.report();
  }
}

/** Conditions of both; what `extra` says otherwise wins. */
function withExtra(status: StatusPart, extra: StatusPart): StatusPart {
  return { ...status, ...extra, conditions: [...(status.conditions ?? []), ...(extra.conditions ?? [])] };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
