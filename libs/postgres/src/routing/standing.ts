import type { Alias, Stage } from '@laurel/domain';
import type { Transaction } from 'kysely';
import type { Tables } from '../tables.js';

/** Points an alias of a project at a version, or takes it away. */
export async function setAlias(
  trx: Transaction<Tables>,
  { project, alias, version }: { readonly project: string; readonly alias: Alias; readonly version: number | null },
): Promise<void> {
  if (version === null) {
    await trx.deleteFrom('aliases').where('project', '=', project).where('alias', '=', alias).execute();
    return;
  }
  await trx
    .insertInto('aliases')
    .values({ project, alias, version })
    .onConflict((conflict) => conflict.columns(['project', 'alias']).doUpdateSet({ version }))
    .execute();
}

export async function aliasOf(trx: Transaction<Tables>, project: string, alias: Alias): Promise<number | null> {
  const row = await trx
    .selectFrom('aliases')
    .select('version')
    .where('project', '=', project)
    .where('alias', '=', alias)
    .executeTakeFirst();
  return row?.version ?? null;
}

export async function setStage(
  trx: Transaction<Tables>,
  { project, version, stage }: { readonly project: string; readonly version: number; readonly stage: Stage },
): Promise<void> {
  await trx
    .updateTable('model_versions')
    .set({ stage })
    .where('project', '=', project)
    .where('version', '=', version)
    .execute();
}
