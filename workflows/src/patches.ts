/** Changes of running workflows: what `patched` is asked for, since when, and when the old branch may go. */
export const patches = {
  /**
   * 2026-11-30: a rollout reads the stored approvals instead of counting signals. May go when no rollout that began
   * before runs any more, which is after the longest `spec.rollout.deadline`.
   */
  storedApprovals: 'stored-approvals',
} as const;
