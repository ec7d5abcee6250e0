const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** A length of time in its two largest units: `45s`, `3m 20s`, `5h 2m`, `12d`. */
export function spanText(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < minute) return `${seconds}s`;
  if (seconds < hour) return `${Math.floor(seconds / minute)}m ${seconds % minute}s`;
  if (seconds < 2 * day) return `${Math.floor(seconds / hour)}h ${Math.floor((seconds % hour) / minute)}m`;
  return `${Math.floor(seconds / day)}d`;
}

/** How long ago a time was. */
export function agoText(time: string, now: number): string {
  return `${spanText(now - Date.parse(time))} ago`;
}

/** How long something took, or has taken until now. */
export function tookText(startedAt: string, endedAt: string | null, now: number): string {
  return spanText((endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt));
}

/** A number as people read it: at most four significant digits, counts whole. */
export function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

/** The first twelve digits of a digest. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12);
}

/** A foreign text on a terminal: what would move the cursor or turn the direction becomes visible. */
export function plainText(text: string): string {
  return text.replace(hidden, '\u{fffd}');
}

const hidden = /(?![\t\n])\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

export const dash = '-';
