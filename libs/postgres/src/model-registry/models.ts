import { LaurelError } from '@laurel/contracts';
import type { ModelRegistry, RegisteredModel } from '@laurel/ports';
import { sql, type Transaction } from 'kysely';
import { toJson } from '../json-column.js';
import { appendAudit } from '../repositories/audit.js';
import { appendEvent } from '../repositories/events.js';
import type { Tables } from '../tables.js';
import { type Connection, transact } from '../transact.js';
import { selectModels, toModels } from './rows.js';

type ModelCalls = Pick<
  ModelRegistry,
  | 'createModel'
  | 'findModel'
  | 'describeModel'
  | 'renameModel'
  | 'deleteModel'
  | 'setModelTag'
  | 'deleteModelTag'
  | 'setStageRules'
>;

/** Registered models, without their versions. */
export function modelCalls(db: Connection): ModelCalls {
  return {
    createModel: (model) => transact(db, (trx) => createModel(trx, model)),
    findModel: (name) => findModel(db, name),
    describeModel: (name, description) =>
      transact(db, async (trx) => {
        const changed = await touched(trx, name, { description });
        return changed ?? (await demandModel(trx, name));
      }),
    renameModel: (rename) => transact(db, (trx) => renameModel(trx, rename)),
    deleteModel: (name, actor) => transact(db, (trx) => deleteModel(trx, name, actor)),
    setModelTag: async (name, { key, value }) => {
      await demandModel(db, name);
      await db
        .insertInto('registered_model_tags')
        .values({ name, key, value })
        .onConflict((conflict) => conflict.columns(['name', 'key']).doUpdateSet({ value }))
        .execute();
    },
    deleteModelTag: async (name, key) => {
      await demandModel(db, name);
      await db.deleteFrom('registered_model_tags').where('name', '=', name).where('key', '=', key).execute();
    },
    setStageRules: ({ name, rules, actor }) =>
      transact(db, async (trx) => {
        await trx
          .updateTable('registered_models')
          .set({ stage_rules: rules === null ? null : toJson(rules) })
          .where('name', '=', name)
          .execute();
        await demandModel(trx, name);
        await appendAudit(trx, { actor, action: 'model.stagesSet', subject: name, detail: { rules } });
      }),
  };
}

export function noSuchModel(name: string): LaurelError {
  return new LaurelError('NotFound', `Registered Model with name=${name} not found`);
}

async function findModel(db: Connection, name: string): Promise<RegisteredModel | undefined> {
  const rows = await selectModels(db).where('registered_models.name', '=', name).execute();
  return (await toModels(db, rows))[0];
}

async function demandModel(db: Connection, name: string): Promise<RegisteredModel> {
  const model = await findModel(db, name);
  if (model === undefined) throw noSuchModel(name);
  return model;
}

async function touched(trx: Transaction<Tables>, name: string, change: { readonly description: string | null }) {
  await trx
    .updateTable('registered_models')
    .set({ ...change, updated_at: sql`now()` })
    .where('name', '=', name)
    .execute();
  return findModel(trx, name);
}

async function createModel(
  trx: Transaction<Tables>,
  { name, description, tags, actor }: Parameters<ModelRegistry['createModel']>[0],
): Promise<RegisteredModel> {
  const made = await trx
    .insertInto('registered_models')
    .values({ name, description, user_id: actor })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('name')
    .executeTakeFirst();
  if (made === undefined) {
    throw new LaurelError('AlreadyExists', `Registered Model (name=${name}) already exists.`);
  }
  const given = new Map(tags.map(({ key, value }) => [key, value]));
  if (given.size > 0) {
    const rows = [...given].map(([key, value]) => ({ name, key, value }));
    await trx.insertInto('registered_model_tags').values(rows).execute();
  }
  await recordModel(trx, { actor, action: 'model.created', name, detail: {} });
  return demandModel(trx, name);
}

async function renameModel(
  trx: Transaction<Tables>,
  { name, newName, actor }: Parameters<ModelRegistry['renameModel']>[0],
): Promise<RegisteredModel> {
  await demandUnmanaged(trx, name, 'renamed');
  const taken = await trx.selectFrom('registered_models').select('name').where('name', '=', newName).executeTakeFirst();
  if (taken !== undefined && newName !== name) {
    throw new LaurelError('AlreadyExists', `Registered Model (name=${newName}) already exists.`);
  }
  await trx
    .updateTable('registered_models')
    .set({ name: newName, updated_at: sql`now()` })
    .where('name', '=', name)
    .execute();
  await trx.updateTable('registered_versions').set({ updated_at: sql`now()` }).where('name', '=', newName).execute();
  await recordModel(trx, { actor, action: 'model.renamed', name: newName, detail: { from: name } });
  return demandModel(trx, newName);
}

async function deleteModel(trx: Transaction<Tables>, name: string, actor: string): Promise<void> {
  await demandUnmanaged(trx, name, 'deleted');
  await trx.deleteFrom('registered_models').where('name', '=', name).execute();
  await recordModel(trx, { actor, action: 'model.deleted', name, detail: {} });
}

async function demandUnmanaged(trx: Transaction<Tables>, name: string, done: string): Promise<void> {
  const model = await trx
    .selectFrom('registered_models')
    .select('managed')
    .where('name', '=', name)
    .forUpdate()
    .executeTakeFirst();
  if (model === undefined) throw noSuchModel(name);
  if (!model.managed) return;
  throw new LaurelError(
    'Forbidden',
    `"${name}" is a Laurel project, which is not ${done} in the registry; make a new one.`,
  );
}

async function recordModel(
  trx: Transaction<Tables>,
  { actor, action, name, detail }: { actor: string; action: string; name: string; detail: object },
): Promise<void> {
  await appendAudit(trx, { actor, action, subject: name, detail });
  await appendEvent(trx, { type: action, subject: name, detail });
}
