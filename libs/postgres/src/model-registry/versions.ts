import { randomBytes } from 'node:crypto';
import { LaurelError } from '@laurel/contracts';
import type { ModelRegistry, NumberedVersion, RegisteredVersion, RegistryTag } from '@laurel/ports';
import { sql, type Transaction } from 'kysely';
import { toJson } from '../json-column.js';
import { appendAudit } from '../repositories/audit.js';
import { appendEvent } from '../repositories/events.js';
import type { Tables } from '../tables.js';
import { type Connection, transact } from '../transact.js';
import { noSuchModel } from './models.js';
import { selectVersions, toVersion } from './rows.js';

type Key = { readonly name: string; readonly version: number };

type VersionCalls = Pick<
  ModelRegistry,
  | 'createVersion'
  | 'findVersion'
  | 'findVersionByAlias'
  | 'versions'
  | 'describeVersion'
  | 'setVersionTag'
  | 'deleteVersionTag'
  | 'deleteVersion'
  | 'concludeVersion'
  | 'listPending'
>;

/** Registered versions, without what points at them. */
export function versionCalls(db: Connection): VersionCalls {
  return {
    createVersion: (version) => transact(db, (trx) => createVersion(trx, version)),
    findVersion: (key) => findVersion(db, key),
    findVersionByAlias: async (name, alias) => {
      const row = await selectVersions(db)
        .innerJoin('registered_aliases as chosen', (join) =>
          join
            .onRef('chosen.name', '=', 'registered_versions.name')
            .onRef('chosen.version', '=', 'registered_versions.version'),
        )
        .where('chosen.name', '=', name)
        .where('chosen.alias', '=', alias)
        .executeTakeFirst();
      return row && toVersion(row);
    },
    versions: async (name) => {
      const rows = await selectVersions(db)
        .where('registered_versions.name', '=', name)
        .orderBy('registered_versions.version', 'desc')
        .execute();
      return rows.map(toVersion);
    },
    describeVersion: async (key, description) => {
      await db
        .updateTable('registered_versions')
        .set({ description, updated_at: sql`now()` })
        .where('name', '=', key.name)
        .where('version', '=', key.version)
        .execute();
      return demandVersion(db, key);
    },
    setVersionTag: async (key, tag) => {
      await demandVersion(db, key);
      await putTag(db, key, tag);
    },
    deleteVersionTag: async ({ name, version }, tag) => {
      await demandVersion(db, { name, version });
      await db
        .deleteFrom('registered_version_tags')
        .where('name', '=', name)
        .where('version', '=', version)
        .where('key', '=', tag)
        .execute();
    },
    deleteVersion: (key, actor) => transact(db, (trx) => deleteVersion(trx, key, actor)),
    concludeVersion: (key, conclude) => transact(db, (trx) => concludeVersion(trx, key, conclude)),
    listPending: (milliseconds) =>
      db
        .selectFrom('registered_versions')
        .select(['name', 'version'])
        .where('status', '=', 'pending')
        .where('created_at', '<', sql<string>`now() - ${milliseconds} * interval '1 millisecond'`)
        .orderBy('created_at')
        .limit(1_000)
        .execute(),
  };
}

async function findVersion(db: Connection, { name, version }: Key): Promise<RegisteredVersion | undefined> {
  const row = await selectVersions(db)
    .where('registered_versions.name', '=', name)
    .where('registered_versions.version', '=', version)
    .executeTakeFirst();
  return row && toVersion(row);
}

/** Error: `NotFound`. */
export async function demandVersion(db: Connection, key: Key): Promise<RegisteredVersion> {
  const found = await findVersion(db, key);
  if (found !== undefined) return found;
  throw noSuchVersion(key);
}

export function noSuchVersion({ name, version }: Key): LaurelError {
  return new LaurelError('NotFound', `Model Version (name=${name}, version=${version}) not found`);
}

/** Takes the next number of a model; the row stays locked until the commit. `undefined` when there is no such model. */
async function nextNumber(trx: Transaction<Tables>, name: string): Promise<number | undefined> {
  const row = await trx
    .updateTable('registered_models')
    .set({ last_version: sql<number>`last_version + 1`, updated_at: sql`now()` })
    .where('name', '=', name)
    .returning('last_version')
    .executeTakeFirst();
  return row?.last_version;
}

