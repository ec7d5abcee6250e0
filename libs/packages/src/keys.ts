import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import { hasCode } from './has-code.js';
import { createKeyring, type Keyring, keyFiles, keyIdOf, openKeyring } from './keyring.js';

/** An Ed25519 signing key, and the keyring that verifies it and its predecessors. */
export interface Keys extends Keyring {
  readonly keyId: string;
  sign(bytes: Uint8Array): Uint8Array;
}

function keysOf(privateKey: KeyObject, keyring: Keyring): Keys {
  return {
    keyId: keyIdOf(createPublicKey(privateKey)),
    sign: (bytes) => new Uint8Array(sign(null, bytes, privateKey)),
    verify: (...given) => keyring.verify(...given),
  };
}

/** A fresh key that lives in memory only. */
export function createKeys(): Keys {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return keysOf(privateKey, createKeyring([publicKey]));
}

/**
 * The signing key in `folder` (`signing.pem`, mode 0600, and `signing.pub.pem`), made at first use; of several
 * processes that start at once, one makes it and all use it. Retired keys stay valid as `*.pub.pem`.
 * Errors: `Conflict` when `signing.pem` holds something else than an Ed25519 key.
 */
export async function openKeys(folder: string): Promise<Keys> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, keyFiles.private);
  const privateKey = (await readPrivateKey(path)) ?? (await makePrivateKey(path));
  await publish(folder, createPublicKey(privateKey));
  return keysOf(privateKey, openKeyring(folder));
}

/** Puts the public key beside; where another one has that name, under the name of its id. */
async function publish(folder: string, publicKey: KeyObject): Promise<void> {
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const path = join(folder, keyFiles.public);
  await writeOnce(path, pem, 0o644);
  if ((await readFile(path, 'utf8')) !== pem)
    await writeOnce(join(folder, `${keyIdOf(publicKey)}.pub.pem`), pem, 0o644);
}

async function makePrivateKey(path: string): Promise<KeyObject> {
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeOnce(path, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600);
  return (await readPrivateKey(path)) ?? privateKey;
}

async function readPrivateKey(path: string): Promise<KeyObject | undefined> {
  const pem = await readFile(path).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  });
  if (pem === undefined) return undefined;
  const key = parsed(pem);
  if (key?.asymmetricKeyType === 'ed25519') return key;
  throw new LaurelError('Conflict', `${path} does not hold an Ed25519 private key; restore it or move it away.`);
}

function parsed(pem: Buffer): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

/** Creates `path` with all of `text`, or leaves the file that is there. */
export async function writeOnce(path: string, text: string, mode: number): Promise<void> {
  const staged = `${path}.${randomUUID()}`;
  const handle = await open(staged, 'wx', mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(staged, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(staged, { force: true });
  }
}
