import type { Kysely, Transaction } from 'kysely';
import { isCollision } from './failures.js';
import type { Tables } from './tables.js';

/** Where queries go: the pool, or an open transaction. */
export type Connection = Kysely<Tables>;

const attempts = 5;

/** Runs `work` in one transaction; starts over when Postgres gave it up because of another one (deadlock). */
export async function transact<T>(db: Connection, work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (attempt === attempts || !isCollision(error)) throw error;
    }
  }
}
