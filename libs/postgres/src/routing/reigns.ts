import type { VersionRef } from '@laurel/domain';
import { type Selectable, sql, type Transaction } from 'kysely';
import type { ChampionsTable } from '../tables/routing.js';
import type { Tables } from '../tables.js';
import type { Connection } from '../transact.js';

export type Reign = Selectable<ChampionsTable>;

/** The open reign: the champion of now. */
export function currentReign(db: Connection, endpoint: string): Promise<Reign | undefined> {
  return db
    .selectFrom('champions')
    .selectAll()
    .where('endpoint', '=', endpoint)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
}

export function reignOf(db: Connection, endpoint: string, incarnation: number): Promise<Reign | undefined> {
  return db
    .selectFrom('champions')
    .selectAll()
    .where('endpoint', '=', endpoint)
    .where('incarnation', '=', incarnation)
    .executeTakeFirst();
}

/**
 * The reign that a rollback of `current` brings back. A reign that was itself brought back counts as the one it
 * restored, so that a second rollback goes further into the past and not forth again to what was rejected.
 */
export function reignBefore(db: Connection, current: Reign): Promise<Reign | undefined> {
  return db
    .selectFrom('champions')
    .selectAll()
    .where('endpoint', '=', current.endpoint)
    .where('reign', '<', current.restores ?? current.reign)
    .orderBy('reign', 'desc')
    .limit(1)
    .executeTakeFirst();
}

export interface Succession {
  readonly endpoint: string;
  readonly project: string;
  readonly version: VersionRef;
  readonly incarnation: number;
  readonly evidenceId: string;
  readonly restores: number | null;
}

/** Ends the open reign and begins the next, in one transaction with the endpoint locked. */
export async function succeed(trx: Transaction<Tables>, next: Succession): Promise<void> {
  await trx
    .updateTable('champions')
    .set({ ended_at: sql<string>`now()` })
    .where('endpoint', '=', next.endpoint)
    .where('ended_at', 'is', null)
    .execute();
  await trx
    .insertInto('champions')
    .values({
      endpoint: next.endpoint,
      project: next.project,
      version: next.version.version,
      digest: next.version.digest,
      semver: next.version.semver,
      incarnation: next.incarnation,
      evidence_id: next.evidenceId,
      restores: next.restores,
    })
    .execute();
}
