/** A mean over about so many runs. */
const memory = 256;

/** Notices that the runs of a model have come to take longer than a limit. */
export interface Drift {
  /** A run took so long, milliseconds. */
  ran(milliseconds: number): void;
}

/** Calls `crossed` once, with the mean, when the running mean of at least 256 runs is above `limit` milliseconds. */
export function createDrift(limit: number, crossed: (mean: number) => void): Drift {
  let runs = 0;
  let mean = 0;
  let isOver = false;
  return {
    ran: (milliseconds) => {
      runs += 1;
      mean += (milliseconds - mean) / Math.min(runs, memory);
      if (isOver || runs < memory || mean <= limit) return;
      isOver = true;
      crossed(mean);
    },
  };
}
