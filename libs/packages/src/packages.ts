import { LaurelError, packageFiles, proofFiles } from '@laurel/contracts';
import { type Digest, quoted } from '@laurel/domain';
import type { ObjectStore, PackageDraft, PackageFile, Packages, VerifiedPackage } from '@laurel/ports';
import { attest } from './attestation.js';
import type { Keyring } from './keyring.js';
import type { Keys } from './keys.js';
import { checkedFilePath, digestOf, packageKeys, sealManifest } from './manifest.js';
import { sbomOf } from './sbom.js';
import { encodeSignature } from './signature.js';
import { type ManifestBytes, tampered, verifyManifest } from './verified-manifest.js';

interface PackageAccess {
  readonly objectStore: ObjectStore;
  readonly keyring: Keyring;
}

const nothing = new Uint8Array();

/**
 * Packages for a process that may sign. Files lie in the store by digest; the manifest names them, and a bill of
 * materials (`sbom.json`) is put beside those that are given.
 */
export function createPackages({ objectStore, keys }: { objectStore: ObjectStore; keys: Keys }): Packages {
  return {
    ...createPackageReader({ objectStore, keyring: keys }),
    publish: async (draft, files) => {
      const listed = await storeFiles(objectStore, { ...files, [packageFiles.sbom]: billOf(draft, files) });
      const { bytes, digest, manifest } = sealManifest(draft, listed);
      const at = packageKeys(digest);
      const signature = encodeSignature({ keyId: keys.keyId, signature: keys.sign(bytes) });
      await objectStore.putNamed(at.manifest, bytes);
      await objectStore.putNamed(at.signature, signature);
      await objectStore.putNamed(at.attestation, attest(digest, manifest, keys));
      await verifyManifest(digest, await storedProofs(objectStore, digest), keys);
      return digest;
    },
  };
}

/** Packages for a process that only reads: it needs no private key. */
export function createPackageReader(access: PackageAccess): Omit<Packages, 'publish'> {
  const proven = async (digest: Digest) => {
    const proofs = await storedProofs(access.objectStore, digest);
    const { manifest, signedBy } = await verifyManifest(digest, proofs, access.keyring);
    const read = async (path: string) =>
      proofNamed(proofs, path) ?? (await readFile(access.objectStore, { digest, manifest }, path));
    return { digest, manifest, signedBy, read };
  };
  return {
    open: async (digest) => {
      const opened = await proven(digest);
      // The graph is large and read by whoever asked; the rest is small, and perhaps nobody ever reads it.
      const beside = opened.manifest.files.filter(({ path }) => path !== packageFiles.model);
      await Promise.all(beside.map(({ path }) => opened.read(path)));
      return opened;
    },
    read: async (digest, path) => (await proven(digest)).read(path),
    verify: async (digest) => {
      const proof = await proven(digest);
      for (const { path } of proof.manifest.files) await proof.read(path);
      return { digest, signedBy: proof.signedBy, manifest: proof.manifest };
    },
  };
}

function billOf(draft: PackageDraft, files: { readonly [path: string]: Uint8Array }): Uint8Array {
  const model = files[packageFiles.model];
  const lock = Buffer.from(files[packageFiles.lock] ?? nothing).toString('utf8');
  return sbomOf(draft, { model: model === undefined ? null : digestOf(model), lock });
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

async function storedProofs(objectStore: ObjectStore, digest: Digest): Promise<ManifestBytes> {
  const at = packageKeys(digest);
  const manifest = await objectStore.getNamed(at.manifest);
  if (manifest === undefined)
    throw new LaurelError('NotFound', `There is no package ${digest} in the object store; restore it there.`);
  const [signature = nothing, attestation = nothing] = await Promise.all([
    objectStore.getNamed(at.signature),
    objectStore.getNamed(at.attestation),
  ]);
  return { manifest, signature, attestation };
}

function proofNamed(proofs: ManifestBytes, path: string): Uint8Array | undefined {
  if (path === proofFiles.manifest) return proofs.manifest;
  if (path === proofFiles.signature) return proofs.signature;
  return path === proofFiles.attestation ? proofs.attestation : undefined;
}

async function readFile(
  store: ObjectStore,
  { digest, manifest }: Pick<VerifiedPackage, 'digest' | 'manifest'>,
  path: string,
): Promise<Uint8Array> {
  const file = manifest.files.find((candidate) => candidate.path === path);
  if (file === undefined)
    throw new LaurelError(
      'NotFound',
      `The package ${digest} has no file ${quoted(path)}; its manifest lists those it has.`,
    );
  const bytes = await store.get(`sha256:${file.sha256}`);
  if (bytes.byteLength !== file.size) throw tampered(digest, `${path} is not as long as its manifest says`);
  return bytes;
}
