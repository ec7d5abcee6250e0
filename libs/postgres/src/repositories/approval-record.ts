import type { Evidence } from '@laurel/domain';
import type { Selectable, Transaction } from 'kysely';
import type { ApprovalsTable, RolloutsTable } from '../tables/routing.js';
import type { Tables } from '../tables.js';
import { appendAudit } from './audit.js';
import { appendEvent } from './events.js';
import { appendEvidence } from './evidence.js';

/** Evidence, audit and event of a decision that has just been stored. */
export async function recordApproval(
  trx: Transaction<Tables>,
  decided: {
    readonly rollout: Selectable<RolloutsTable>;
    readonly row: Selectable<ApprovalsTable>;
    readonly codeVersion: string;
  },
): Promise<void> {
  const { rollout, row, codeVersion } = decided;
  const granted = row.decision === 'granted';
  const evidence: Evidence = {
    id: row.evidence_id,
    kind: 'approval',
    endpoint: rollout.endpoint,
    rollout: rollout.id,
    step: rollout.step,
    look: null,
    at: row.decided_at,
    epoch: null,
    champion: rollout.champion,
    challenger: rollout.challenger,
    policyDigest: null,
    input: null,
    decision: {
      verdict: granted ? 'pass' : 'fail',
      action: granted ? 'continue' : 'rollBack',
      reasons: [],
      metrics: [],
    },
    codeVersion,
  };
  await appendEvidence(trx, evidence);
  const { digest, evidence_id: evidenceId, reason, form } = row;
  const detail = { digest, evidenceId, reason, form };
  const action = `approval.${row.decision}`;
  await appendAudit(trx, { actor: row.approver, action, subject: rollout.id, detail: { ...detail, key: row.key_id } });
  await appendEvent(trx, { type: action, subject: rollout.id, detail: { ...detail, by: row.approver } });
}
