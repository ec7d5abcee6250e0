import type { ModelVersion } from '@laurel/domain';
import type { PlacedVersion, Registry } from '@laurel/ports';
import { type Selectable, sql } from 'kysely';
import { readPage } from '../pages.js';
import type { ModelVersionsTable } from '../tables/registry.js';
import { type Connection, transact } from '../transact.js';
import { toModelVersion } from './model-version-rows.js';
import { registerVersion } from './register-version.js';

export function createRegistry(db: Connection): Registry {
  return {
    register: (version, context) => transact(db, (trx) => registerVersion(trx, version, context)),
    find: async (project, version) => {
      const row = await placedVersions(db)
        .where('project', '=', project)
        .where('version', '=', version)
        .executeTakeFirst();
      return row && toPlacedVersion(row);
    },
    findByDigest: async (digest) => {
      const row = await db
        .selectFrom('model_versions')
        .selectAll()
        .where('digest', '=', digest)
        .orderBy('created_at', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row && toModelVersion(row);
    },
    list: (project, page) => listVersions(db, project, page),
    models: () =>
      db
        .selectFrom('model_versions')
        .leftJoin('aliases', (join) =>
          join.onRef('aliases.project', '=', 'model_versions.project').on('aliases.alias', '=', 'champion'),
        )
        .select(['model_versions.project', 'aliases.version as champion'])
        .select(({ fn }) => fn.countAll<number>().as('versions'))
        .groupBy(['model_versions.project', 'aliases.version'])
        .orderBy('model_versions.project')
        .execute(),
    champion: (endpoint) => championOf(db, endpoint),
  };
}

async function championOf(db: Connection, endpoint: string): Promise<ModelVersion | undefined> {
  const row = await db
    .selectFrom('champions')
    .innerJoin('model_versions', (join) =>
      join
        .onRef('model_versions.project', '=', 'champions.project')
        .onRef('model_versions.version', '=', 'champions.version'),
    )
    .selectAll('model_versions')
    .where('champions.endpoint', '=', endpoint)
    .where('champions.ended_at', 'is', null)
    .executeTakeFirst();
  return row && toModelVersion(row);
}

const placedVersions = (db: Connection) =>
  db
    .selectFrom('model_versions')
    .selectAll()
    .select(
      sql<string[]>`array(select alias from aliases where aliases.project = model_versions.project
        and aliases.version = model_versions.version order by alias)`.as('aliases'),
    );

function toPlacedVersion(row: Selectable<ModelVersionsTable> & { readonly aliases: readonly string[] }): PlacedVersion {
  return { ...toModelVersion(row), stage: row.stage, aliases: row.aliases };
}

const listVersions = (db: Connection, project: string, page: Parameters<Registry['list']>[1]) =>
  readPage(page, {
    read: ({ before, limit }) =>
      placedVersions(db)
        .where('project', '=', project)
        .where('version', '<', Math.min(before, largestVersion))
        .orderBy('version', 'desc')
        .limit(limit)
        .execute(),
    key: (row) => row.version,
    item: toPlacedVersion,
  });

/** Largest value of the column's type. */
const largestVersion = 2_147_483_647;
