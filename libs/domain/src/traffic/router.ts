import type { Percent } from '../ids.js';
import { headerKindsOf } from '../rollout/header-routes.js';
import type { RolloutStepSpec } from '../rollout/plan.js';
import type { HeaderRule, Split } from './split.js';

/** Who divides an endpoint's traffic: Laurel's own split table, or something in front of the serving processes. */
export type RouterKind = 'splitTable' | 'istio' | 'gatewayApi' | 'kserve';

/** What a router can do. A plan is checked against it before any traffic moves, and the router refuses the rest. */
export interface RouterCapabilities {
  /** Keeps a person on one arm while a share grows. */
  readonly sticky: boolean;
  /** Conditions on headers that it can ask. */
  readonly headers: readonly HeaderRule['match']['kind'][];
  /** Copies requests to a version that does not answer. */
  readonly mirror: boolean;
  /** Shares are multiples of this. */
  readonly smallestShare: Percent;
  /** Whether it tells when it routes as it was told, or only that it took the order. */
  readonly readiness: 'status' | 'acceptance';
}

/**
 * Sources: Istio's VirtualService (a consistent hash chooses a pod within a subset, after the weights chose the subset),
 * Gateway API's HTTPRoute (session persistence binds to a backend that was drawn, so growing a share moves nobody in),
 * KServe's InferenceService (`canaryTrafficPercent` is a whole percent; no header routes, no mirror).
 */
export const routerCapabilities = {
  splitTable: {
    sticky: true,
    headers: ['exact', 'prefix', 'regex'],
    mirror: true,
    smallestShare: 0.01,
    readiness: 'status',
  },
  istio: {
    sticky: false,
    headers: ['exact', 'prefix', 'regex'],
    mirror: true,
    smallestShare: 0.01,
    readiness: 'acceptance',
  },
  gatewayApi: { sticky: false, headers: ['exact', 'regex'], mirror: true, smallestShare: 0.01, readiness: 'status' },
  kserve: { sticky: false, headers: [], mirror: false, smallestShare: 1, readiness: 'status' },
} as const satisfies { readonly [kind in RouterKind]: RouterCapabilities };

const names: { readonly [kind in RouterKind]: string } = {
  splitTable: 'the split table',
  istio: 'Istio',
  gatewayApi: 'the Gateway API',
  kserve: 'KServe',
};

/** What a plan or a split asks of its router. */
export interface RouterNeeds {
  readonly stickyKey: string | null;
  readonly headers: readonly HeaderRule['match']['kind'][];
  readonly mirror: boolean;
  readonly shares: readonly Percent[];
}

/** What `kind` cannot do of `needs`, one sentence each; empty when it can do all. */
export function routerProblems(needs: RouterNeeds, kind: RouterKind): string[] {
  const can: RouterCapabilities = routerCapabilities[kind];
  const who = names[kind];
  const problems: string[] = [];
  if (needs.stickyKey !== null && !can.sticky) {
    problems.push(`${who} cannot keep a weighted split sticky, so stickyKey "${needs.stickyKey}" would be ignored`);
  }
  for (const match of new Set(needs.headers)) {
    if (!can.headers.includes(match)) problems.push(`${who} cannot route by a header's ${match} value`);
  }
  if (needs.mirror && !can.mirror) problems.push(`${who} cannot copy requests to a shadow`);
  const uneven = needs.shares.find((share) => !isMultiple(share, can.smallestShare));
  if (uneven !== undefined) problems.push(`${who} routes in steps of ${can.smallestShare} %, not ${uneven} %`);
  return problems;
}

/** What a split asks of its router. A sticky key matters only while two arms share the traffic. */
export function routingNeeds({ arms, headers = [], shadow, stickyKey }: Split): RouterNeeds {
  const sharing = arms.filter(({ weight }) => weight > 0).length > 1;
  return {
    stickyKey: sharing ? stickyKey : null,
    headers: headers.map(({ match }) => match.kind),
    mirror: shadow !== null,
    shares: arms.map(({ weight }) => weight),
  };
}

/** What a plan will ask of its router, before any traffic moves. */
export function planNeeds({
  stickyKey,
  steps,
}: {
  readonly stickyKey: string | null;
  readonly steps: readonly RolloutStepSpec[];
}): RouterNeeds {
  const shares = steps.flatMap((step) => ('setWeight' in step ? [step.setWeight] : []));
  return {
    stickyKey: shares.some((share) => share > 0 && share < 100) ? stickyKey : null,
    headers: steps.flatMap((step) => ('setHeaderRoute' in step ? headerKindsOf(step.setHeaderRoute) : [])),
    mirror: steps.some((step) => 'shadow' in step),
    shares,
  };
}

function isMultiple(share: Percent, smallest: Percent): boolean {
  const steps = share / smallest;
  return Math.abs(steps - Math.round(steps)) < 1e-6;
}
