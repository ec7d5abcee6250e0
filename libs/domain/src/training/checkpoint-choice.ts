/** A listed checkpoint manifest, and whether every shard it names is there with its size and SHA-256. */
export interface ListedCheckpoint {
  /** Path of the manifest, unique. */
  readonly path: string;
  readonly step: number;
  readonly fence: number;
  readonly verified: boolean;
}

export interface CheckpointChoice {
  /** The newest whole checkpoint; `null` when training starts at the beginning. */
  readonly chosen: ListedCheckpoint | null;
  /** Newer than the chosen one but torn; newest first. */
  readonly refused: readonly ListedCheckpoint[];
}

/**
 * Walks back from the newest checkpoint to the newest whole one. Higher steps are newer; of one step, the higher fence
 * is (a preempted attempt may still have written under a lower one).
 */
export function chooseCheckpoint(listed: readonly ListedCheckpoint[]): CheckpointChoice {
  const newestFirst = [...listed].sort((a, b) => b.step - a.step || b.fence - a.fence || (a.path < b.path ? -1 : 1));
  const index = newestFirst.findIndex(({ verified }) => verified);
  if (index === -1) return { chosen: null, refused: newestFirst };
  return { chosen: newestFirst[index] ?? null, refused: newestFirst.slice(0, index) };
}
