import type { Digest, Split } from '@laurel/domain';
import { sql } from 'kysely';
import type { Connection } from '../transact.js';

export interface Readiness {
  readonly live: readonly string[];
  readonly acknowledged: readonly string[];
}

/** Digests that a process must have loaded before it may route by `split`. */
export function namedBy(split: Pick<Split, 'arms' | 'shadow'>): readonly Digest[] {
  const digests = split.arms.map(({ digest }) => digest);
  return [...new Set(split.shadow === null ? digests : [...digests, split.shadow.digest])];
}

/** Processes whose lease runs, and those of them that say they have loaded everything the epoch names. */
export async function readinessOf(db: Connection, endpoint: string, epoch: number): Promise<Readiness> {
  const split = await db
    .selectFrom('splits')
    .select(['arms', 'shadow'])
    .where('endpoint', '=', endpoint)
    .where('epoch', '=', epoch)
    .executeTakeFirst();
  const needed = split === undefined ? [] : namedBy(split);
  const rows = await db
    .selectFrom('leases')
    .leftJoin('acknowledgements', (join) =>
      join
        .onRef('acknowledgements.process', '=', 'leases.process')
        .on('acknowledgements.endpoint', '=', endpoint)
        .on('acknowledgements.epoch', '=', epoch),
    )
    .select(['leases.process', 'acknowledgements.loaded'])
    .where('leases.lease_until', '>', sql<string>`clock_timestamp()`)
    .orderBy('leases.process')
    .execute();
  const acknowledged = rows.filter(
    ({ loaded }) => loaded !== null && needed.every((digest) => loaded.includes(digest)),
  );
  return { live: rows.map(({ process }) => process), acknowledged: acknowledged.map(({ process }) => process) };
}

/** What keeps an epoch from being committed, in words; `undefined` when nothing does. */
export function obstacleTo({ live, acknowledged }: Readiness): string | undefined {
  if (live.length === 0) return 'no serving process is alive';
  const waiting = live.filter((process) => !acknowledged.includes(process));
  return waiting.length === 0 ? undefined : `waiting for ${waiting.join(', ')}`;
}
