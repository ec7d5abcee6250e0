import { type GatewayRouterSpec, type HeaderRule, routedHeader, type Split, type VersionRef } from '@laurel/domain';
import type { RoutedState } from '@laurel/ports';
import type { LiveObject, ObjectKind } from '../api/objects.js';
import { named, percents, wholeWeights } from './backends.js';

export const httpRoute: ObjectKind = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  plural: 'httproutes',
};

interface ParentReference {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly sectionName?: string;
}

interface Backend {
  readonly group: '';
  readonly kind: 'Service';
  readonly name: string;
  readonly port: number;
}

interface WeightedBackend extends Backend {
  readonly weight: number;
  readonly filters: readonly [
    {
      readonly type: 'RequestHeaderModifier';
      readonly requestHeaderModifier: { readonly set: readonly [{ readonly name: string; readonly value: string }] };
    },
  ];
}

interface MirrorFilter {
  readonly type: 'RequestMirror';
  readonly requestMirror: {
    readonly backendRef: Backend;
    readonly fraction: { readonly numerator: number; readonly denominator: number };
  };
}

interface RouteRule {
  readonly matches: readonly object[];
  readonly filters?: readonly MirrorFilter[];
  readonly backendRefs: readonly WeightedBackend[];
}

export interface HttpRouteSpec {
  readonly parentRefs: readonly ParentReference[];
  readonly hostnames?: readonly string[];
  readonly rules: readonly RouteRule[];
}

const everyPath = { type: 'PathPrefix', value: '/' } as const;
/** A share is known to a hundredth of a percent. */
const denominator = 10_000;

/** A rule for each header rule, and one for everybody else, with copies to the shadow where the router makes them. */
export function httpRouteSpec(split: Split, spec: GatewayRouterSpec): HttpRouteSpec {
  const { arms, headers = [], shadow } = split;
  const weights = wholeWeights(arms);
  const mirror = shadow === null || spec.shadow === 'serving' ? {} : { filters: [mirrorTo(shadow, spec)] };
  return {
    parentRefs: spec.parents.map(parentOf),
    ...(spec.hostnames === undefined ? {} : { hostnames: spec.hostnames }),
    rules: [
      ...headers.map((rule) => ruleOf(rule, spec)),
      {
        matches: [{ path: everyPath }],
        ...mirror,
        backendRefs: arms.map((arm, index) => backendOf(arm, weights[index] ?? 0, spec)),
      },
    ],
  };
}

/** Which version has which share, by the last rule. */
export function weightsInHttpRoute(live: LiveObject): RoutedState['weights'] {
  const { rules = [] }: Partial<HttpRouteSpec> = live.spec ?? {};
  const backends = rules.at(-1)?.backendRefs ?? [];
  const weights = percents(backends.map(({ weight }) => weight ?? 1));
  return backends.map(({ filters }, index) => ({
    version: Number(filters?.[0]?.requestHeaderModifier?.set?.[0]?.value),
    weight: weights[index] ?? 0,
  }));
}

export function parentOf({
  name,
  namespace,
  sectionName,
  kind,
}: GatewayRouterSpec['parents'][number]): ParentReference {
  return {
    group: kind === 'Gateway' ? 'gateway.networking.k8s.io' : '',
    kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(sectionName === undefined ? {} : { sectionName }),
  };
}

function ruleOf({ name, match, version }: HeaderRule, spec: GatewayRouterSpec): RouteRule {
  const type = match.kind === 'exact' ? 'Exact' : 'RegularExpression';
  return {
    matches: [{ path: everyPath, headers: [{ name, type, value: match.value }] }],
    backendRefs: [backendOf(version, 100, spec)],
  };
}

function mirrorTo(shadow: NonNullable<Split['shadow']>, spec: GatewayRouterSpec): MirrorFilter {
  const numerator = Math.round((shadow.sample / 100) * denominator);
  const backendRef = serviceOf(shadow, spec);
  return { type: 'RequestMirror', requestMirror: { backendRef, fraction: { numerator, denominator } } };
}

function backendOf(version: VersionRef, weight: number, spec: GatewayRouterSpec): WeightedBackend {
  const set = [{ name: routedHeader, value: String(version.version) }] as const;
  return {
    ...serviceOf(version, spec),
    weight,
    filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: { set } }],
  };
}

function serviceOf(version: VersionRef, { service, port }: GatewayRouterSpec): Backend {
  return { group: '', kind: 'Service', name: named(service, version), port };
}
