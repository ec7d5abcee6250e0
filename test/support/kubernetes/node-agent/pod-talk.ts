import { setTimeout as delay } from 'node:timers/promises';
import { type CoreV1Api, PatchStrategy, setHeaderOptions, type V1Pod } from '@kubernetes/client-node';
import { statusOf, unlessGone } from './objects.js';
import type { StatusPart } from './pod-status.js';

interface TalkGround {
  readonly core: CoreV1Api;
  /** Does the pod's node reach the API server? */
  readonly isReachable: () => boolean;
}

const retryMilliseconds = 500;
/** Merges conditions by their type, so that those of others (`DisruptionTarget`) stay. */
const strategicMerge = setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch);

/** What a node says about one pod to the API server, as long as it takes to be heard. */
export class PodTalk {
  readonly #startTime = new Date().toISOString();
  #reports: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(
    readonly pod: V1Pod,
    readonly ground: TalkGround,
    readonly status: () => StatusPart,
  ) {}

  /** Reports one after the other, each with what is true when it is sent. */
  report(): Promise<void> {
    const { name = '', namespace = '', uid } = this.pod.metadata ?? {};
    this.#reports = this.#reports.then(() =>
      this.#insist(() => {
        const body = { metadata: { uid }, status: { ...this.status(), startTime: this.#startTime } };
        return this.ground.core.patchNamespacedPodStatus({ name, namespace, body }, strategicMerge);
      }),
    );
    return this.#reports;
  }

  /** Nothing of the pod runs any more: its object may go. */
  confirmDeletion(): Promise<void> {
    const { name = '', namespace = '', uid = '' } = this.pod.metadata ?? {};
    const body = { gracePeriodSeconds: 0, preconditions: { uid } };
    return this.#insist(() => this.ground.core.deleteNamespacedPod({ name, namespace, body }));
  }

  end(): void {
    this.#isOver = true;
  }

  async #insist(say: () => Promise<unknown>): Promise<void> {
    while (!this.#isOver) {
      try {
        if (this.ground.isReachable()) return await unlessGone(say());
      } catch (error) {
        if (statusOf(error) === 422) throw error;
      }
      await delay(retryMilliseconds);
    }
  }
}
