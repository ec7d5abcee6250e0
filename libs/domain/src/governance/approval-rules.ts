import type { Duration } from '../duration.js';

export type ApproverRole = 'approver' | 'admin';

/** One field that an approver fills in. */
export type ApprovalField =
  | { readonly type: 'string'; readonly required: boolean; readonly maxLength: number }
  | { readonly type: 'number'; readonly required: boolean; readonly min?: number; readonly max?: number }
  | { readonly type: 'boolean'; readonly required: boolean }
  | { readonly type: 'enum'; readonly required: boolean; readonly values: readonly string[] };

export type ApprovalForm = { readonly [name: string]: ApprovalField };
export type ApprovalValues = { readonly [name: string]: string | number | boolean };

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

/**
 * When versions may become champion: on `days`, from `from` until before `to` by the clocks of `timezone` (IANA). A
 * window whose `to` is not after its `from` ends on the next day.
 */
export interface PromotionWindow {
  readonly days: readonly Weekday[];
  /** `HH:MM`, as on a clock of 24 hours; `to` may be `24:00`. */
  readonly from: string;
  readonly to: string;
  readonly timezone: string;
}

/** What a promotion demands of people and of the clock; carried in the plan of its rollout. */
export interface ApprovalRules {
  readonly required: boolean;
  /** How many different people must approve. */
  readonly approvers: number;
  /** How long people have, from the beginning of the rollout. */
  readonly expiresAfter: Duration;
  /** How long a grant counts; without it, as long as its rollout runs. */
  readonly grantExpiresAfter?: Duration | null;
  /** Roles of which an approver has one; a role counts where a smaller one is named. */
  readonly roles?: readonly ApproverRole[];
  readonly authorMayApprove?: boolean;
  readonly reason?: 'required' | 'optional';
  readonly form?: ApprovalForm;
  /** Without any, promotions may happen at any time. */
  readonly windows?: readonly PromotionWindow[];
}
