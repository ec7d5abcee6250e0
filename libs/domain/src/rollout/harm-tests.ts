import { bucketWithin, countAbove, cumulativeCounts } from '../observation/latency-counts.js';
import { countOf } from '../observation/latency-histogram.js';
import { type SequenceTuning, shareExcessP, sharesExcessP } from '../statistics/bernoulli-sequence.js';
import {
  differenceOfMeans,
  type SampledEstimate,
  type SampleSums,
  sequenceExcessP,
  varianceOf,
} from '../statistics/confidence-sequence.js';
import { exactBelow } from '../statistics/mcnemar.js';
import { quantileExcessP } from '../statistics/quantile-sequence.js';
import type { DiscordantPairs } from '../statistics/share-margin.js';
import type { Measured } from './measured.js';

/**
 * Always-valid p of "the challenger is worse by at most `margin`". Shares and quantiles are exact from counts, so they hold at
 * zero events; means and pairs rely on their observed variance.
 */
export function marginHarmP(measured: Measured, margin: number, tuning: SequenceTuning): number {
  if (measured.kind === 'share') {
    return measured.champion.n === 0 ? 1 : sharesExcessP({ ...measured, margin }, tuning);
  }
  if (measured.kind === 'pairs') {
    return meanExcessP(pairedDifference(measured.pairs), margin, tuning);
  }
  if (measured.kind === 'quantile') {
    return quantileExcessP(
      {
        quantile: measured.quantile,
        champion: cumulativeCounts(measured.champion),
        challenger: cumulativeCounts(measured.challenger),
        allowed: (bucket) => bucketWithin(bucket, margin),
      },
      tuning,
    );
  }
  return meanExcessP(differenceOfMeans(measured.champion, measured.challenger), margin, tuning);
}

/** Always-valid p of "the challenger is within `limit`", a limit of what is tested. */
export function limitHarmP(measured: Measured, limit: number, tuning: SequenceTuning): number {
  if (measured.kind === 'share' || measured.kind === 'pairs') {
    return shareExcessP(measured.challenger, limit, tuning);
  }
  if (measured.kind === 'quantile') {
    const { challenger, quantile } = measured;
    return shareExcessP({ successes: countAbove(challenger, limit), n: countOf(challenger) }, 1 - quantile, tuning);
  }
  return meanExcessP(meanOf(measured.challenger), limit, tuning);
}

/** Values that are all the same have no variance to be unsure by: they decide alone. */
function meanExcessP(estimate: SampledEstimate | null, margin: number, tuning: SequenceTuning): number {
  if (estimate === null) return 1;
  const value = estimate.value - margin;
  if (estimate.standardError === 0) return value > 0 ? 0 : 1;
  return sequenceExcessP({ ...estimate, value }, tuning);
}

/** Few discordant pairs say little about their own variance; then nothing is claimed. */
function pairedDifference({ n, championOnly, challengerOnly }: DiscordantPairs): SampledEstimate | null {
  if (championOnly + challengerOnly < exactBelow) return null;
  return meanOf({ n, sum: championOnly - challengerOnly, sumSquares: championOnly + challengerOnly });
}

function meanOf(sums: SampleSums): SampledEstimate | null {
  if (sums.n < 2) return null;
  return { value: sums.sum / sums.n, standardError: Math.sqrt(varianceOf(sums) / sums.n), n: sums.n };
}
