const removedAtOnce = 5_000;

/** Calls `remove`, which removes at most `limit` rows, until there are fewer: many short transactions, no long one. */
export async function removeInParts(
  remove: (limit: number) => Promise<{ readonly numAffectedRows?: bigint }>,
): Promise<{ readonly removed: number }> {
  for (let removed = 0; ; ) {
    const { numAffectedRows = 0n } = await remove(removedAtOnce);
    removed += Number(numAffectedRows);
    if (numAffectedRows < removedAtOnce) return { removed };
  }
}
