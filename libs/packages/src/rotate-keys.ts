import { createPublicKey } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { keyFiles, keyIdOf } from './keyring.js';
import { openKeys } from './keys.js';

/** What a rotation changed. */
export interface KeyRotation {
  readonly retired: string | null;
  readonly current: string;
}

/**
 * Gives `folder` a fresh signing key. The public half of the one before stays under the name of its id, so that what it
 * signed is still trusted; its private half is removed. Interrupted anywhere, it can be called again.
 */
export async function rotateKeys(folder: string): Promise<KeyRotation> {
  const publicPath = join(folder, keyFiles.public);
  const pem = await readFile(publicPath, 'utf8').catch(() => null);
  const retired = pem === null ? null : keyIdOf(createPublicKey(pem));
  if (retired !== null) await rename(publicPath, join(folder, `${retired}.pub.pem`));
  await rm(join(folder, keyFiles.private), { force: true });
  const { keyId } = await openKeys(folder);
  return { retired, current: keyId };
}
