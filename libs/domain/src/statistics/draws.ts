import type { RandomStream } from './random.js';
import { lnGamma } from './special.js';

/** Below this expected number of successes they are counted one gap at a time. */
const gapsBelow = 12;

/** A draw from the standard normal distribution, by Marsaglia's polar method. */
export function drawNormal(random: RandomStream): number {
  for (;;) {
    const [u, v] = [2 * random.next() - 1, 2 * random.next() - 1];
    const s = u * u + v * v;
    if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
  }
}

/** A draw from Gamma(shape, 1), shape ≥ 1 (Marsaglia and Tsang 2000). Twice that of n/2 is a chi-square of n. */
export function drawGamma(random: RandomStream, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = drawNormal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A draw from Binomial(n, p), exact for any n and p. */
export function drawBinomial(random: RandomStream, n: number, p: number): number {
  if (!(p > 0) || n === 0) return 0;
  if (p > 0.5) return n - drawBinomial(random, n, 1 - p);
  return n * p < gapsBelow ? byGaps(random, n, p) : byRejection(random, n, p);
}

/** Counts successes by the gaps between them, which are geometric. */
function byGaps(random: RandomStream, n: number, p: number): number {
  const logMiss = Math.log1p(-p);
  let successes = -1;
  for (let tried = 0; tried <= n; successes += 1) tried += 1 + Math.floor(Math.log(1 - random.next()) / logMiss);
  return successes;
}

/** Transformed rejection (Hörmann 1993, algorithm BTRS), n·p ≥ 10. */
function byRejection(random: RandomStream, n: number, p: number): number {
  const spread = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const c = n * p + 0.5;
  const alpha = (2.83 + 5.1 / b) * spread;
  const surely = 0.92 - 4.2 / b;
  const mode = Math.floor((n + 1) * p);
  const logOdds = Math.log(p / (1 - p));
  const logAtMode = lnGamma(mode + 1) + lnGamma(n - mode + 1);
  for (;;) {
    const u = random.next() - 0.5;
    const us = 0.5 - Math.abs(u);
    const v = 1 - random.next();
    const k = Math.floor(((2 * a) / us + b) * u + c);
    if (us >= 0.07 && v <= surely) return k;
    if (k < 0 || k > n) continue;
    const accepted = Math.log((v * alpha) / (a / (us * us) + b));
    if (accepted <= logAtMode - lnGamma(k + 1) - lnGamma(n - k + 1) + (k - mode) * logOdds) return k;
  }
}
