import type { Timestamp } from '../ids.js';
import { type PromotionWindow, weekdays } from './approval-rules.js';

const minuteMilliseconds = 60_000;
/** A week and a day: the next time of any window, whatever the clocks do at a weekend. */
const searchedMinutes = 8 * 24 * 60;

/** Whether one of `windows` is open at `now`; with none, promotions may happen at any time. */
export function isOpen(windows: readonly PromotionWindow[], now: Timestamp): boolean {
  return windows.length === 0 || windows.some((window) => holds(window, Date.parse(now)));
}

/** The first whole minute from `now` on at which a window is open; `null` when none opens within eight days. */
export function opensAt(windows: readonly PromotionWindow[], now: Timestamp): Timestamp | null {
  if (windows.length === 0) return null;
  const start = Math.ceil(Date.parse(now) / minuteMilliseconds) * minuteMilliseconds;
  const end = start + searchedMinutes * minuteMilliseconds;
  for (
    let at = start;
    at <= end;
    at += Math.min(...windows.map((window) => untilFrom(window, at))) * minuteMilliseconds
  ) {
    if (windows.some((window) => holds(window, at))) return new Date(at).toISOString();
  }
  return null;
}

/** Minutes to the next `from` or midnight, at most 15: so short a step that no change of the clocks is jumped over. */
function untilFrom({ from, timezone }: PromotionWindow, at: number): number {
  const { minute } = localTime(timezone, at);
  const opens = minuteOfDay(from);
  return Math.min(opens > minute ? opens - minute : 15, 24 * 60 - minute, 15);
}

function holds({ days, from, to, timezone }: PromotionWindow, at: number): boolean {
  const { day, minute } = localTime(timezone, at);
  const [opens, closes] = [minuteOfDay(from), minuteOfDay(to)];
  const named = (index: number) => days.some((name) => weekdays.indexOf(name) === index);
  if (closes > opens) return named(day) && minute >= opens && minute < closes;
  return (named(day) && minute >= opens) || (named((day + 6) % 7) && minute < closes);
}

/** Minutes since midnight of `HH:MM`. */
function minuteOfDay(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Day of the week (0 is Monday) and minute of the day by the clocks of `timezone`. */
function localTime(timezone: string, at: number): { readonly day: number; readonly minute: number } {
  let format = formats.get(timezone);
  if (format === undefined) {
    const shown = { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
    format = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, ...shown });
    formats.set(timezone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const day = weekdays.findIndex((name) => name === parts['weekday']?.toLowerCase());
  return { day, minute: Number(parts['hour']) * 60 + Number(parts['minute']) };
}

/** Whether `timezone` is one that clocks are known of. */
export function isTimezone(timezone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: timezone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
