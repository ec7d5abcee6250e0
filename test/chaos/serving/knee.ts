import { type LoadOptions, loadFor } from './load.js';
import { type Scene, shown, shownCounts } from './story.js';

/** A load whose rate is still to be said. */
export type Unrated = Omit<LoadOptions, 'rate'>;

const firstRate = 10;
const step = 1.3;
const enough = 0.9;
/** A rate that fails once may have met a machine that did something else. */
const failuresToStop = 2;
const slowFactor = 10;

/** Raises the rate until not everything is answered in time any more; the highest rate of good answers is the knee. */
export async function findKnee({ scale, say }: Scene, load: Unrated): Promise<number> {
  const seconds = Math.max(2, 5 * scale);
  await loadFor(seconds, { ...load, rate: firstRate });
  const alone = (await loadFor(seconds, { ...load, rate: firstRate })).latencies;
  const deadlineMilliseconds = Math.max(50, slowFactor * alone.at(0.5));
  say(
    `alone: p50 ${shown(alone.at(0.5))} ms, p99 ${shown(alone.at(0.99))} ms; good is within ${shown(deadlineMilliseconds)} ms`,
  );
  let knee = 0;
  let failures = 0;
  for (let rate = firstRate * 2; failures < failuresToStop; rate *= step) {
    const seen = await loadFor(seconds, { ...load, rate, deadlineMilliseconds });
    const goodput = seen.good / seconds;
    say(
      `${shown(rate)}/s: good ${shown(goodput)}/s, p99 ${shown(seen.latencies.at(0.99))} ms (${shownCounts(seen.statuses)})`,
    );
    knee = Math.max(knee, goodput);
    failures = goodput < enough * rate ? failures + 1 : 0;
  }
  return knee;
}
