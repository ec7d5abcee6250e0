import { LaurelError } from '@laurel/contracts';
import type { ModelRegistry, RegisteredVersion } from '@laurel/ports';
import { sql, type Transaction } from 'kysely';
import type { Tables } from '../tables.js';
import { type Connection, transact } from '../transact.js';
import { noSuchModel } from './models.js';
import { demandVersion, noSuchVersion, record } from './versions.js';

type PlacingCalls = Pick<ModelRegistry, 'moveStage' | 'setAlias' | 'deleteAlias'>;

/** What points at versions: stages and aliases. */
export function placingCalls(db: Connection): PlacingCalls {
  return {
    moveStage: (key, move) => transact(db, (trx) => moveStage(trx, key, move)),
    setAlias: (key, alias, actor) =>
      transact(db, async (trx) => {
        const set = await trx
          .insertInto('registered_aliases')
          .columns(['name', 'version', 'alias'])
          .expression((eb) =>
            eb
              .selectFrom('registered_versions')
              .select(['name', 'version', eb.val(alias).as('alias')])
              .where('name', '=', key.name)
              .where('version', '=', key.version),
          )
          .onConflict((conflict) => conflict.columns(['name', 'alias']).doUpdateSet({ version: key.version }))
          .returning('version')
          .executeTakeFirst();
        if (set === undefined) throw noSuchVersion(key);
        await record(trx, { actor, action: 'alias.set', key, detail: { alias } });
      }),
    deleteAlias: (name, alias, actor) =>
      transact(db, async (trx) => {
        const model = await trx
          .selectFrom('registered_models')
          .select('name')
          .where('name', '=', name)
          .executeTakeFirst();
        if (model === undefined) throw noSuchModel(name);
        const gone = await trx
          .deleteFrom('registered_aliases')
          .where('name', '=', name)
          .where('alias', '=', alias)
          .returning('version')
          .executeTakeFirst();
        if (gone === undefined) return;
        await record(trx, { actor, action: 'alias.deleted', key: { name, version: gone.version }, detail: { alias } });
      }),
  };
}

async function moveStage(
  trx: Transaction<Tables>,
  key: { readonly name: string; readonly version: number },
  { from, to, archiveOthers, actor }: Parameters<ModelRegistry['moveStage']>[1],
): Promise<RegisteredVersion> {
  const { name } = key;
  await trx.updateTable('registered_models').set({ updated_at: sql`now()` }).where('name', '=', name).execute();
  const version = await demandVersion(trx, key);
  if (version.stage !== from) {
    throw new LaurelError(
      'Conflict',
      `Version ${key.version} of "${name}" has left stage ${from} meanwhile; look again.`,
    );
  }
  if (archiveOthers !== null) await archive(trx, key, { from: to, to: archiveOthers, actor });
  await place(trx, version, to);
  await record(trx, { actor, action: 'stage.moved', key, detail: { from, to } });
  return demandVersion(trx, key);
}

/** The stage of a packaged version is Laurel's own column, which is mirrored; of any other it is the registry's. */
async function place(
  trx: Transaction<Tables>,
  { name, version, packaged }: Pick<RegisteredVersion, 'name' | 'version' | 'packaged'>,
  stage: string,
): Promise<void> {
  if (packaged) {
    const update = sql`update model_versions set stage = ${stage} where project = ${name} and version = ${version}`;
    await update.execute(trx);
    return;
  }
  await trx
    .updateTable('registered_versions')
    .set({ stage, updated_at: sql`now()` })
    .where('name', '=', name)
    .where('version', '=', version)
    .execute();
}

async function archive(
  trx: Transaction<Tables>,
  { name, version }: { readonly name: string; readonly version: number },
  { from, to, actor }: { readonly from: string; readonly to: string; readonly actor: string },
): Promise<void> {
  const moved = await trx
    .updateTable('registered_versions')
    .set({ stage: to, updated_at: sql`now()` })
    .where('name', '=', name)
    .where('version', '!=', version)
    .where('stage', '=', from)
    .returning('version')
    .execute();
  for (const other of moved) {
    await record(trx, { actor, action: 'stage.moved', key: { name, version: other.version }, detail: { from, to } });
  }
}
