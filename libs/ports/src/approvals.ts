import type { ApprovalValues, Digest, PromotionStanding, Timestamp } from '@laurel/domain';

/** A stored decision of a person about a rollout, bound to its challenger's digest. */
export interface ApprovalRecord {
  readonly rollout: string;
  readonly digest: Digest;
  readonly by: string;
  readonly decision: 'granted' | 'rejected';
  readonly reason: string | null;
  readonly form: ApprovalValues;
  readonly at: Timestamp;
  readonly evidenceId: string;
}

/** What a person decides, with the key they call with. */
export interface ApprovalDecision {
  readonly rollout: string;
  readonly by: string;
  readonly keyId: string;
  readonly decision: 'granted' | 'rejected';
  readonly reason: string | null;
  readonly form: { readonly [name: string]: unknown };
  readonly codeVersion: string;
}

export interface Approvals {
  /**
   * Stores a decision, with evidence, audit and event in one transaction. A grant that counts already is not stored
   * again. Errors: `NotFound`, `Conflict` (ended, rejected, too late), `Forbidden` (author, role, key), `InvalidInput`
   * (reason, form).
   */
  decide(
    decision: ApprovalDecision,
  ): Promise<{ readonly record: ApprovalRecord; readonly standing: PromotionStanding }>;
  /** Oldest first. */
  list(rollout: string): Promise<readonly ApprovalRecord[]>;
  /** How a rollout stands by what is stored and the clock of the database. Errors: `NotFound`. */
  standing(rollout: string): Promise<PromotionStanding & { readonly expiresAt: Timestamp; readonly now: Timestamp }>;
}
