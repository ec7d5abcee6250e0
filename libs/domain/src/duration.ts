/** A length of time as written in a project file: a number and one of `ms`, `s`, `m`, `h`, `d`. */
export type Duration = string;

const unitMilliseconds = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const form = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** Milliseconds in `text`, or `undefined` when it is not a duration. */
export function parseDuration(text: Duration): number | undefined {
  const match = form.exec(text);
  if (match === null) return undefined;
  const unit = match[2] as keyof typeof unitMilliseconds;
  return Number(match[1]) * unitMilliseconds[unit];
}

/** Milliseconds in `text`. The text comes from a validated project file; anything else is a bug and throws. */
export function milliseconds(text: Duration): number {
  const parsed = parseDuration(text);
  if (parsed === undefined) throw new RangeError(`"${text}" is not a duration such as 30s, 10m or 2h`);
  return parsed;
}
