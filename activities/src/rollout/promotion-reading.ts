import type { PromotionReading } from '@laurel/contracts';
import { refusalText } from '@laurel/domain';
import type { Approvals } from '@laurel/ports';

/** A standing as a workflow reads it: durations instead of times, because its clock is another one. */
export function readingOf(standing: Awaited<ReturnType<Approvals['standing']>>): PromotionReading {
  const now = Date.parse(standing.now);
  const [refusal, ...others] = standing.refusals;
  const opensAt = refusal?.code === 'outsideWindow' && others.length === 0 ? refusal.opensAt : null;
  return {
    may: standing.may,
    approvers: standing.approvers.length,
    rejected: standing.refusals.some(({ code }) => code === 'rejected'),
    missing: refusalText(standing),
    expiresIn: Date.parse(standing.expiresAt) - now,
    opensIn: opensAt === null ? null : Date.parse(opensAt) - now,
  };
}
