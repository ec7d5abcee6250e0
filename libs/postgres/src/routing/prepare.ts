import type { Split, SplitDraft } from '@laurel/domain';
import type { Transaction } from 'kysely';
import { appendEvent } from '../repositories/events.js';
import type { Tables } from '../tables.js';
import { lockEndpoint } from './endpoint-row.js';
import { heldRollout } from './held-rollout.js';
import { splitOfChange, writeNextEpoch } from './split-rows.js';

/** Writes the next epoch as prepared; an older prepared one is retired. Idempotent by incarnation and `changeId`. */
export async function prepareSplit(trx: Transaction<Tables>, draft: SplitDraft, changeId: string): Promise<Split> {
  const endpoint = await lockEndpoint(trx, draft.endpoint);
  await heldRollout(trx, endpoint, draft);
  const known = await splitOfChange(trx, { ...draft, changeId });
  if (known !== undefined) return known;
  const split = await writeNextEpoch(trx, draft, { changeId, state: 'prepared' });
  await appendEvent(trx, {
    type: 'split.prepared',
    subject: split.endpoint,
    detail: { epoch: split.epoch, arms: split.arms, shadow: split.shadow, reason: split.reason },
  });
  return split;
}
