/** A value that survives JSON unchanged. NaN, Infinity, Map, Date and undefined do not. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * Serialises with keys sorted by code unit and no white space, so that equal values give equal bytes (and digests).
 * Members that are `undefined` are left out. Throws on a number that JSON cannot carry.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`JSON cannot carry ${value}`);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  const members = value as { readonly [key: string]: unknown };
  let text = '';
  // The sort of strings is by code unit; one walk, because a whole audit log goes through here.
  for (const key of Object.keys(members).sort()) {
    if (members[key] === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(members[key])}`;
  }
  return `{${text}}`;
}
