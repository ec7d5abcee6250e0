import { LaurelError } from '@laurel/contracts';
import type { OpenAnalysis } from '@laurel/domain';
import type { Selectable, Transaction } from 'kysely';
import { toJson } from '../json-column.js';
import type { OpenAnalysesTable } from '../tables/routing.js';
import type { Tables } from '../tables.js';
import type { Connection } from '../transact.js';

/** Opens the analysis of a stage; the one of an earlier stage is replaced. Errors: `NotFound`, `StaleFence` (ended). */
export async function openAnalysis(trx: Transaction<Tables>, analysis: OpenAnalysis): Promise<void> {
  const rollout = await trx
    .selectFrom('rollouts')
    .select(['status', 'restored_at'])
    .where('id', '=', analysis.rollout)
    .forUpdate()
    .executeTakeFirst();
  if (rollout === undefined) throw new LaurelError('NotFound', `Rollout ${analysis.rollout} has not begun.`);
  if (rollout.status !== 'running' || rollout.restored_at !== null) {
    throw new LaurelError(
      'StaleFence',
      `Rollout ${analysis.rollout} has ended or was undone; nothing is to be analysed.`,
    );
  }
  const values = {
    workflow_id: analysis.workflowId,
    endpoint: analysis.endpoint,
    step: analysis.step,
    epoch: analysis.epoch,
    mode: analysis.mode,
    settle: toJson(analysis.settle),
    shadow_requests: analysis.shadowRequests,
    opened_at: analysis.openedAt,
  };
  await trx
    .insertInto('open_analyses')
    .values({ rollout: analysis.rollout, ...values })
    .onConflict((conflict) => conflict.column('rollout').doUpdateSet(values))
    .execute();
}

export async function closeAnalysis(db: Connection, rollout: string): Promise<void> {
  await db.deleteFrom('open_analyses').where('rollout', '=', rollout).execute();
}

export async function openAnalyses(db: Connection): Promise<readonly OpenAnalysis[]> {
  return (await db.selectFrom('open_analyses').selectAll().orderBy('rollout').execute()).map(toAnalysis);
}

function toAnalysis(row: Selectable<OpenAnalysesTable>): OpenAnalysis {
  return {
    rollout: row.rollout,
    workflowId: row.workflow_id,
    endpoint: row.endpoint,
    step: row.step,
    epoch: row.epoch,
    mode: row.mode,
    settle: row.settle,
    shadowRequests: row.shadow_requests,
    openedAt: row.opened_at,
  };
}
