import type { KubeConfig } from '@kubernetes/client-node';
import { LaurelError } from '@laurel/contracts';
import { type RouterSpec, routerCapabilities, routerProblems, routingNeeds, type Split } from '@laurel/domain';
import type { TrafficRouter } from '@laurel/ports';
import { createObjects, type LiveObject } from '../api/objects.js';
import type { Patience } from '../api/retry.js';
import type { LauncherLog } from '../launcher-log.js';
import { projectionOf } from './projections.js';
import { staleEpoch, stampOf } from './stamps.js';
import { fieldManager, letGo, writeObject } from './write-object.js';

export interface KubernetesTrafficRouterOptions {
  /** Where the cluster is and who asks. */
  readonly config: KubeConfig;
  readonly spec: RouterSpec;
  readonly log: LauncherLog;
  /** How long to wait for an API server that does not answer; shorter by default than an activity may take. */
  readonly patience?: Patience;
}

const usualPatience: Patience = { requestMilliseconds: 5_000, budgetMilliseconds: 15_000 };

/**
 * A router that Kubernetes objects configure: Istio, the Gateway API or KServe. All that it knows lies in the cluster, in
 * the objects' stamps and status, so any worker goes on with it.
 */
export function createKubernetesTrafficRouter(options: KubernetesTrafficRouterOptions): TrafficRouter {
  const { config, spec, log, patience = usualPatience } = options;
  const { namespace } = spec;
  const objects = createObjects({
    config,
    namespace,
    fieldManager,
    patience,
    meanwhile: 'requests are routed as before, and no version that was taken back answers them',
    onRetry: (details) => log.warn(details, 'the API server of the router does not answer and is asked again'),
  });
  const nameOf = (endpoint: string) => spec.name ?? endpoint;
  const projectionFor = (endpoint: string) => projectionOf(spec, nameOf(endpoint));
  const readPrimary = (endpoint: string) => objects.read(projectionFor(endpoint).primary, nameOf(endpoint));

  return {
    kind: spec.kind,
    capabilities: capabilitiesOf(spec),
    apply: async (split) => {
      refuseUnsupported(split, spec);
      const { endpoint } = split;
      const name = nameOf(endpoint);
      const outcomes: ('applied' | 'unchanged')[] = [];
      for (const { kind, manifest } of projectionFor(endpoint).writes(split)) {
        const take = spec.onConflict === 'take';
        outcomes.push(await writeObject(objects, { kind, name, namespace, split, take, manifest }));
      }
      return outcomes.includes('applied') ? 'applied' : 'unchanged';
    },
    readiness: async (endpoint, epoch) => {
      const { primary, readiness } = projectionFor(endpoint);
      const what = `${primary.kind} ${nameOf(endpoint)} of namespace ${namespace}`;
      const live = await readPrimary(endpoint);
      const stamp = live && stampOf(live);
      if (live === undefined || stamp === undefined) return { state: 'waiting', why: `${what} is not there` };
      if (stamp.epoch > epoch) throw staleEpoch(stamp, { endpoint, epoch }, what);
      if (stamp.epoch < epoch) return { state: 'waiting', why: `${what} routes by epoch ${stamp.epoch}` };
      return readiness(live);
    },
    current: async (endpoint) => {
      const live = await readPrimary(endpoint);
      return live && routedState(live, projectionFor(endpoint).weights(live));
    },
    remove: async (endpoint) => {
      for (const kind of projectionFor(endpoint).kinds) await letGo(objects, kind, nameOf(endpoint));
    },
  };
}

function capabilitiesOf(spec: RouterSpec): TrafficRouter['capabilities'] {
  const capabilities = routerCapabilities[spec.kind];
  return spec.kind === 'istio' && spec.status ? { ...capabilities, readiness: 'status' } : capabilities;
}

function routedState(live: LiveObject, weights: NonNullable<Awaited<ReturnType<TrafficRouter['current']>>>['weights']) {
  const stamp = stampOf(live);
  return stamp && { ...stamp, weights };
}

function refuseUnsupported(split: Split, { kind }: RouterSpec): void {
  const problems = routerProblems(routingNeeds(split), kind);
  if (problems.length === 0) return;
  throw new LaurelError(
    'Unsupported',
    `epoch ${split.epoch} of endpoint ${split.endpoint} cannot be routed: ${problems.join('; ')}; change spec.rollout or spec.serving.router.`,
  );
}
