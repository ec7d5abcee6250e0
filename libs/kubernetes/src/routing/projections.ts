import type { GatewayRouterSpec, IstioRouterSpec, KserveRouterSpec, RouterSpec, Split } from '@laurel/domain';
import type { RoutedState, RouterReadiness } from '@laurel/ports';
import type { LiveObject, Manifest, ObjectKind } from '../api/objects.js';
import { httpRoute, httpRouteSpec, weightsInHttpRoute } from './http-route.js';
import { inferenceService, inferenceServiceParts, weightsInInferenceService } from './inference-service.js';
import {
  destinationRule,
  destinationRuleSpec,
  subsetsIn,
  virtualService,
  virtualServiceSpec,
  weightsInVirtualService,
} from './istio.js';
import { httpRouteReadiness, inferenceServiceReadiness, istioReadiness } from './readiness.js';
import { stamped } from './stamps.js';

/** One object to write: its kind, and what shall be in it given what is. */
interface Write {
  readonly kind: ObjectKind;
  readonly manifest: (live: LiveObject | undefined) => Manifest;
}

/** How a kind of router shows a split. Pure. */
export interface Projection {
  /** The object that says what is routed. */
  readonly primary: ObjectKind;
  /** All objects, in the order of their removal. */
  readonly kinds: readonly ObjectKind[];
  /** Writes in their order: what a route refers to is there before it, and goes after it. */
  readonly writes: (split: Split) => readonly Write[];
  readonly readiness: (live: LiveObject) => RouterReadiness;
  readonly weights: (live: LiveObject) => RoutedState['weights'];
}

/** The projection that a project's router asks for. `name` is that of the objects. */
export function projectionOf(spec: RouterSpec, name: string): Projection {
  const place = { name, namespace: spec.namespace };
  if (spec.kind === 'istio') return istio(spec, place);
  return spec.kind === 'gatewayApi' ? gateway(spec, place) : kserve(spec, place);
}

type Place = { readonly name: string; readonly namespace: string };

function istio(spec: IstioRouterSpec, place: Place): Projection {
  const rule = (split: Split, live: LiveObject | undefined, beside = subsetsIn(live)) =>
    objectOf(destinationRule, stamped(split, place, live), destinationRuleSpec(split, spec, beside));
  const writeRule = (manifest: Write['manifest']): readonly Write[] =>
    spec.versionLabel === null ? [] : [{ kind: destinationRule, manifest }];
  return {
    primary: virtualService,
    kinds: spec.versionLabel === null ? [virtualService] : [virtualService, destinationRule],
    writes: (split) => [
      ...writeRule((live) => rule(split, live)),
      {
        kind: virtualService,
        manifest: (live) => objectOf(virtualService, stamped(split, place, live), virtualServiceSpec(split, spec)),
      },
      ...writeRule((live) => rule(split, live, [])),
    ],
    readiness: (live) => istioReadiness(live, spec),
    weights: weightsInVirtualService,
  };
}

function gateway(spec: GatewayRouterSpec, place: Place): Projection {
  return {
    primary: httpRoute,
    kinds: [httpRoute],
    writes: (split) => [
      {
        kind: httpRoute,
        manifest: (live) => objectOf(httpRoute, stamped(split, place, live), httpRouteSpec(split, spec)),
      },
    ],
    readiness: (live) => httpRouteReadiness(live, spec),
    weights: weightsInHttpRoute,
  };
}

function kserve(spec: KserveRouterSpec, place: Place): Projection {
  return {
    primary: inferenceService,
    kinds: [inferenceService],
    writes: (split) => [
      {
        kind: inferenceService,
        manifest: (live) => {
          const parts = inferenceServiceParts(split, spec, live);
          const metadata = stamped(split, place, live);
          const annotations = { ...metadata.annotations, ...parts.annotations };
          return objectOf(inferenceService, { ...metadata, annotations }, parts.spec);
        },
      },
    ],
    readiness: inferenceServiceReadiness,
    weights: weightsInInferenceService,
  };
}

function objectOf({ apiVersion, kind }: ObjectKind, metadata: Manifest['metadata'], spec: object): Manifest {
  return { apiVersion, kind, metadata, spec };
}
