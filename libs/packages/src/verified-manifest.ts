import { LaurelError } from '@laurel/contracts';
import type { Digest } from '@laurel/domain';
import type { PackageManifest } from '@laurel/ports';
import { isAttested } from './attestation.js';
import type { Keyring } from './keyring.js';
import { digestOf, parseManifest } from './manifest.js';
import { decodeSignature } from './signature.js';

/** What proves a package: empty where there is no such file. */
export interface ManifestBytes {
  readonly manifest: Uint8Array;
  readonly signature: Uint8Array;
  readonly attestation: Uint8Array;
}

/** A manifest that hashes to its name, and whose signature and attestation are of a trusted key. */
export interface VerifiedManifest {
  readonly manifest: PackageManifest;
  readonly signedBy: string;
}

/** Reads a manifest that is worth reading. Error: `PackageTampered`. */
export async function verifyManifest(
  digest: Digest,
  bytes: ManifestBytes,
  keyring: Keyring,
): Promise<VerifiedManifest> {
  if (digestOf(bytes.manifest) !== digest) throw tampered(digest, 'its manifest does not hash to its name');
  const signature = decodeSignature(bytes.signature);
  if (signature === undefined) throw tampered(digest, 'it has no readable signature');
  if (!(await keyring.verify(signature.keyId, bytes.manifest, signature.signature))) {
    throw tampered(digest, `its signature is not one of a trusted key (it names key ${signature.keyId.slice(0, 16)})`);
  }
  const manifest = parseManifest(digest, bytes.manifest);
  if (!(await isAttested(bytes.attestation, { digest, manifest }, keyring))) {
    throw tampered(digest, 'its attestation is missing, or says or is signed otherwise');
  }
  return { manifest, signedBy: signature.keyId };
}

export function tampered(digest: Digest, why: string): LaurelError {
  return new LaurelError(
    'PackageTampered',
    `The package ${digest} cannot be trusted: ${why}; restore the object store.`,
  );
}
