import { milliseconds } from '../duration.js';
import type { Digest, Timestamp } from '../ids.js';
import type { ApprovalRules, ApprovalValues, ApproverRole } from './approval-rules.js';
import { formProblems } from './form.js';
import { isOpen, opensAt } from './windows.js';

/** A stored decision of a person about a rollout, with what is true of that person now. */
export interface ApprovalFact {
  readonly by: string;
  readonly decision: 'granted' | 'rejected';
  readonly digest: Digest;
  readonly at: Timestamp;
  readonly reason: string | null;
  readonly values: ApprovalValues;
  /** Role of the key that decided, as it is now; `null` for a key that is not there or has been revoked. */
  readonly role: string | null;
}

/** What is stored about a promotion. */
export interface PromotionFacts {
  /** Digest of the version that would become champion. */
  readonly digest: Digest;
  readonly requestedAt: Timestamp;
  /** Who asked for the version or its rollout, or applied its project. */
  readonly authors: readonly string[];
  /** Oldest first. */
  readonly decisions: readonly ApprovalFact[];
}

/** Why a grant does not count. */
export type GrantFlaw =
  | 'otherDigest'
  | 'beforeRequest'
  | 'afterExpiry'
  | 'expired'
  | 'revoked'
  | 'role'
  | 'author'
  | 'reason'
  | 'form'
  | 'repeated';

export type PromotionRefusal =
  | { readonly code: 'rejected'; readonly by: string; readonly reason: string | null }
  | { readonly code: 'tooFewApprovals'; readonly given: number; readonly needed: number; readonly expired: boolean }
  | { readonly code: 'outsideWindow'; readonly opensAt: Timestamp | null };

export interface PromotionStanding {
  readonly may: boolean;
  /** Everybody whose grant counts, in the order of their grants. */
  readonly approvers: readonly string[];
  /** Grants that do not count, each with the first reason. */
  readonly discounted: readonly { readonly by: string; readonly flaw: GrantFlaw }[];
  /** Empty when `may` is true. */
  readonly refusals: readonly PromotionRefusal[];
  readonly needed: number;
}

/**
 * Whether a version may become champion at `now`, as far as people and the clock have a say. Whatever is missing, late,
 * early, of somebody else or about something else counts as nothing; a rejection is final for its rollout.
 */
export function mayPromote(rules: ApprovalRules, facts: PromotionFacts, now: Timestamp): PromotionStanding {
  const approvers: string[] = [];
  const discounted: { by: string; flaw: GrantFlaw }[] = [];
  for (const fact of facts.decisions) {
    if (fact.decision !== 'granted') continue;
    const flaw = approvers.includes(fact.by) ? 'repeated' : flawOf(rules, { facts, fact, now });
    if (flaw === undefined) approvers.push(fact.by);
    else discounted.push({ by: fact.by, flaw });
  }
  const needed = rules.required ? rules.approvers : 0;
  const rejection = facts.decisions.find(({ decision, digest }) => decision === 'rejected' && digest === facts.digest);
  const windows = rules.windows ?? [];
  const refusals: PromotionRefusal[] = [];
  if (rejection !== undefined) refusals.push({ code: 'rejected', by: rejection.by, reason: rejection.reason });
  if (approvers.length < needed) {
    refusals.push({ code: 'tooFewApprovals', given: approvers.length, needed, expired: now >= expiryOf(rules, facts) });
  }
  if (!isOpen(windows, now)) refusals.push({ code: 'outsideWindow', opensAt: opensAt(windows, now) });
  return { may: refusals.length === 0, approvers, discounted, refusals, needed };
}

/** When people can no longer approve. Times compare as text: all are UTC with milliseconds. */
export function expiryOf(
  { expiresAfter }: ApprovalRules,
  { requestedAt }: Pick<PromotionFacts, 'requestedAt'>,
): Timestamp {
  return later(requestedAt, expiresAfter);
}

/** The first reason why a grant does not count at `now`; `undefined` when it does. */
export function flawOf(
  rules: ApprovalRules,
  { facts, fact, now }: { readonly facts: PromotionFacts; readonly fact: ApprovalFact; readonly now: Timestamp },
): GrantFlaw | undefined {
  if (fact.digest !== facts.digest) return 'otherDigest';
  if (fact.at < facts.requestedAt) return 'beforeRequest';
  if (fact.at >= expiryOf(rules, facts)) return 'afterExpiry';
  if (rules.grantExpiresAfter && now >= later(fact.at, rules.grantExpiresAfter)) return 'expired';
  if (fact.role === null) return 'revoked';
  if (!mayDecide(rules, fact.role)) return 'role';
  if (rules.authorMayApprove !== true && facts.authors.includes(fact.by)) return 'author';
  if (rules.reason === 'required' && (fact.reason ?? '').trim() === '') return 'reason';
  if (formProblems(rules.form ?? {}, fact.values).length > 0) return 'form';
  return undefined;
}

/** An admin is an approver too; an approver is no admin. */
export function mayDecide({ roles = ['approver'] }: ApprovalRules, role: string): boolean {
  return roles.some((named: ApproverRole) => named === role || role === 'admin');
}

function later(at: Timestamp, duration: string): Timestamp {
  return new Date(Date.parse(at) + milliseconds(duration)).toISOString();
}
