import type { SampleMoments } from './two-sample.js';

/** Running sums of pairs: `x` known before the rollout, `y` measured in it. */
export interface PairedSums {
  readonly n: number;
  readonly sumX: number;
  readonly sumY: number;
  readonly sumXX: number;
  readonly sumYY: number;
  readonly sumXY: number;
}

export interface Cuped {
  /** Slope by which `x` explains `y`, over both arms. */
  readonly slope: number;
  /** Squared correlation: the share of the variance that goes. */
  readonly explained: number;
  /** Each arm's moments of y − slope·(x − mean of x), for a two-sample test. */
  readonly arms: readonly SampleMoments[];
}

/**
 * CUPED (Deng, Xu, Kohavi, Walker 2013): removes from a metric what a covariate known beforehand explains. The slope
 * is that within the arms, pooled, so that no effect of an arm leaks into it; the covariate's mean is that of all. An
 * arm needs two pairs; a covariate without spread changes nothing.
 */
export function cuped(arms: readonly PairedSums[]): Cuped {
  const within = arms.map(centred);
  const total = (pick: (sums: ReturnType<typeof centred>) => number) =>
    within.reduce((all, sums) => all + pick(sums), 0);
  const [xx, yy, xy] = [total(({ xx }) => xx), total(({ yy }) => yy), total(({ xy }) => xy)];
  const slope = xx > 0 ? xy / xx : 0;
  const meanX = total(({ n, meanX }) => n * meanX) / total(({ n }) => n);
  return {
    slope,
    explained: xx > 0 && yy > 0 ? xy ** 2 / (xx * yy) : 0,
    arms: within.map((arm) => ({
      n: arm.n,
      mean: arm.meanY - slope * (arm.meanX - meanX),
      variance: Math.max(0, (arm.yy - 2 * slope * arm.xy + slope ** 2 * arm.xx) / (arm.n - 1)),
    })),
  };
}

/** Means, and sums of squares and products about them. */
function centred({ n, sumX, sumY, sumXX, sumYY, sumXY }: PairedSums) {
  const [meanX, meanY] = [sumX / n, sumY / n];
  return { n, meanX, meanY, xx: sumXX - sumX * meanX, yy: sumYY - sumY * meanY, xy: sumXY - sumX * meanY };
}
