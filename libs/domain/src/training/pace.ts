/** How far a trainer was at a time (milliseconds of any clock that only goes forward). */
export interface PaceSample {
  readonly step: number;
  readonly at: number;
}

/** How fast a trainer goes. `null` while nothing can be said. */
export interface Pace {
  readonly stepsPerSecond: number | null;
  readonly etaSeconds: number | null;
}

/** Time over which speed is measured. */
const windowMilliseconds = 120_000;
/** Samples kept, so that a trainer that reports every millisecond costs no memory. */
const mostSamples = 64;

/** The samples that still count after one more; a step that went back (another attempt) starts afresh. */
export function addSample(samples: readonly PaceSample[], sample: PaceSample): readonly PaceSample[] {
  const last = samples.at(-1);
  if (last !== undefined && sample.step < last.step) return [sample];
  if (last !== undefined && sample.step === last.step) return samples;
  const recent = samples.filter(({ at }) => sample.at - at <= windowMilliseconds);
  // The oldest one is the far end of the window: thinning out drops those in between.
  const kept = recent.length < mostSamples ? recent : recent.filter((_, index) => index === 0 || index % 2 === 1);
  return [...kept, sample];
}

/** Speed over the samples, and the time to `totalSteps` at that speed. */
export function paceOf(samples: readonly PaceSample[], totalSteps: number | null): Pace {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || last.at <= first.at)
    return { stepsPerSecond: null, etaSeconds: null };
  const stepsPerSecond = (1_000 * (last.step - first.step)) / (last.at - first.at);
  if (totalSteps === null || stepsPerSecond <= 0) return { stepsPerSecond, etaSeconds: null };
  return { stepsPerSecond, etaSeconds: Math.max(0, totalSteps - last.step) / stepsPerSecond };
}
