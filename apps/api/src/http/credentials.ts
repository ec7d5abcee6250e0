/**
 * The secret in an `Authorization` header: a bearer key, or the password of basic authentication; `undefined` for
 * anything else. MLflow's clients send either.
 */
export function secretIn(header: string | undefined): string | undefined {
  const [, scheme, value] = /^(Bearer|Basic) +(\S{1,800})$/i.exec(header ?? '') ?? [];
  if (scheme === undefined || value === undefined) return undefined;
  if (scheme.toLowerCase() === 'bearer') return value;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1);
}
