import { isLaurelError } from '@laurel/contracts';
import type { Split } from '@laurel/domain';
import type { Routing } from '@laurel/ports';
import { appendAudit } from '../repositories/audit.js';
import { appendEvent } from '../repositories/events.js';
import { type Connection, transact } from '../transact.js';
import { crownChallenger } from './crown.js';

type Crown = Parameters<Routing['crown']>[0];

const refusals: readonly string[] = ['ApprovalRequired', 'Conflict', 'StaleFence'];

/** Crowns in one transaction; a refusal leaves nothing of it but an entry in the audit log, in one of its own. */
export async function crownOrRecord(db: Connection, input: Crown): Promise<Split> {
  try {
    return await transact(db, (trx) => crownChallenger(trx, input));
  } catch (error) {
    if (isLaurelError(error) && refusals.includes(error.code)) {
      const { code, message } = error;
      const { endpoint: subject, incarnation, challenger, evidenceId } = input;
      const detail = { incarnation, challenger: challenger.digest, evidenceId, code, message };
      await transact(db, async (trx) => {
        await appendAudit(trx, { actor: 'laurel', action: 'promotion.refused', subject, detail });
        await appendEvent(trx, { type: 'promotion.refused', subject, detail });
      });
    }
    throw error;
  }
}
