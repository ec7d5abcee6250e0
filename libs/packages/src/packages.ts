import { LaurelError } from '@laurel/contracts';
import type { Digest } from '@laurel/domain';
import type { ObjectStore, PackageFile, PackageManifest, Packages, VerifiedPackage } from '@laurel/ports';
import type { Keyring } from './keyring.js';
import type { Keys } from './keys.js';
import { checkedFilePath, digestOf, packageKeys, parseManifest, sealManifest } from './manifest.js';
import { decodeSignature, encodeSignature } from './signature.js';

/** Packages for a process that may sign. Files lie in the store by digest; the manifest names them. */
export function createPackages({ objectStore, keys }: { objectStore: ObjectStore; keys: Keys }): Packages {
  return {
    ...createPackageReader({ objectStore, keyring: keys }),
    publish: async (draft, files) => {
      const listed = await storeFiles(objectStore, files);
      const { bytes, digest } = sealManifest(draft, listed);
      const at = packageKeys(digest);
      const signature = encodeSignature({ keyId: keys.keyId, signature: keys.sign(bytes) });
      await objectStore.putNamed(at.manifest, bytes);
      await objectStore.putNamed(at.signature, signature);
      await verifiedManifest({ objectStore, keyring: keys }, digest);
      return digest;
    },
  };
}

/** Packages for a process that only reads: it needs no private key. */
export function createPackageReader(access: { objectStore: ObjectStore; keyring: Keyring }): Pick<Packages, 'open'> {
  return {
    open: async (digest): Promise<VerifiedPackage> => {
      const manifest = await verifiedManifest(access, digest);
      return { digest, manifest, read: (path) => readFile(access.objectStore, { digest, manifest }, path) };
    },
  };
}

async function storeFiles(
  store: ObjectStore,
  files: { readonly [path: string]: Uint8Array },
): Promise<readonly PackageFile[]> {
  const listed: PackageFile[] = [];
  for (const [path, bytes] of Object.entries(files)) {
    checkedFilePath(path);
    const digest = await store.put(bytes);
    listed.push({ path, size: bytes.byteLength, sha256: digest.slice('sha256:'.length) });
  }
  return listed;
}

async function verifiedManifest(
  { objectStore, keyring }: { objectStore: ObjectStore; keyring: Keyring },
  digest: Digest,
): Promise<PackageManifest> {
  const at = packageKeys(digest);
  const bytes = await objectStore.getNamed(at.manifest);
  if (bytes === undefined) throw new LaurelError('NotFound', `There is no package ${digest} in the object store.`);
  if (digestOf(bytes) !== digest) throw tampered(digest, 'its manifest does not hash to its name');
  const signature = decodeSignature((await objectStore.getNamed(at.signature)) ?? new Uint8Array());
  if (signature === undefined) throw tampered(digest, 'it has no readable signature');
  if (!(await keyring.verify(signature.keyId, bytes, signature.signature))) {
    throw tampered(digest, `its signature is not one of a trusted key (it names key ${signature.keyId.slice(0, 16)})`);
  }
  return parseManifest(digest, bytes);
}

async function readFile(
  store: ObjectStore,
  { digest, manifest }: { readonly digest: Digest; readonly manifest: PackageManifest },
  path: string,
): Promise<Uint8Array> {
  const file = manifest.files.find((candidate) => candidate.path === path);
  if (file === undefined) throw new LaurelError('NotFound', `The package ${digest} has no file ${path}.`);
  const bytes = await store.get(`sha256:${file.sha256}`);
  if (bytes.byteLength !== file.size) throw tampered(digest, `${path} is not as long as its manifest says`);
  return bytes;
}

function tampered(digest: Digest, why: string): LaurelError {
  return new LaurelError(
    'PackageTampered',
    `The package ${digest} cannot be trusted: ${why}; restore the object store.`,
  );
}
