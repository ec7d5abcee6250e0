/** Pauses between the starts of a child that keeps ending. */
export interface Backoff {
  readonly firstMilliseconds: number;
  readonly longestMilliseconds: number;
  /** A child that was well for this long begins anew with the first pause. */
  readonly forgiveMilliseconds: number;
}

export const patientBackoff: Backoff = {
  firstMilliseconds: 1_000,
  longestMilliseconds: 30_000,
  forgiveMilliseconds: 60_000,
};

/** The pause before the start that follows `failures` failed ones in a row: doubles from the first to the longest. */
export function pauseAfter(failures: number, { firstMilliseconds, longestMilliseconds }: Backoff): number {
  return Math.min(longestMilliseconds, firstMilliseconds * 2 ** Math.max(0, failures - 1));
}
