import type { Transaction } from 'kysely';
import type { Tables } from '../tables.js';

/**
 * Everybody who had a hand in what a rollout would make champion, and so does not approve it: who asked for the rollout,
 * who asked for the training or the sweep behind the version, and who applied the project whose plan it follows.
 */
export async function authorsOf(
  trx: Transaction<Tables>,
  of: { readonly project: string; readonly version: number; readonly requestedBy: string | undefined },
): Promise<readonly string[]> {
  const project = await trx
    .selectFrom('projects')
    .select('applied_by')
    .where('name', '=', of.project)
    .executeTakeFirst();
  const runs = await runsBehind(trx, of);
  const triggers =
    runs.length === 0 ? [] : await trx.selectFrom('triggers').select('request').where('run_id', 'in', runs).execute();
  const sweeps =
    runs.length === 0
      ? []
      : await trx.selectFrom('sweeps').select('requested_by').where('run_id', 'in', runs).execute();
  const names = [
    of.requestedBy,
    project?.applied_by,
    ...triggers.map(({ request }) => request?.requestedBy),
    ...sweeps.map(({ requested_by: by }) => by),
  ];
  return [...new Set(names.filter((name) => name !== undefined))].toSorted();
}

async function runsBehind(
  trx: Transaction<Tables>,
  { project, version }: { readonly project: string; readonly version: number },
): Promise<string[]> {
  const row = await trx
    .selectFrom('model_versions')
    .leftJoin('runs', 'runs.run_id', 'model_versions.run_id')
    .select(['model_versions.run_id', 'runs.parent_run_id'])
    .where('model_versions.project', '=', project)
    .where('model_versions.version', '=', version)
    .executeTakeFirst();
  return [row?.run_id, row?.parent_run_id].filter((id) => typeof id === 'string');
}
