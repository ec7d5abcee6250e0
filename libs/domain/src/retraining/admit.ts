export type Admission = { readonly kind: 'start' } | { readonly kind: 'wait'; readonly milliseconds: number };

/** Times are milliseconds since 1970; `lastEndedAt` is 0 or `null` before the first training ended. */
export interface AdmissionInput {
  readonly lastEndedAt: number | null;
  readonly kind: string;
  readonly now: number;
  readonly cooldownMilliseconds: number;
}

/**
 * Whether a trigger may start its training now. One made by hand (`kind` is `manual`) may; any other waits until the
 * cooldown since the last end is over. One training at a time is the caller's rule: ask when none runs.
 */
export function admit({ lastEndedAt, kind, now, cooldownMilliseconds }: AdmissionInput): Admission {
  if (kind === 'manual' || lastEndedAt === null || lastEndedAt === 0) return { kind: 'start' };
  const left = lastEndedAt + cooldownMilliseconds - now;
  return left > 0 ? { kind: 'wait', milliseconds: Math.min(left, cooldownMilliseconds) } : { kind: 'start' };
}
