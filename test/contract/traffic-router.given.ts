import { randomUUID } from 'node:crypto';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import type { RouterSpec, Split, VersionRef } from '@laurel/domain';
import { createKubernetesTrafficRouter, type KubernetesTrafficRouterOptions } from '@laurel/kubernetes';
import type { TrafficRouter } from '@laurel/ports';
import type { LiveObject, ObjectKind } from '../../libs/kubernetes/src/api/objects.js';
import { createTransport } from '../../libs/kubernetes/src/api/transport.js';
import { createRouterController, type Said } from '../support/kubernetes/router-controller.js';
import { testCluster } from '../support/kubernetes/test-cluster.js';
import type { SplitWish, TrafficRouterWorld } from './traffic-router.contract.js';

/** A field of the object that Laurel writes, or one beside its own, and what somebody else sets it to. */
export interface ForeignField {
  readonly path: string;
  readonly spec: object;
}

/** One kind of router, as the suite over a real API server needs it. */
export interface KubernetesRouterCase {
  readonly kind: ObjectKind;
  readonly spec: (namespace: string) => RouterSpec;
  /** A field that Laurel does not write, and one that it does. */
  readonly beside: ForeignField;
  readonly owned: ForeignField;
}

export interface KubernetesRouterWorld extends TrafficRouterWorld {
  readonly namespace: string;
  readonly config: KubeConfig;
  readonly routerWith: (change?: Partial<KubernetesTrafficRouterOptions>) => TrafficRouter;
  readonly read: () => Promise<LiveObject>;
  readonly say: (said: Said, about?: { readonly older?: number }) => Promise<void>;
  /** Server-side apply, as somebody else. */
  readonly applyAs: (manager: string, spec: object, labels?: Readonly<Record<string, string>>) => Promise<void>;
  readonly exists: () => Promise<boolean>;
}

export const endpoint = 'churn';
const silent = { info: () => undefined, warn: () => undefined };
const patience = { requestMilliseconds: 10_000, budgetMilliseconds: 20_000 };

const versionOf = (version: number): VersionRef => ({
  version,
  digest: `sha256:${String(version).repeat(64)}`,
  semver: `1.${version}.0`,
});

/** A namespace of the control plane in which nothing is routed yet. */
export async function givenKubernetesRouter({ kind, spec }: KubernetesRouterCase): Promise<KubernetesRouterWorld> {
  const { kubeconfig } = await testCluster();
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  const namespace = `routers-${randomUUID().slice(0, 8)}`;
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  const controller = createRouterController(config, namespace);
  const transport = createTransport(config);
  const path = `/apis/${kind.apiVersion}/namespaces/${namespace}/${kind.plural}/${endpoint}`;
  const signal = () => AbortSignal.timeout(20_000);
  const routerWith = (change: Partial<KubernetesTrafficRouterOptions> = {}) =>
    createKubernetesTrafficRouter({ config, spec: spec(namespace), log: silent, patience, ...change });
  const splits = splitsOf(2);
  const read = () => transport.json<LiveObject>({ method: 'GET', path, signal: signal() });
  return {
    endpoint,
    namespace,
    config,
    router: routerWith(),
    routerWith,
    anotherRouter: () => routerWith(),
    ...splits,
    read,
    say: (said, about) => controller.say(kind, endpoint, said, about),
    settle: () => controller.say(kind, endpoint, { ok: true }),
    applyAs: async (manager, body, labels) => {
      await transport.json({
        method: 'PATCH',
        path,
        query: { fieldManager: manager, force: true },
        contentType: 'application/apply-patch+yaml',
        body: {
          apiVersion: kind.apiVersion,
          kind: kind.kind,
          metadata: { name: endpoint, ...(labels === undefined ? {} : { labels }) },
          spec: body,
        },
        signal: signal(),
      });
    },
    exists: () =>
      read().then(
        () => true,
        () => false,
      ),
    close: async () => {
      await core.deleteNamespace({ name: namespace });
    },
  };
}

/** Splits of version 1 as champion and version 2 as challenger, epoch after epoch. */
function splitsOf(firstFence: number): Pick<TrafficRouterWorld, 'newRollout' | 'next'> {
  const [champion, challenger] = [versionOf(1), versionOf(2)];
  let fence = firstFence;
  let epoch = 0;
  return {
    next: async ({ weight = 10, headers = [], shadow = false, stickyKey = null }: SplitWish = {}): Promise<Split> => {
      epoch += 1;
      return {
        endpoint,
        epoch,
        fence,
        incarnation: fence,
        arms: [
          { ...champion, role: 'champion', weight: 100 - weight },
          { ...challenger, role: 'challenger', weight },
        ],
        headers: headers.map((rule) => ({ ...rule, version: challenger })),
        shadow: shadow ? { ...challenger, sample: 100 } : null,
        stickyKey,
        salt: `${endpoint}/${fence}`,
        baseline: null,
        appliedBy: `rollout ${endpoint}/${fence}`,
        appliedAt: '2026-01-31T09:00:00.000Z',
        reason: `canary ${weight} %`,
      };
    },
    newRollout: async () => {
      fence += 1;
    },
  };
}

/** The split that gives the champion everything, as after a rollback. */
export function withoutChallenger(split: Split): Split {
  const champion = split.arms.filter(({ role }) => role === 'champion');
  return { ...split, epoch: split.epoch + 1, arms: champion.map((arm) => ({ ...arm, weight: 100 })), shadow: null };
}
