import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LaurelError, proofFiles } from '@laurel/contracts';
import type { PackageFile, PackageVerification } from '@laurel/ports';
import { hasCode } from './has-code.js';
import type { Keyring } from './keyring.js';
import { checkedFilePath, digestOf } from './manifest.js';
import { tampered, verifyManifest } from './verified-manifest.js';

const nothing = new Uint8Array();

/**
 * Verifies every byte of a package that was exported to `folder`, without any store. Files that the manifest does not
 * list are not looked at. Errors: `NotFound` where no manifest is, `PackageTampered`.
 */
export async function verifyFolder(folder: string, keyring: Keyring): Promise<PackageVerification> {
  const manifest = await bytesOf(join(folder, proofFiles.manifest));
  if (manifest === undefined) {
    throw new LaurelError(
      'NotFound',
      `${folder} holds no package (${proofFiles.manifest} is missing); write one there with laurel package export.`,
    );
  }
  const signature = (await bytesOf(join(folder, proofFiles.signature))) ?? nothing;
  const attestation = (await bytesOf(join(folder, proofFiles.attestation))) ?? nothing;
  const digest = digestOf(manifest);
  const verified = await verifyManifest(digest, { manifest, signature, attestation }, keyring);
  for (const file of verified.manifest.files) {
    if (await isWhole(join(folder, checkedFilePath(file.path)), file)) continue;
    throw tampered(digest, `${file.path} is missing, or is not the file that its manifest lists`);
  }
  return { digest, ...verified };
}

async function isWhole(path: string, { size, sha256 }: PackageFile): Promise<boolean> {
  const found = await stat(path).catch(absent);
  if (found?.isFile() !== true || found.size !== size) return false;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex') === sha256;
}

function bytesOf(path: string): Promise<Uint8Array | undefined> {
  return readFile(path).catch(absent);
}

function absent(error: unknown): undefined {
  if (hasCode(error, 'ENOENT')) return undefined;
  throw error;
}
