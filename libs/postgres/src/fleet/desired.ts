import type { Fleet } from '@laurel/ports';
import { sql } from 'kysely';
import { toVersionRef } from '../repositories/model-version-rows.js';
import { toSplit } from '../routing/split-rows.js';
import type { Connection } from '../transact.js';
import { wantedWarm } from './warm-versions.js';

/** What every process should hold, read in one statement each; polled several times a second. */
export async function desiredState(db: Connection): ReturnType<Fleet['desired']> {
  const rows = await db
    .selectFrom('splits')
    .selectAll()
    .where('state', 'in', ['committed', 'prepared'])
    .orderBy('endpoint')
    .execute();
  const previous = await rollbackTargets(db);
  return {
    committed: rows.filter(({ state }) => state === 'committed').map(toSplit),
    prepared: rows.filter(({ state }) => state === 'prepared').map(toSplit),
    keepWarm: [...previous, ...(await wantedWarm(db))],
    previous,
  };
}

/** For each endpoint, the version that `rollBackChampion` would crown; the same rule as `reignBefore`. */
async function rollbackTargets(db: Connection) {
  const rows = await db
    .selectFrom('champions as present')
    .innerJoinLateral(
      (eb) =>
        eb
          .selectFrom('champions as past')
          .select(['past.version', 'past.digest', 'past.semver'])
          .whereRef('past.endpoint', '=', 'present.endpoint')
          .where('past.reign', '<', sql<number>`coalesce(present.restores, present.reign)`)
          .orderBy('past.reign', 'desc')
          .limit(1)
          .as('target'),
      (join) => join.onTrue(),
    )
    .select(['present.endpoint', 'target.version', 'target.digest', 'target.semver'])
    .where('present.ended_at', 'is', null)
    .orderBy('present.endpoint')
    .execute();
  return rows.map((row) => ({ ...toVersionRef(row), endpoint: row.endpoint }));
}
