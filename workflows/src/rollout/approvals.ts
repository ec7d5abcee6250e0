import { type PromoteModel, rolloutId } from '@laurel/contracts';
import type { RolloutPlan } from '@laurel/domain';
import { patched } from '@temporalio/workflow';
import { writing } from '../activity-proxies.js';
import { patches } from '../patches.js';
import type { Course } from './course.js';
import { rejected } from './rejection.js';
import { showStep } from './stage.js';

/** A signal that went lost costs no more than this; asked at growing distances, because people take days. */
const firstLookMilliseconds = 60_000;
const lastLookMilliseconds = 3_600_000;
const shortestMilliseconds = 250;

/** Whether people or the clock have a say in this plan, and the workflow is new enough to read what they said. */
export function isGoverned({ approval, steps }: RolloutPlan): boolean {
  const governed = approval.required || (approval.windows ?? []).length > 0 || steps.some((step) => 'approval' in step);
  return governed && patched(patches.storedApprovals);
}

/** Waits until `needed` people have approved, by what is stored; a signal only says that it is time to look again. */
export async function awaitApprovals({ input, mail, waiting }: Course, needed: number): Promise<void> {
  for (let look = firstLookMilliseconds; ; look = Math.min(look * 2, lastLookMilliseconds)) {
    const heard = mail.grants();
    const { approvers, rejected: isRejected, missing, expiresIn } = await writing.readPromotion(rolloutOf(input));
    if (isRejected) throw rejected({ kind: 'rolledBack', cause: missing, evidenceId: null });
    if (approvers >= needed) return;
    if (expiresIn <= 0) {
      const cause = `not approved within ${input.plan.approval.expiresAfter}`;
      throw rejected({ kind: 'rolledBack', cause, evidenceId: null });
    }
    await waiting.pause(Math.max(shortestMilliseconds, Math.min(look, expiresIn)), () => mail.grants() > heard);
  }
}

/** The last look before the crowning, which asks the same again: waits for a window, turns back for anything else. */
export async function awaitPermission({ input, mail, waiting }: Course): Promise<void> {
  for (;;) {
    const { may, missing, opensIn } = await writing.readPromotion(rolloutOf(input));
    if (may) return;
    if (opensIn === null) throw rejected({ kind: 'rolledBack', cause: missing, evidenceId: null });
    const { step, weight } = mail.progress();
    await showStep(input, mail, { step, phase: 'waiting for a window', weight });
    await waiting.pause(Math.max(shortestMilliseconds, opensIn), () => false);
  }
}

function rolloutOf({ endpoint, incarnation }: PromoteModel) {
  return { rollout: rolloutId(endpoint, incarnation) };
}
