import { type HeaderRule, type IstioRouterSpec, routedHeader, type Split, type VersionRef } from '@laurel/domain';
import type { RoutedState } from '@laurel/ports';
import type { LiveObject, ObjectKind } from '../api/objects.js';
import { named, percents, routedVersions, wholeWeights } from './backends.js';

export const virtualService: ObjectKind = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  plural: 'virtualservices',
};

export const destinationRule: ObjectKind = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  plural: 'destinationrules',
};

interface Destination {
  readonly host: string;
  readonly port: { readonly number: number };
  readonly subset?: string;
}

interface RouteDestination {
  readonly destination: Destination;
  readonly weight: number;
  readonly headers: { readonly request: { readonly set: { readonly [header: string]: string } } };
}

interface HttpRoute {
  readonly name: string;
  readonly match?: readonly { readonly headers: { readonly [header: string]: { readonly [kind: string]: string } } }[];
  readonly route: readonly RouteDestination[];
  readonly mirror?: Destination;
  readonly mirrorPercentage?: { readonly value: number };
}

export interface VirtualServiceSpec {
  readonly hosts: readonly string[];
  readonly gateways?: readonly string[];
  readonly http: readonly HttpRoute[];
}

interface Subset {
  readonly name: string;
  readonly labels: { readonly [label: string]: string };
}

export interface DestinationRuleSpec {
  readonly host: string;
  readonly subsets: readonly Subset[];
}

/** Header rules first, in their order; then everybody else by weight, with copies to the shadow where the router makes them. */
export function virtualServiceSpec(split: Split, spec: IstioRouterSpec): VirtualServiceSpec {
  const { arms, headers = [], shadow } = split;
  const weights = wholeWeights(arms);
  const mirror =
    shadow === null || spec.shadow === 'serving'
      ? {}
      : { mirror: destinationOf(shadow, spec), mirrorPercentage: { value: shadow.sample } };
  const byWeight: HttpRoute = {
    name: 'laurel-weights',
    route: arms.map((arm, index) => routeTo(arm, weights[index] ?? 0, spec)),
    ...mirror,
  };
  return {
    hosts: spec.hosts ?? [spec.service],
    ...(spec.gateways.length === 0 ? {} : { gateways: spec.gateways }),
    http: [...headers.map((rule, index) => routeOfRule(rule, index, spec)), byWeight],
  };
}

/** A subset for each version that the split names and for those of `beside`, or none where pods have no such label. */
export function destinationRuleSpec(
  split: Split,
  spec: IstioRouterSpec,
  beside: readonly Subset[] = [],
): DestinationRuleSpec {
  const { versionLabel } = spec;
  const own = routedVersions(split).map(({ version }) => ({
    name: subsetOf(version),
    labels: { [versionLabel ?? '']: String(version) },
  }));
  const others = beside.filter(({ name }) => own.every((subset) => subset.name !== name));
  return { host: spec.service, subsets: [...own, ...others].sort((a, b) => a.name.localeCompare(b.name)) };
}

/** The subsets of a destination rule that is there. */
export function subsetsIn(live: LiveObject | undefined): readonly Subset[] {
  const { subsets = [] }: Partial<DestinationRuleSpec> = live?.spec ?? {};
  return subsets;
}

/** Which version has which share, by the last route. */
export function weightsInVirtualService(live: LiveObject): RoutedState['weights'] {
  const { http = [] }: Partial<VirtualServiceSpec> = live.spec ?? {};
  const routes = http.at(-1)?.route ?? [];
  const weights = percents(routes.map(({ weight }) => weight ?? 0));
  return routes.map(({ headers }, index) => ({
    version: Number(headers?.request?.set?.[routedHeader]),
    weight: weights[index] ?? 0,
  }));
}

function routeOfRule({ name, match, version }: HeaderRule, index: number, spec: IstioRouterSpec): HttpRoute {
  return {
    name: `laurel-header-${index + 1}`,
    match: [{ headers: { [name.toLowerCase()]: { [match.kind]: match.value } } }],
    route: [routeTo(version, 100, spec)],
  };
}

function routeTo(version: VersionRef, weight: number, spec: IstioRouterSpec): RouteDestination {
  return {
    destination: destinationOf(version, spec),
    weight,
    headers: { request: { set: { [routedHeader]: String(version.version) } } },
  };
}

function destinationOf(version: VersionRef, { service, port, versionLabel }: IstioRouterSpec): Destination {
  const host = named(service, version);
  return { host, port: { number: port }, ...(versionLabel === null ? {} : { subset: subsetOf(version.version) }) };
}

function subsetOf(version: number): string {
  return `v${version}`;
}
