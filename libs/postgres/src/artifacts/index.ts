import { LaurelError } from '@laurel/contracts';
import type { ArtifactEntry, Artifacts, StoredArtifact } from '@laurel/ports';
import { sql, type Transaction } from 'kysely';
import { lockUntilCommit } from '../advisory-locks.js';
import type { Tables } from '../tables.js';
import { type Connection, transact } from '../transact.js';
import { ownerKey } from './owner-key.js';
import { uploadCalls } from './uploads.js';

/** Rows that one statement inserts. */
const rowsAtOnce = 1_000;

export function createArtifacts(db: Connection): Artifacts {
  return {
    put: (owner, artifact, actor) => transact(db, (trx) => put(trx, { owner: ownerKey(owner), artifact, actor })),
    find: async (owner, path) => {
      const row = await db
        .selectFrom('artifacts')
        .select(['path', 'digest', 'size'])
        .where('owner', '=', ownerKey(owner))
        .where('path', '=', path)
        .executeTakeFirst();
      return row;
    },
    entries: (owner, folder) => entries(db, ownerKey(owner), folder),
    tree: (owner, folder, limit) =>
      db
        .selectFrom('artifacts')
        .select(['path', 'digest', 'size'])
        .where('owner', '=', ownerKey(owner))
        .where(within(folder))
        .orderBy(sql`path collate "C"`)
        .limit(limit)
        .execute(),
    remove: async (owner, path) => {
      const gone = await db
        .deleteFrom('artifacts')
        .where('owner', '=', ownerKey(owner))
        .where((eb) => eb.or([eb('path', '=', path), within(path)]))
        .returning('path')
        .execute();
      return gone.length;
    },
    pin: (version, files, actor) => transact(db, (trx) => pin(trx, { version, files, actor })),
    ...uploadCalls(db),
  };
}

/** Rows below a folder; every row for the root. */
function within(folder: string) {
  return folder === '' ? sql<boolean>`true` : sql<boolean>`starts_with(path, ${`${folder}/`})`;
}

/** One writer per owner at a time: two of them must not make a path both a file and a folder. */
async function put(
  trx: Transaction<Tables>,
  put: { readonly owner: string; readonly artifact: StoredArtifact; readonly actor: string },
): Promise<void> {
  const { owner, artifact, actor } = put;
  const { path, digest, size } = artifact;
  await lockUntilCommit(trx, `artifacts/${owner}`);
  const parents = path.split('/').map((_, index, all) => all.slice(0, index).join('/'));
  const inWay = await trx
    .selectFrom('artifacts')
    .select('path')
    .where('owner', '=', owner)
    .where((eb) => eb.or([eb('path', 'in', parents), within(path)]))
    .limit(1)
    .executeTakeFirst();
  if (inWay !== undefined) {
    const what = inWay.path.startsWith(`${path}/`) ? 'a folder' : `below "${inWay.path}", which is a file`;
    throw new LaurelError('Conflict', `The path "${path}" is ${what}; choose another one.`);
  }
  await trx
    .insertInto('artifacts')
    .values({ owner, path, digest, size, stored_by: actor })
    .onConflict((conflict) =>
      conflict.columns(['owner', 'path']).doUpdateSet({ digest, size, stored_by: actor, stored_at: sql`now()` }),
    )
    .execute();
}

async function entries(db: Connection, owner: string, folder: string): Promise<readonly ArtifactEntry[] | undefined> {
  const skipped = folder === '' ? 0 : folder.length + 1;
  const { rows } = await sql<ArtifactEntry>`
    select name, bool_or(deep) as folder, case when bool_or(deep) then null else max(size) end as size
    from (select split_part(substr(path, ${skipped + 1}), '/', 1) as name,
        strpos(substr(path, ${skipped + 1}), '/') > 0 as deep, size
      from artifacts where owner = ${owner} and ${within(folder)}) as inside
    group by name order by name collate "C"`.execute(db);
  return rows.length === 0 && folder !== '' ? undefined : rows;
}

async function pin(
  trx: Transaction<Tables>,
  {
    version,
    files,
    actor,
  }: { readonly version: string; readonly files: readonly StoredArtifact[]; readonly actor: string },
): Promise<void> {
  const owner = ownerKey({ kind: 'version', id: version });
  for (let start = 0; start < files.length; start += rowsAtOnce) {
    const rows = files.slice(start, start + rowsAtOnce).map((file) => ({ owner, ...file, stored_by: actor }));
    await trx
      .insertInto('artifacts')
      .values(rows)
      .onConflict((conflict) => conflict.columns(['owner', 'path']).doNothing())
      .execute();
  }
}
