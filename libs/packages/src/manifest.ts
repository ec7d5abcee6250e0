import { createHash } from 'node:crypto';
import { LaurelError, proofFiles } from '@laurel/contracts';
import { canonicalJson, type Digest } from '@laurel/domain';
import type { PackageDraft, PackageFile, PackageManifest } from '@laurel/ports';

const pathForm = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;

/** Keys of a package in the object store. */
export function packageKeys(digest: Digest): { readonly [proof in keyof typeof proofFiles]: string } {
  const folder = `packages/sha256/${digest.slice('sha256:'.length)}`;
  return {
    manifest: `${folder}/${proofFiles.manifest}`,
    signature: `${folder}/${proofFiles.signature}`,
    attestation: `${folder}/${proofFiles.attestation}`,
  };
}

/** Returns `path` when it stays inside a package. Errors: `InvalidInput`. */
export function checkedFilePath(path: string): string {
  if (pathForm.test(path) && !Object.values<string>(proofFiles).includes(path)) return path;
  throw new LaurelError('InvalidInput', `"${path}" cannot name a file of a package; use a plain relative path.`);
}

/** Canonical bytes of a manifest and their digest, which names the package. */
export function sealManifest(
  draft: PackageDraft,
  files: readonly PackageFile[],
): { readonly bytes: Uint8Array; readonly digest: Digest; readonly manifest: PackageManifest } {
  const ordered = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const manifest: PackageManifest = { protocol: '1', ...draft, files: ordered };
  const bytes = new TextEncoder().encode(canonicalJson(manifest));
  return { bytes, digest: digestOf(bytes), manifest };
}

/** The manifest in `bytes`, which have been verified. Errors: `PackageTampered` for a protocol not known here. */
export function parseManifest(digest: Digest, bytes: Uint8Array): PackageManifest {
  const manifest = JSON.parse(new TextDecoder().decode(bytes)) as PackageManifest;
  if (manifest.protocol === '1') return manifest;
  throw new LaurelError(
    'PackageTampered',
    `The package ${digest} has protocol ${String(manifest.protocol)}; this Laurel reads protocol 1.`,
  );
}

export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
