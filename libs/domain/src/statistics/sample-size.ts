import { normalCdf, normalQuantile } from './distributions.js';
import type { Proportion } from './intervals.js';

/** What a test may get wrong, and in how many directions it looks. */
export interface TestDesign {
  /** Probability of a difference found that is not there. */
  readonly alpha: number;
  /** Probability that the difference asked for is found. */
  readonly power: number;
  readonly sides: 1 | 2;
}

export interface ArmSizes {
  readonly first: number;
  readonly second: number;
}

interface Allocation {
  /** Size of the first arm over that of the second; 1 for equal arms. */
  readonly ratio?: number;
}

/** Usual risks: 5 % two-sided, 80 % power. */
export const usualDesign: TestDesign = { alpha: 0.05, power: 0.8, sides: 2 };

/**
 * Values per arm to find a `difference` of two means, normal approximation: (z_α + z_β)²·(σ₁²/r + σ₂²)/δ² in the second
 * arm, r times that in the first.
 */
export function meanSampleSize(
  means: { readonly difference: number; readonly variances: readonly [number, number] } & Allocation,
  design: TestDesign = usualDesign,
): ArmSizes {
  const { difference, variances, ratio = 1 } = means;
  const z = zAlpha(design) + normalQuantile(design.power);
  return sizesOf((z ** 2 * (variances[0] / ratio + variances[1])) / difference ** 2, ratio);
}

/**
 * Items per arm to tell proportion `from` from `to`: with `pooled` for the z-test whose variance is pooled under the
 * hypothesis (Fleiss, Levin, Paik 2003, without continuity correction), else for the unpooled one.
 */
export function proportionSampleSize(
  shares: { readonly from: number; readonly to: number; readonly pooled?: boolean } & Allocation,
  design: TestDesign = usualDesign,
): ArmSizes {
  const { from, to, pooled = false, ratio = 1 } = shares;
  const own = Math.sqrt((from * (1 - from)) / ratio + to * (1 - to));
  const common = (ratio * from + to) / (ratio + 1);
  const underHypothesis = pooled ? Math.sqrt(common * (1 - common) * (1 + 1 / ratio)) : own;
  const root = zAlpha(design) * underHypothesis + normalQuantile(design.power) * own;
  return sizesOf((root / (to - from)) ** 2, ratio);
}

/**
 * Items that both models answer, to find a difference in accuracy by McNemar's test (Connor 1987). `lost` is the share
 * that only the first model gets right, `gained` the share that only the second does.
 */
export function pairedSampleSize(
  { lost, gained }: { readonly lost: number; readonly gained: number },
  design: TestDesign = usualDesign,
): number {
  const [discordant, difference] = [lost + gained, gained - lost];
  const root =
    zAlpha(design) * Math.sqrt(discordant) + normalQuantile(design.power) * Math.sqrt(discordant - difference ** 2);
  return whole((root / difference) ** 2);
}

/** Standard error of the difference of two proportions. */
export function proportionError(a: Proportion, b: Proportion): number {
  const share = ({ successes, n }: Proportion) => ((successes / n) * (1 - successes / n)) / n;
  return Math.sqrt(share(a) + share(b));
}

/** Power of a z-test to find `difference`. */
export function powerOf(
  difference: number,
  standardError: number,
  { alpha, sides }: Pick<TestDesign, 'alpha' | 'sides'> = usualDesign,
): number {
  const [drift, critical] = [Math.abs(difference) / standardError, zAlpha({ alpha, sides })];
  const inTheWrongDirection = sides === 2 ? normalCdf(-drift - critical) : 0;
  return normalCdf(drift - critical) + inTheWrongDirection;
}

/** Smallest difference that a z-test with this standard error finds with the power asked for. */
export function detectableDifference(standardError: number, design: TestDesign = usualDesign): number {
  return (zAlpha(design) + normalQuantile(design.power)) * standardError;
}

function zAlpha({ alpha, sides }: Pick<TestDesign, 'alpha' | 'sides'>): number {
  return normalQuantile(1 - alpha / sides);
}

function sizesOf(second: number, ratio: number): ArmSizes {
  return { first: whole(ratio * second), second: whole(second) };
}

/** Whole items; a rounding error above a whole number asks for no further one. */
function whole(n: number): number {
  return Math.ceil(n - 1e-9 * n);
}
