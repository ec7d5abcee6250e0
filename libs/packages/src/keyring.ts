import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** Names in a folder of keys; retired keys lie beside as `<key id>.pub.pem`. */
export const keyFiles = { private: 'signing.pem', public: 'signing.pub.pem' } as const;

/** Public keys, and what they say about signatures. */
export interface Keyring {
  /** True when `signature` over `bytes` was made by the key `keyId`; false also for a key nobody knows. */
  verify(keyId: string, bytes: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

/** Name of a key: the first 16 hex digits of the SHA-256 of its SPKI encoding. */
export function keyIdOf(publicKey: KeyObject): string {
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('hex').slice(0, 16);
}

/** A keyring of the given keys. */
export function createKeyring(publicKeys: readonly KeyObject[]): Keyring {
  const byId = new Map(publicKeys.map((key) => [keyIdOf(key), key]));
  return {
    verify: async (keyId, bytes, signature) => {
      const key = byId.get(keyId);
      return key !== undefined && verify(null, bytes, key, signature);
    },
  };
}

/** A public key in a file. */
interface StoredKey {
  readonly path: string;
  readonly key: KeyObject;
}

/** The Ed25519 keys in the files `*.pub.pem` of `folder`; files that hold something else are passed over. */
async function readPublicKeys(folder: string): Promise<readonly StoredKey[]> {
  const names = await readdir(folder).catch(() => []);
  const paths = names.filter((name) => name.endsWith('.pub.pem')).map((name) => join(folder, name));
  const keys = await Promise.all(paths.map(async (path) => ({ path, key: await readPublicKey(path) })));
  return keys.flatMap(({ path, key }) => (key === undefined ? [] : [{ path, key }]));
}

/** A key that packages may be signed with. */
export interface TrustedKey {
  readonly keyId: string;
  readonly path: string;
  /** False for a retired one. */
  readonly signs: boolean;
}

/** The trusted keys of a folder, the one that signs first. */
export async function listKeys(folder: string): Promise<readonly TrustedKey[]> {
  const keys = (await readPublicKeys(folder)).map(({ path, key }) => ({
    keyId: keyIdOf(key),
    path,
    signs: basename(path) === keyFiles.public,
  }));
  return keys.toSorted((one, other) => Number(other.signs) - Number(one.signs) || one.path.localeCompare(other.path));
}

async function readPublicKey(path: string): Promise<KeyObject | undefined> {
  try {
    const key = createPublicKey(await readFile(path));
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The verification keys of a folder, without any private key. The folder is read again when a signature names a key
 * that is not known yet, so a key made later is found.
 */
export function openKeyring(folder: string): Keyring {
  let known = new Map<string, KeyObject>();
  return {
    verify: async (keyId, bytes, signature) => {
      if (!known.has(keyId)) known = new Map((await readPublicKeys(folder)).map(({ key }) => [keyIdOf(key), key]));
      const key = known.get(keyId);
      return key !== undefined && verify(null, bytes, key, signature);
    },
  };
}
