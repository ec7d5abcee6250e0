import type { ReasonCode } from './evidence.js';

/** Reasons for which no request may be sent to the challenger any more. */
const hardReasons: readonly ReasonCode[] = ['hardLimit', 'ejected'];

/** Whether `reasons` demand to go back at once, whatever the profile says. */
export function isHardBreach(reasons: readonly string[]): boolean {
  return hardReasons.some((code) => reasons.includes(code));
}
