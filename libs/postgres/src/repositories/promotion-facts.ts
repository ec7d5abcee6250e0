import {
  type ApprovalFact,
  type ApprovalRules,
  mayPromote,
  type PromotionFacts,
  type PromotionStanding,
  type Timestamp,
} from '@laurel/domain';
import { type Selectable, sql, type Transaction } from 'kysely';
import type { ApprovalsTable, RolloutsTable } from '../tables/routing.js';
import type { Tables } from '../tables.js';

type RolloutRow = Pick<Selectable<RolloutsTable>, 'id' | 'plan' | 'challenger' | 'started_at' | 'authors'>;

/** A promotion as it stands at `now`, by the clock of the database. */
export interface Promotion {
  readonly rules: ApprovalRules;
  readonly facts: PromotionFacts;
  readonly now: Timestamp;
  readonly standing: PromotionStanding;
}

/**
 * What is stored about a rollout's promotion. The keys of those who decided are locked until the end of `trx`: one that
 * is being revoked is revoked before or after it, not in between.
 */
export async function promotionOf(trx: Transaction<Tables>, rollout: RolloutRow): Promise<Promotion> {
  const rows = await trx
    .selectFrom('approvals')
    .selectAll()
    .where('rollout', '=', rollout.id)
    .orderBy('sequence')
    .execute();
  const roles = await rolesOf(
    trx,
    rows.flatMap(({ key_id: id }) => id ?? []),
  );
  const facts: PromotionFacts = {
    digest: rollout.challenger.digest,
    requestedAt: rollout.started_at,
    authors: rollout.authors,
    decisions: rows.map((row) => factOf(row, roles)),
  };
  const rules = rulesOf(rollout);
  const now = await clock(trx);
  return { rules, facts, now, standing: mayPromote(rules, facts, now) };
}

function factOf(row: Selectable<ApprovalsTable>, roles: ReadonlyMap<string, string>): ApprovalFact {
  const { approver: by, decision, digest, decided_at: at, reason, form: values, key_id: key } = row;
  return { by, decision, digest, at, reason, values, role: roles.get(key ?? '') ?? null };
}

/** Roles of the keys that are valid now. */
export async function rolesOf(trx: Transaction<Tables>, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const keys = await trx
    .selectFrom('api_keys')
    .select(['id', 'role'])
    .where('id', 'in', [...new Set(ids)].toSorted())
    .where('revoked_at', 'is', null)
    .orderBy('id')
    .forShare()
    .execute();
  return new Map(keys.map(({ id, role }) => [id, role]));
}

/** The strictest demand: that of the project, or of an approval step of the plan. */
function rulesOf({ plan }: RolloutRow): ApprovalRules {
  const ofSteps = plan.steps.map((step) => ('approval' in step ? step.approval.approvers : 0));
  const needed = Math.max(plan.approval.required ? plan.approval.approvers : 0, ...ofSteps, 0);
  return { ...plan.approval, required: needed > 0, approvers: needed };
}

async function clock(trx: Transaction<Tables>): Promise<Timestamp> {
  const { rows } = await sql<{ now: Timestamp }>`select date_trunc('milliseconds', clock_timestamp()) as now`.execute(
    trx,
  );
  return rows[0]?.now ?? '';
}
