/**
 * The public part of a secret that was sent, which tells a revoked key from a guess: the id of an API key, `run/<id>` for
 * a trainer's; `undefined` for what is neither.
 */
export function keyNamedBy(secret: string): string | undefined {
  const id = /^laurel_([0-9a-f]{12})_/.exec(secret)?.[1];
  if (id !== undefined) return id;
  const run = /^laurelrun_([0-9a-f]{32})_/.exec(secret)?.[1];
  return run === undefined ? undefined : `run/${run}`;
}
