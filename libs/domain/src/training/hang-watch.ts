/**
 * When a trainer last gave a sign of life, in milliseconds of one clock. Before its first step any output is one; from
 * then on only another step is, because a stuck loop can go on talking; after its last step any output again (export).
 */
export interface SignsOfLife {
  readonly at: number;
  /** `null` before the first step. */
  readonly step: number | null;
  /** Whether the step reached the total that was announced. */
  readonly finished: boolean;
}

export function signsAtStart(now: number): SignsOfLife {
  return { at: now, step: null, finished: false };
}

/** The signs after the trainer has printed something; `place` is what a progress line said, `null` for other output. */
export function signsAfter(
  signs: SignsOfLife,
  place: { readonly step: number; readonly totalSteps: number | null } | null,
  now: number,
): SignsOfLife {
  const talkCounts = signs.step === null || signs.finished;
  if (place === null) return talkCounts ? { ...signs, at: now } : signs;
  const moved = place.step !== signs.step;
  const finished = place.totalSteps !== null && place.step >= place.totalSteps;
  return { at: moved || talkCounts ? now : signs.at, step: place.step, finished };
}

/** Milliseconds for which the trainer has made no progress. More than `silenceMilliseconds` of a job is a hang. */
export function silentFor(signs: SignsOfLife, now: number): number {
  return Math.max(0, now - signs.at);
}
