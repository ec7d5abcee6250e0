import type { KubeConfig } from '@kubernetes/client-node';
import type { LiveObject, ObjectKind } from '../../../libs/kubernetes/src/api/objects.js';
import { createTransport } from '../../../libs/kubernetes/src/api/transport.js';

/** What the controller says of an object: that it routes so, or why not. */
export type Said = { readonly ok: true } | { readonly ok: false; readonly message: string };

/**
 * A test controller. It writes the status that istiod, a Gateway controller or KServe would write, when a test says so, and
 * does nothing else: there is no mesh, no proxy and no pod behind it, and nothing is claimed about their convergence.
 */
export function createRouterController(config: KubeConfig, namespace: string) {
  const transport = createTransport(config);
  const signal = () => AbortSignal.timeout(20_000);
  const path = ({ apiVersion, plural }: ObjectKind, name: string) =>
    `/apis/${apiVersion}/namespaces/${namespace}/${plural}/${name}`;

  return {
    /** Says `said` about the object as it is now, or about an `older` generation. */
    say: async (kind: ObjectKind, name: string, said: Said, { older = 0 }: { readonly older?: number } = {}) => {
      const live = await transport.json<LiveObject>({ method: 'GET', path: path(kind, name), signal: signal() });
      const generation = (live.metadata.generation ?? 0) - older;
      const body = { status: statusOf(kind, live, { generation, said }) };
      await transport.json({ method: 'PATCH', path: `${path(kind, name)}/status`, body, signal: signal() });
    },
  };
}

interface About {
  readonly generation: number;
  readonly said: Said;
}

function statusOf({ kind }: ObjectKind, live: LiveObject, about: About): object {
  switch (kind) {
    case 'HTTPRoute':
      return { parents: parentsOf(live).map((parentRef) => ({ parentRef, ...routeStatus(about) })) };
    case 'VirtualService':
      return {
        observedGeneration: about.generation,
        conditions: [conditionOf('Reconciled', about)],
        validationMessages: about.said.ok
          ? []
          : [{ level: 'ERROR', type: { code: 'IST0101', name: about.said.message } }],
      };
    case 'InferenceService':
      return inferenceStatus(live, about);
    default:
      throw new Error(`this controller knows no ${kind}`);
  }
}

function routeStatus(about: About): object {
  return {
    controllerName: 'laurel.dev/test-controller',
    conditions: [conditionOf('Accepted', { ...about, said: { ok: true } }), conditionOf('ResolvedRefs', about)],
  };
}

function inferenceStatus(live: LiveObject, about: About): object {
  const predictor = (live.spec as { readonly predictor: { readonly canaryTrafficPercent?: number } }).predictor;
  const percent = predictor.canaryTrafficPercent ?? 100;
  const failed = about.said.ok ? {} : { lastFailureInfo: { reason: 'ModelLoadFailed', message: about.said.message } };
  return {
    observedGeneration: about.generation,
    conditions: [conditionOf('Ready', about)],
    modelStatus: { transitionStatus: about.said.ok ? 'UpToDate' : 'BlockedByFailedLoad', ...failed },
    components: {
      predictor: {
        traffic: [
          { latestRevision: true, percent, revisionName: 'churn-00002' },
          { latestRevision: false, percent: 100 - percent, revisionName: 'churn-00001', tag: 'prev' },
        ],
      },
    },
  };
}

function conditionOf(type: string, { generation, said }: About): object {
  return {
    type,
    status: said.ok ? 'True' : 'False',
    reason: said.ok ? 'Accepted' : 'Refused',
    message: said.ok ? '' : said.message,
    observedGeneration: generation,
    lastTransitionTime: '2026-01-31T09:00:00Z',
  };
}

function parentsOf({ spec }: LiveObject): readonly object[] {
  return (spec as { readonly parentRefs?: readonly object[] }).parentRefs ?? [];
}
