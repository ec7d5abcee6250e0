import { bucketTop, lastLatencyBucket, latencyBucket } from '../observation/latency-histogram.js';
import { normalCdf, normalQuantile } from '../statistics/distributions.js';

/** How an arm behaves, whatever its share of the traffic. */
export interface ArmBehaviour {
  /** Share of its requests that fail. */
  readonly errorRate: number;
  /** Share of its labelled answers that are right. */
  readonly accuracy: number;
  /** Of its labelled answers; absolute errors are exponential. */
  readonly meanAbsoluteError: number;
  /** Share of its answers that differ from the champion's on the same request. */
  readonly disagreement: number;
  /** Latencies are log-normal. */
  readonly latencyP50: number;
  readonly latencyP99: number;
}

/** Names of what can be set of an arm. */
export const behaviours = [
  'errorRate',
  'accuracy',
  'meanAbsoluteError',
  'disagreement',
  'latencyP50',
  'latencyP99',
] as const satisfies readonly (keyof ArmBehaviour)[];

export type Behaviour = (typeof behaviours)[number];

/** A healthy model, where nothing better is known. */
export const usualBehaviour: ArmBehaviour = {
  errorRate: 0.002,
  accuracy: 0.85,
  meanAbsoluteError: 1,
  disagreement: 0.05,
  latencyP50: 5,
  latencyP99: 20,
};

const z99 = normalQuantile(0.99);

/** Buckets less likely than this are counted with the next one. */
const least = 1e-6;

/** Standard deviations beyond which no latency is drawn. */
const reach = 5;

/** By behaviour, which never changes: every stage of every simulated rollout asks again. */
const known = new WeakMap<ArmBehaviour, BucketShares>();

/** Buckets of a latency histogram, by index as text, with the probability of each. */
export type BucketShares = readonly (readonly [bucket: string, share: number])[];

/** Probability of each bucket of a latency histogram. */
export function latencyShares(behaviour: ArmBehaviour): BucketShares {
  const shares = known.get(behaviour) ?? computedShares(behaviour);
  known.set(behaviour, shares);
  return shares;
}

function computedShares({ latencyP50, latencyP99 }: ArmBehaviour): BucketShares {
  const sigma = Math.max(0.01, Math.log(latencyP99 / latencyP50) / z99);
  const [first, last] = [-reach, reach].map((z) => latencyBucket(latencyP50 * Math.exp(sigma * z)));
  const shares: [string, number][] = [];
  let before = 0;
  for (let bucket = first ?? 0; bucket <= (last ?? lastLatencyBucket); bucket += 1) {
    const upTo = bucket === last ? 1 : normalCdf(Math.log(bucketTop(bucket) / latencyP50) / sigma);
    if (upTo - before < least) continue;
    shares.push([String(bucket), upTo - before]);
    before = upTo;
  }
  return shares;
}
