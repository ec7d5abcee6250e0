import type { GrantFlaw, PromotionRefusal, PromotionStanding } from './may-promote.js';

/** Why a grant does not count, as part of a sentence about the grant. */
export const flawTexts: { readonly [flaw in GrantFlaw]: string } = {
  otherDigest: 'is about another digest',
  beforeRequest: 'was given before the rollout asked for it',
  afterExpiry: 'came after the time for approvals was over',
  expired: 'has expired',
  revoked: 'was given with a key that is not valid',
  role: 'was given without one of the roles that may approve',
  author: 'is of an author, and an author is not an approver',
  reason: 'gives no reason',
  form: 'does not fill in the form',
  repeated: 'is a second one of the same person',
};

/** Why a promotion may not happen, in one clause without a full stop. */
export function refusalText({ refusals, discounted }: PromotionStanding): string {
  const missing = discounted.map(({ by, flaw }) => `that of ${by} ${flawTexts[flaw]}`);
  return refusals.map((refusal) => clauseOf(refusal, missing)).join('; ');
}

function clauseOf(refusal: PromotionRefusal, missing: readonly string[]): string {
  if (refusal.code === 'rejected')
    return `${refusal.by} rejected it${refusal.reason === null ? '' : `: ${refusal.reason}`}`;
  if (refusal.code === 'outsideWindow') {
    return `no window for promotions is open${refusal.opensAt === null ? '' : `, the next one opens at ${refusal.opensAt}`}`;
  }
  const over = refusal.expired ? ', and the time for approvals is over' : '';
  const why = missing.length === 0 ? '' : ` (${missing.join(', ')})`;
  return `it has ${refusal.given} of ${refusal.needed} approvals${why}${over}`;
}
