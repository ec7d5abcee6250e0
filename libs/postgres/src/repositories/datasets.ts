import type { DatasetContent, DatasetVersion } from '@laurel/domain';
import type { Datasets } from '@laurel/ports';
import type { Selectable } from 'kysely';
import { lockUntilCommit } from '../advisory-locks.js';
import { toJson } from '../json-column.js';
import { readNewest } from '../pages.js';
import type { DatasetVersionsTable } from '../tables/projects-and-runs.js';
import { type Connection, transact } from '../transact.js';
import { appendEvent } from './events.js';

export function createDatasets(db: Connection): Datasets {
  return {
    add: (version) => addVersion(db, version),
    find: async (dataset, version) => {
      const row = await db
        .selectFrom('dataset_versions')
        .selectAll()
        .where('dataset', '=', dataset)
        .where('version', '=', version)
        .executeTakeFirst();
      return row && toVersion(row);
    },
    previousGood: async (dataset, digest) => {
      const row = await db
        .selectFrom('dataset_versions')
        .innerJoin('model_versions', (join) =>
          join
            .onRef('model_versions.dataset', '=', 'dataset_versions.dataset')
            .onRef('model_versions.dataset_version', '=', 'dataset_versions.version'),
        )
        .selectAll('dataset_versions')
        .where('dataset_versions.dataset', '=', dataset)
        .where('dataset_versions.digest', '!=', digest)
        .orderBy('dataset_versions.version', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row && toVersion(row);
    },
    latest: async (dataset) => {
      const row = await db
        .selectFrom('dataset_versions')
        .selectAll()
        .where('dataset', '=', dataset)
        .orderBy('version', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row && toVersion(row);
    },
    list: (page) => readNewest(db, 'dataset_versions', { page, item: toVersion }),
  };
}

function addVersion(db: Connection, version: Parameters<Datasets['add']>[0]): Promise<DatasetVersion> {
  return transact(db, async (trx) => {
    await lockUntilCommit(trx, `dataset/${version.dataset}`);
    const ofDataset = trx.selectFrom('dataset_versions').where('dataset', '=', version.dataset);
    const known = await ofDataset.selectAll().where('digest', '=', version.digest).executeTakeFirst();
    if (known !== undefined) return toVersion(await withContent(trx, known, version.content ?? null));
    const { last } = await ofDataset
      .select(({ fn }) => fn.max<number | null>('version').as('last'))
      .executeTakeFirstOrThrow();
    const row = await trx
      .insertInto('dataset_versions')
      .values({
        dataset: version.dataset,
        version: (last ?? 0) + 1,
        digest: version.digest,
        rows: version.rows,
        source: version.source,
        schema: toJson(version.schema),
        statistics: toJson(version.statistics),
        table_digest: version.table,
        ...contentColumns(version.content ?? null),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await appendEvent(trx, {
      type: 'dataset.added',
      subject: row.dataset,
      detail: { version: row.version, rows: row.rows, digest: row.digest },
    });
    return toVersion(row);
  });
}

/** A version of an earlier release learns what its file was when the same bytes come again. */
async function withContent(
  trx: Connection,
  known: Selectable<DatasetVersionsTable>,
  content: DatasetContent | null,
): Promise<Selectable<DatasetVersionsTable>> {
  if (known.md5 !== null || content === null) return known;
  return trx
    .updateTable('dataset_versions')
    .set(contentColumns(content))
    .where('dataset', '=', known.dataset)
    .where('version', '=', known.version)
    .returningAll()
    .executeTakeFirstOrThrow();
}

function contentColumns(content: DatasetContent | null) {
  return { format: content?.format ?? null, size: content?.size ?? null, md5: content?.md5 ?? null };
}

function contentOf({ format, size, md5 }: Selectable<DatasetVersionsTable>): DatasetContent | null {
  return format === null || size === null || md5 === null ? null : { format, size, md5 };
}

function toVersion(row: Selectable<DatasetVersionsTable>): DatasetVersion {
  return {
    dataset: row.dataset,
    version: row.version,
    digest: row.digest,
    rows: row.rows,
    source: row.source,
    content: contentOf(row),
    schema: row.schema,
    statistics: row.statistics,
    table: row.table_digest,
    createdAt: row.created_at,
  };
}
