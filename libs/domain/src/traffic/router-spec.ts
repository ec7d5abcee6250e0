interface RouterPlace {
  readonly namespace: string;
  /** Name of the object that Laurel writes; without it, the endpoint's. */
  readonly name?: string;
  /** What to do about a field that somebody else owns: say who, or take it. */
  readonly onConflict: 'report' | 'take';
}

interface RouterBackend {
  /** Service of the serving processes; with `{version}` in it, each version has its own. */
  readonly service: string;
  readonly port: number;
  /** Who copies requests to a shadow: the serving processes, which compare answers, or the router, which does not. */
  readonly shadow: 'serving' | 'router';
}

/** A `VirtualService` and a `DestinationRule` of Istio. */
export interface IstioRouterSpec extends RouterPlace, RouterBackend {
  readonly kind: 'istio';
  /** Hosts that clients call; without them, the service. */
  readonly hosts?: readonly string[];
  readonly gateways: readonly string[];
  /** Label of pods whose value is the version that they serve; `null`: every pod serves every version. */
  readonly versionLabel: string | null;
  /** Whether istiod is told to write status (`PILOT_ENABLE_STATUS`), so that it can be waited for. */
  readonly status: boolean;
}

/** An `HTTPRoute` of the Gateway API. */
export interface GatewayRouterSpec extends RouterPlace, RouterBackend {
  readonly kind: 'gatewayApi';
  /** Gateways, or Services of a mesh, that take the route. */
  readonly parents: readonly {
    readonly name: string;
    readonly namespace?: string;
    readonly sectionName?: string;
    readonly kind: 'Gateway' | 'Service';
  }[];
  readonly hostnames?: readonly string[];
}

/** An `InferenceService` of KServe, in its Knative mode: two revisions and the newer one's percentage. */
export interface KserveRouterSpec extends RouterPlace {
  readonly kind: 'kserve';
  /** Where KServe finds a version's files; `{digest}` is the package's digest in hexadecimal, `{version}` its number. */
  readonly storageUri: string;
  /** Name of KServe's serving runtime; without it, KServe chooses one that serves ONNX. */
  readonly runtime?: string;
}

/** `spec.serving.router`: what divides the traffic in front of the serving processes. */
export type RouterSpec = IstioRouterSpec | GatewayRouterSpec | KserveRouterSpec;

/**
 * Request header by which a router in front says which version it chose. Serving processes obey it for versions that
 * are arms of the committed split; so a router that is late can send nobody to a version that was taken back.
 */
export const routedHeader = 'x-laurel-routed-version';