async function createVersion(
  trx: Transaction<Tables>,
  { tags, actor, ...given }: Parameters<ModelRegistry['createVersion']>[0],
): Promise<RegisteredVersion> {
  const { name } = given;
  const version = await nextNumber(trx, name);
  if (version === undefined) throw noSuchModel(name);
  await trx
    .insertInto('registered_versions')
    .values({
      name,
      version,
      id: randomBytes(16).toString('hex'),
      source: given.source,
      run_id: given.runId,
      run_link: given.runLink,
      model_id: given.modelId,
      description: given.description,
      user_id: actor,
    })
    .execute();
  const own = new Map(tags.map(({ key, value }) => [key, value]));
  if (own.size > 0) {
    const rows = [...own].map(([key, value]) => ({ name, version, key, value }));
    await trx.insertInto('registered_version_tags').values(rows).execute();
  }
  const detail = { source: given.source, runId: given.runId, modelId: given.modelId };
  await record(trx, { actor, action: 'version.created', key: { name, version }, detail });
  return demandVersion(trx, { name, version });
}

async function deleteVersion(trx: Transaction<Tables>, key: Key, actor: string): Promise<void> {
  const version = await demandVersion(trx, key);
  if (version.packaged) {
    const message = `Version ${key.version} of "${key.name}" is a packaged version of a Laurel project and stays; archive it instead.`;
    throw new LaurelError('Forbidden', message);
  }
  await trx.deleteFrom('registered_versions').where('name', '=', key.name).where('version', '=', key.version).execute();
  await trx.updateTable('registered_models').set({ updated_at: sql`now()` }).where('name', '=', key.name).execute();
  await record(trx, { actor, action: 'version.deleted', key, detail: { digest: version.digest } });
}

async function concludeVersion(
  trx: Transaction<Tables>,
  key: Key,
  conclude: Parameters<ModelRegistry['concludeVersion']>[1],
): Promise<RegisteredVersion> {
  const { name } = key;
  // Numbers of versions follow each other, so ends of one model are decided one after the other.
  await trx.selectFrom('registered_models').select('name').where('name', '=', name).forUpdate().executeTakeFirst();
  const version = await demandVersion(trx, key);
  if (version.status !== 'pending') return version;
  const end = conclude(await previousOf(trx, key));
  const ready = end.status === 'ready';
  await trx
    .updateTable('registered_versions')
    .set({
      status: end.status,
      status_message: end.message,
      updated_at: sql`now()`,
      ...(ready
        ? { semver: end.semver, digest: end.digest, flavor: end.flavor, signature: toJson(end.signature) }
        : {}),
    })
    .where('name', '=', name)
    .where('version', '=', key.version)
    .execute();
  // Clients of MLflow see the number, and search by it, as a tag.
  if (ready) await putTag(trx, key, { key: 'laurel.semver', value: end.semver });
  const detail = ready ? { semver: end.semver, digest: end.digest, flavor: end.flavor } : { message: end.message };
  await record(trx, { actor: 'laurel', action: ready ? 'version.ready' : 'version.refused', key, detail });
  return demandVersion(trx, key);
}

async function putTag(db: Connection, { name, version }: Key, { key, value }: RegistryTag): Promise<void> {
  await db
    .insertInto('registered_version_tags')
    .values({ name, version, key, value })
    .onConflict((conflict) => conflict.columns(['name', 'version', 'key']).doUpdateSet({ value }))
    .execute();
}

/** The newest ready version that has a number of its own. */
async function previousOf(trx: Transaction<Tables>, { name, version }: Key): Promise<NumberedVersion | undefined> {
  const row = await trx
    .selectFrom('registered_versions')
    .select(['version', 'semver', 'flavor', 'signature'])
    .where('name', '=', name)
    .where('version', '!=', version)
    .where('status', '=', 'ready')
    .where('semver', 'is not', null)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row?.semver === undefined || row.semver === null) return undefined;
  return { version: row.version, semver: row.semver, flavor: row.flavor ?? '', signature: row.signature };
}

/** Audit first, then the event, as everywhere. */
export async function record(
  trx: Transaction<Tables>,
  entry: { readonly actor: string; readonly action: string; readonly key: Key; readonly detail: object },
): Promise<void> {
  const { actor, action, key, detail } = entry;
  const subject = `${key.name}/${key.version}`;
  await appendAudit(trx, { actor, action, subject, detail });
  await appendEvent(trx, { type: action, subject, detail });
}
