import type { TwoShares } from './bernoulli-sequence.js';
import { binomialCdf, normalQuantile } from './distributions.js';
import type { Proportion } from './intervals.js';
import { bisect } from './roots.js';
import { betaIInverse } from './special-inverse.js';

/** A statistic that is standard normal where the truth lies exactly at the margin, and the standard error it was made with. */
export interface MarginTest {
  readonly statistic: number;
  readonly standardError: number;
}

/** From this many events expected at the margin on, a count is near enough to normal. */
const enoughEvents = 10;
/** Least p that a statistic is made of. */
const leastP = 1e-15;
/** Error spent on how rare the champion's events may truly be. */
const nuisanceP = 1e-4;

/**
 * Statistic of "the challenger's share of bad events exceeds the champion's by less than `margin`", against an excess of exactly
 * `margin`: large means shown. With few events expected an exact binomial bound, else the score test with both shares
 * estimated at the margin; neither divides by a spread that was observed to be zero. Which one does not depend on the
 * challenger's events, so more of them never help it.
 */
export function sharesMarginTest(shares: TwoShares): MarginTest {
  const { champion, challenger, margin } = shares;
  const { p0, p1 } = atMargin(shares);
  const variance = (p0 * (1 - p0)) / champion.n + (p1 * (1 - p1)) / challenger.n;
  const standardError = Math.sqrt(variance);
  const expected = challenger.n * (champion.successes / champion.n + margin);
  if (margin > 0 && expected < enoughEvents) return { statistic: statisticOf(rareEventsP(shares)), standardError };
  const excess = challenger.successes / challenger.n - champion.successes / champion.n;
  return { statistic: standardError === 0 ? 0 : (margin - excess) / standardError, standardError };
}

/**
 * Statistic of "the share is below `limit`", against a share of exactly `limit`: exact with few events expected, else the score
 * test.
 */
export function shareLimitTest(seen: Proportion, limit: number): MarginTest {
  const standardError = Math.sqrt((limit * (1 - limit)) / seen.n);
  if (seen.n * limit < enoughEvents) {
    return { statistic: statisticOf(binomialCdf(seen.successes, seen.n, limit)), standardError };
  }
  return { statistic: standardError === 0 ? 0 : (limit - seen.successes / seen.n) / standardError, standardError };
}

/** Outcomes of both models on the same items: how many only one of them got right. */
export interface DiscordantPairs {
  readonly n: number;
  readonly championOnly: number;
  readonly challengerOnly: number;
}

/**
 * Statistic of "the champion is right more often by less than `margin`" on the same items: Tango, "Equivalence test and
 * confidence interval for the difference in proportions for the paired-sample design", Statistics in Medicine 17 (1998); an
 * exact binomial bound on `championOnly` where few such items are expected.
 */
export function pairedMarginTest({ n, championOnly, challengerOnly }: DiscordantPairs, margin: number): MarginTest {
  const b = -championOnly - challengerOnly + (2 * n - championOnly + challengerOnly) * margin;
  const c = -challengerOnly * margin * (1 - margin);
  const only = (Math.sqrt(b * b - 8 * n * c) - b) / (4 * n);
  const standardError = Math.sqrt(Math.max(0, 2 * only + margin * (1 - margin)) / n);
  if (margin > 0 && n * margin < enoughEvents) {
    return { statistic: statisticOf(binomialCdf(championOnly, n, margin)), standardError };
  }
  const excess = (championOnly - challengerOnly) / n;
  return { statistic: standardError === 0 ? 0 : (margin - excess) / standardError, standardError };
}

/**
 * p of "the excess is at least `margin`", exact for any number of events: the champion's share is at least its Clopper–Pearson
 * bound, but for the error that is added (Berger and Boos 1994).
 */
function rareEventsP({ champion, challenger, margin }: TwoShares): number {
  const { successes, n } = champion;
  const least = successes === 0 ? 0 : betaIInverse(nuisanceP, successes, n - successes + 1);
  const spent = successes === 0 ? 0 : nuisanceP;
  return Math.min(1, spent + binomialCdf(challenger.successes, challenger.n, Math.min(1, least + margin)));
}

/** Most likely shares among those that differ by exactly the margin: Farrington and Manning, Statistics in Medicine 9 (1990). */
function atMargin({ champion, challenger, margin }: TwoShares): { readonly p0: number; readonly p1: number } {
  const slope = (p: number) => scoreOf(champion, p) + scoreOf(challenger, p + margin);
  const p0 = bisect(slope, { low: 0, high: Math.max(0, 1 - margin), rising: false, steps: 60 });
  return { p0, p1: Math.min(1, p0 + margin) };
}

/** Derivative of a binomial likelihood's logarithm. */
function scoreOf({ successes, n }: Proportion, p: number): number {
  const fromEvents = successes === 0 ? 0 : successes / p;
  return fromEvents - (successes === n ? 0 : (n - successes) / (1 - p));
}

function statisticOf(p: number): number {
  return -normalQuantile(Math.min(1 - leastP, Math.max(leastP, p)));
}
