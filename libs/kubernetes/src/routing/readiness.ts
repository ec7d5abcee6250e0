import type { GatewayRouterSpec, IstioRouterSpec } from '@laurel/domain';
import type { RouterReadiness } from '@laurel/ports';
import type { LiveObject } from '../api/objects.js';
import { parentOf } from './http-route.js';
import type { InferenceServiceSpec } from './inference-service.js';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly observedGeneration?: number | string;
}

const ready: RouterReadiness = { state: 'ready' };

function waiting(why: string): RouterReadiness {
  return { state: 'waiting', why };
}

/** Every parent of an `HTTPRoute` must have accepted this generation and found what it refers to. */
export function httpRouteReadiness(live: LiveObject, { parents }: GatewayRouterSpec): RouterReadiness {
  const { parents: said = [] } = (live.status ?? {}) as {
    readonly parents?: readonly { readonly parentRef: object; readonly conditions?: readonly Condition[] }[];
  };
  for (const parent of parents) {
    const name = `${parent.kind} ${parent.name}`;
    const wanted = parentOf(parent);
    const about = said.filter(({ parentRef }) => isSame(wanted, parentRef));
    if (about.length === 0) return waiting(`${name} has not looked at it`);
    for (const type of ['Accepted', 'ResolvedRefs']) {
      const conditions = about.flatMap(({ conditions: all = [] }) => all.filter((one) => one.type === type));
      const why = obstacleIn(conditions, type, live);
      if (why !== undefined) return waiting(`${name}: ${why}`);
    }
  }
  return ready;
}

/** Istio writes status only where it is told to; without it, that the API server took the objects is all there is. */
export function istioReadiness(live: LiveObject, { status: isTold }: IstioRouterSpec): RouterReadiness {
  const status = (live.status ?? {}) as {
    readonly observedGeneration?: number | string;
    readonly conditions?: readonly Condition[];
    readonly validationMessages?: readonly { readonly level?: string; readonly type?: { readonly code?: string } }[];
  };
  const isCurrent = isOf(status.observedGeneration, live);
  const errors = (status.validationMessages ?? []).filter(({ level }) => level === 'ERROR');
  if (isCurrent && errors.length > 0) {
    return waiting(
      `istiod reports ${errors.map(({ type }) => type?.code ?? 'an error').join(', ')}; see istioctl analyze`,
    );
  }
  if (!isTold) return ready;
  if (!isCurrent) return waiting('istiod has not looked at it');
  const reconciled = (status.conditions ?? []).filter(({ type }) => type === 'Reconciled');
  const why = obstacleIn(
    reconciled.map((condition) => ({ observedGeneration: status.observedGeneration ?? 0, ...condition })),
    'Reconciled',
    live,
  );
  return why === undefined ? ready : waiting(why);
}

/** The newest revision has loaded its model, and Knative gives it the share that was asked for. */
export function inferenceServiceReadiness(live: LiveObject): RouterReadiness {
  const status = (live.status ?? {}) as {
    readonly observedGeneration?: number;
    readonly conditions?: readonly Condition[];
    readonly modelStatus?: {
      readonly transitionStatus?: string;
      readonly lastFailureInfo?: { readonly reason?: string; readonly message?: string };
    };
    readonly components?: { readonly predictor?: { readonly traffic?: readonly Share[] } };
  };
  if (!isOf(status.observedGeneration, live)) return waiting('KServe has not looked at it');
  const { transitionStatus = '', lastFailureInfo: failure = {} } = status.modelStatus ?? {};
  if (transitionStatus === 'BlockedByFailedLoad' || transitionStatus === 'InvalidSpec') {
    return waiting(`the model does not load: ${failure.reason ?? transitionStatus}: ${failure.message ?? ''}`.trim());
  }
  if (transitionStatus === 'InProgress') return waiting('the model is being loaded');
  const isReady = (status.conditions ?? []).filter(({ type }) => type === 'Ready');
  const why = obstacleIn(
    isReady.map((condition) => ({ ...condition, observedGeneration: status.observedGeneration ?? 0 })),
    'Ready',
    live,
  );
  if (why !== undefined) return waiting(why);
  const wanted = (live.spec as InferenceServiceSpec | undefined)?.predictor.canaryTrafficPercent ?? 100;
  const given = shareOfLatest(status.components?.predictor?.traffic ?? []);
  return given === wanted ? ready : waiting(`the newest revision has ${given} % of the traffic, not ${wanted} %`);
}

interface Share {
  readonly latestRevision?: boolean;
  readonly percent?: number;
}

function shareOfLatest(traffic: readonly Share[]): number {
  return traffic.find(({ latestRevision }) => latestRevision === true)?.percent ?? 0;
}

/** Why conditions of one type, of which there should be at least one, do not say yes about this very generation. */
function obstacleIn(conditions: readonly Condition[], type: string, live: LiveObject): string | undefined {
  const current = conditions.filter(({ observedGeneration }) => isOf(observedGeneration, live));
  const no = current.find(({ status }) => status !== 'True');
  if (no !== undefined) return `${type} is ${no.status}, ${[no.reason, no.message].filter(Boolean).join(': ')}`;
  return current.length > 0 ? undefined : `${type} is not said about this generation`;
}

/** Whether a status is about the object as it is now. */
function isOf(observed: number | string | undefined, { metadata }: LiveObject): boolean {
  return observed !== undefined && Number(observed) >= (metadata.generation ?? 0);
}

/** Controllers repeat the reference as it was given, and may add the namespace. */
function isSame(wanted: object, said: object): boolean {
  const given = Object.entries(wanted).filter(([, value]) => value !== '');
  return given.every(([field, value]) => (said as { readonly [name: string]: unknown })[field] === value);
}
