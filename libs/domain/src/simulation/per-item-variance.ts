import { normalQuantile } from '../statistics/distributions.js';
import type { ArmBehaviour, Behaviour } from './behaviour.js';

const z99 = normalQuantile(0.99);

type VarianceOf = (behaviour: ArmBehaviour) => number;

const shareVariance = (share: number) => share * (1 - share);

const variances: { readonly [name in Behaviour]: VarianceOf } = {
  errorRate: ({ errorRate }) => shareVariance(errorRate),
  accuracy: ({ accuracy }) => shareVariance(accuracy),
  disagreement: ({ disagreement }) => shareVariance(disagreement),
  meanAbsoluteError: ({ meanAbsoluteError }) => meanAbsoluteError ** 2,
  latencyP50: (behaviour) => quantileVariance({ q: 0.5, z: 0, behaviour }),
  latencyP99: (behaviour) => quantileVariance({ q: 0.99, z: z99, behaviour }),
};

/**
 * Variance that one more value takes from: an estimate from n values has this over n. A share has p·(1 − p), an
 * exponential error the square of its mean, a quantile q·(1 − q) over the squared density there (Cramér).
 */
export function perItemVariance(name: Behaviour, behaviour: ArmBehaviour): number {
  return variances[name](behaviour);
}

function quantileVariance(at: { readonly q: number; readonly z: number; readonly behaviour: ArmBehaviour }): number {
  const { q, z, behaviour } = at;
  const sigma = Math.max(0.01, Math.log(behaviour.latencyP99 / behaviour.latencyP50) / z99);
  const latency = behaviour.latencyP50 * Math.exp(sigma * z);
  const density = Math.exp(-0.5 * z * z) / (Math.sqrt(2 * Math.PI) * sigma * latency);
  return (q * (1 - q)) / density ** 2;
}
