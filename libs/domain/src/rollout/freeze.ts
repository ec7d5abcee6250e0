import type { PromotionWindow } from '../governance/approval-rules.js';
import { isOpen } from '../governance/windows.js';
import type { Timestamp } from '../ids.js';

/** When a challenger's share does not grow: every week, or once from `start` until before `end`. Going back is never frozen. */
export type FreezeWindow = PromotionWindow | { readonly start: Timestamp; readonly end: Timestamp };

const minuteMilliseconds = 60_000;
/** A week and a day: longer than any weekly window, whatever the clocks do at a weekend. */
const searchedMinutes = 8 * 24 * 60;

/**
 * Until when shares are frozen; `null` when they are not. Where the freeze goes on for longer than eight days, a time
 * within it at which to ask again.
 */
export function frozenUntil(windows: readonly FreezeWindow[], now: Timestamp): Timestamp | null {
  const start = Date.parse(now);
  if (!windows.some((window) => holds(window, start))) return null;
  const next = Math.ceil((start + 1) / minuteMilliseconds) * minuteMilliseconds;
  for (let minute = 0; minute < searchedMinutes; minute += 1) {
    const at = next + minute * minuteMilliseconds;
    if (!windows.some((window) => holds(window, at))) return new Date(at).toISOString();
  }
  return new Date(next + searchedMinutes * minuteMilliseconds).toISOString();
}

function holds(window: FreezeWindow, at: number): boolean {
  if (!('start' in window)) return isOpen([window], new Date(at).toISOString());
  return at >= Date.parse(window.start) && at < Date.parse(window.end);
}

/** What is wrong with a window, in one clause; `undefined` when nothing is. */
export function freezeProblem(window: FreezeWindow): string | undefined {
  if (!('start' in window) || Date.parse(window.start) < Date.parse(window.end)) return undefined;
  return `its end, ${window.end}, does not come after its start, ${window.start}`;
}
