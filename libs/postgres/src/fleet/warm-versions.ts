import { LaurelError } from '@laurel/contracts';
import type { VersionRef } from '@laurel/domain';
import type { Fleet, VersionWish } from '@laurel/ports';
import type { Transaction } from 'kysely';
import { appendAudit } from '../repositories/audit.js';
import { toVersionRef } from '../repositories/model-version-rows.js';
import type { Tables } from '../tables.js';
import { type Connection, transact } from '../transact.js';

/** Versions that somebody asked to keep loaded, with the endpoint they may be asked under. */
export async function wantedWarm(db: Connection): Promise<Awaited<ReturnType<Fleet['desired']>>['keepWarm']> {
  const rows = await db.selectFrom('warm_versions').selectAll().orderBy('endpoint').orderBy('version').execute();
  return rows.map((row) => ({ ...toVersionRef(row), endpoint: row.endpoint }));
}

/** Writes the wish and who had it. The same wish again changes nothing. */
export function keepLoaded(db: Connection, wish: VersionWish): Promise<VersionRef> {
  return transact(db, async (trx) => {
    const version = await versionOf(trx, wish);
    const { endpoint, by } = wish;
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('warm_versions')
      .values({ endpoint, ...version, asked_by: by })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 1n) await audit(trx, 'version.keptLoaded', wish, version);
    return version;
  });
}

/** Takes the wish back. What a split names stays loaded all the same. */
export function letGo(db: Connection, wish: VersionWish): Promise<void> {
  return transact(db, async (trx) => {
    const version = await versionOf(trx, wish);
    const { numDeletedRows } = await trx
      .deleteFrom('warm_versions')
      .where('endpoint', '=', wish.endpoint)
      .where('version', '=', version.version)
      .executeTakeFirst();
    if (numDeletedRows > 0n) await audit(trx, 'version.letGo', wish, version);
  });
}

/** The version of the endpoint's project by number or SemVer. Errors: `NotFound`. */
async function versionOf(db: Connection, { endpoint, version }: VersionWish): Promise<VersionRef> {
  const number = /^[1-9]\d{0,8}$/.test(version) ? Number(version) : null;
  const rows = await db
    .selectFrom('model_versions')
    .innerJoin('endpoints', 'endpoints.project', 'model_versions.project')
    .select(['model_versions.version', 'model_versions.digest', 'model_versions.semver'])
    .where('endpoints.endpoint', '=', endpoint)
    .where((eb) => (number === null ? eb('semver', '=', version) : eb('version', '=', number)))
    .orderBy('version', 'desc')
    .limit(1)
    .execute();
  const [row] = rows;
  if (row !== undefined) return toVersionRef(row);
  throw new LaurelError('NotFound', `The endpoint ${endpoint} has no version ${version}; see laurel get versions.`);
}

async function audit(
  trx: Transaction<Tables>,
  action: 'version.keptLoaded' | 'version.letGo',
  { endpoint, by }: VersionWish,
  version: VersionRef,
): Promise<void> {
  await appendAudit(trx, { actor: by, action, subject: endpoint, detail: { version } });
}
