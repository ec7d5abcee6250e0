import type { RegisteredModel, RegisteredVersion, RegistryTag } from '@laurel/ports';
import { type Selectable, sql } from 'kysely';
import type { RegisteredModelsTable, RegisteredVersionsTable } from '../tables/model-registry.js';
import type { Connection } from '../transact.js';

type VersionRow = Selectable<RegisteredVersionsTable> & {
  readonly packaged: boolean;
  readonly managed: boolean;
  readonly tags: readonly RegistryTag[];
  readonly aliases: readonly string[];
};

type ModelRow = Selectable<RegisteredModelsTable> & {
  readonly tags: readonly RegistryTag[];
  readonly aliases: readonly { readonly alias: string; readonly version: number }[];
};

/** Versions with their tags and aliases, under the name `registered_versions`. */
export function selectVersions(db: Connection) {
  return db
    .selectFrom('registered_versions')
    .selectAll('registered_versions')
    .select([
      sql<boolean>`exists (select from model_versions m
        where m.project = registered_versions.name and m.version = registered_versions.version)`.as('packaged'),
      sql<boolean>`(select m.managed from registered_models m where m.name = registered_versions.name)`.as('managed'),
      sql<
        readonly RegistryTag[]
      >`coalesce((select json_agg(json_build_object('key', t.key, 'value', t.value) order by t.key)
        from registered_version_tags t
        where t.name = registered_versions.name and t.version = registered_versions.version), '[]')`.as('tags'),
      sql<readonly string[]>`array(select a.alias from registered_aliases a
        where a.name = registered_versions.name and a.version = registered_versions.version order by a.alias)`.as(
        'aliases',
      ),
    ]);
}

/** Models with their tags and aliases, under the name `registered_models`. */
export function selectModels(db: Connection) {
  return db
    .selectFrom('registered_models')
    .selectAll('registered_models')
    .select([
      sql<
        readonly RegistryTag[]
      >`coalesce((select json_agg(json_build_object('key', t.key, 'value', t.value) order by t.key)
        from registered_model_tags t where t.name = registered_models.name), '[]')`.as('tags'),
      sql<ModelRow['aliases']>`coalesce((select
        json_agg(json_build_object('alias', a.alias, 'version', a.version) order by a.alias)
        from registered_aliases a where a.name = registered_models.name), '[]')`.as('aliases'),
    ]);
}

export function toVersion(row: VersionRow): RegisteredVersion {
  return {
    name: row.name,
    version: row.version,
    id: row.id,
    source: row.source,
    runId: row.run_id,
    runLink: row.run_link,
    modelId: row.model_id,
    description: row.description,
    userId: row.user_id,
    status: row.status,
    statusMessage: row.status_message,
    semver: row.semver,
    digest: row.digest,
    stage: row.stage,
    packaged: row.packaged,
    managed: row.managed,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    tags: row.tags,
    aliases: row.aliases,
  };
}

/** The models of `rows` with the newest version of each stage, read in one query. */
export async function toModels(db: Connection, rows: readonly ModelRow[]): Promise<readonly RegisteredModel[]> {
  if (rows.length === 0) return [];
  const names = rows.map(({ name }) => name);
  const newest = await selectVersions(db)
    .where('registered_versions.name', 'in', names)
    .where((eb) =>
      eb(
        eb.refTuple('registered_versions.name', 'registered_versions.version'),
        'in',
        eb
          .selectFrom('registered_versions as other')
          .select(({ fn }) => ['other.name', fn.max('other.version').as('version')])
          .where('other.name', 'in', names)
          .groupBy(['other.name', 'other.stage'])
          .$asTuple('name', 'version'),
      ),
    )
    .orderBy('registered_versions.version')
    .execute();
  const latest = Map.groupBy(newest.map(toVersion), ({ name }) => name);
  return rows.map((row) => ({
    name: row.name,
    description: row.description,
    userId: row.user_id,
    managed: row.managed,
    stageRules: row.stage_rules,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    tags: row.tags,
    aliases: row.aliases,
    latest: latest.get(row.name) ?? [],
  }));
}
