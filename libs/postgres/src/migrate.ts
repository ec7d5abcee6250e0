import { LaurelError } from '@laurel/contracts';
import { Kysely, PostgresDialect } from 'kysely';
import { type MigrationResultSet, Migrator } from 'kysely/migration';
import { withAdvisoryLock } from './advisory-locks.js';
import type { Database } from './connect.js';
import { translate } from './failures.js';
import { migrations } from './migrations/index.js';
import type { Tables } from './tables.js';

/**
 * Brings the schema to this version; returns the names of the migrations it applied. Any number of processes may call
 * it at once: one works, the others wait and find nothing to do. Errors: `Conflict` when the database was migrated by a
 * newer Laurel.
 */
export async function migrate(database: Database): Promise<readonly string[]> {
  return withAdvisoryLock(database, 'migrate', async () => {
    const kysely = await aloneWithoutLimits(database);
    try {
      const provider = { getMigrations: () => Promise.resolve({ ...migrations }) };
      return applied(await new Migrator({ db: kysely, provider }).migrateToLatest());
    } finally {
      await kysely.destroy();
    }
  });
}

/** Kysely over one connection: a long index build must not meet the pool's statement limit. */
async function aloneWithoutLimits(database: Database): Promise<Kysely<Tables>> {
  const client = await database.connectAlone();
  const leased = Object.assign(client, { release: () => undefined });
  const pool = { options: {}, connect: () => Promise.resolve(leased), end: () => client.end() };
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

function applied({ error, results }: MigrationResultSet): readonly string[] {
  if (error instanceof Error && error.message.startsWith('corrupted migrations')) {
    throw new LaurelError(
      'Conflict',
      'The database was migrated by another version of Laurel; run that version or a newer one.',
      { cause: error },
    );
  }
  if (error !== undefined) throw translate(error);
  return (results ?? []).filter(({ status }) => status === 'Success').map(({ migrationName }) => migrationName);
}
