import type { Percent, RouterCapabilities, RouterKind, Split, VersionNumber } from '@laurel/domain';

/** Whether a router routes by an epoch: what it waits for is in its own words. */
export type RouterReadiness = { readonly state: 'ready' } | { readonly state: 'waiting'; readonly why: string };

/** What lies in a router now. */
export interface RoutedState {
  readonly epoch: number;
  readonly fence: number;
  readonly weights: readonly { readonly version: VersionNumber; readonly weight: Percent }[];
}

/**
 * Who divides traffic between versions. The committed split in Postgres is the truth and decides who may have traffic
 * at all; a router is a projection of it, and one that is late sends nobody to a version that was taken back.
 */
export interface TrafficRouter {
  readonly kind: RouterKind;
  readonly capabilities: RouterCapabilities;
  /**
   * Routes as `split` says; the answer tells whether anything had to be changed for it. Idempotent. Errors:
   * `StaleFence`, `StaleEpoch` (a newer one is there), `Unsupported` (it cannot route so), `Conflict` (somebody else
   * owns a field; names both), `ModelNotReady` (the split table: not loaded everywhere), `DependencyUnavailable`.
   */
  apply(split: Split): Promise<'applied' | 'unchanged'>;
  /** Whether the router itself says that it routes by `epoch`. Error: `StaleEpoch` (it routes by a newer one). */
  readiness(endpoint: string, epoch: number): Promise<RouterReadiness>;
  current(endpoint: string): Promise<RoutedState | undefined>;
  /**
   * Lets go of the endpoint: what Laurel made is removed, what it found stays as it is. Idempotent. Error: `Unsupported`
   * (the split table, which keeps its history).
   */
  remove(endpoint: string): Promise<void>;
}

/** The routers that projects name. */
export interface TrafficRouters {
  /** The router in front of an endpoint, as its project says; `undefined` where the split table alone routes. */
  inFrontOf(endpoint: string): Promise<TrafficRouter | undefined>;
  /** Endpoints that have one. */
  endpoints(): Promise<readonly string[]>;
}
