import { canonicalJson, type Digest } from '@laurel/domain';
import type { PackageManifest } from '@laurel/ports';
import { openEnvelope, sealEnvelope } from './dsse.js';
import type { Keyring } from './keyring.js';
import type { Keys } from './keys.js';

const payloadType = 'application/vnd.in-toto+json';

/**
 * `attestation.json`: who made a package from what, as an in-toto statement (v1) with SLSA's provenance (v1) in a
 * signed DSSE envelope. Its subjects are the manifest, whose digest names the package, and the files the manifest lists.
 */
export function attest(digest: Digest, manifest: PackageManifest, keys: Keys): Uint8Array {
  return sealEnvelope({ payloadType, payload: statementOf(digest, manifest) }, keys);
}

/** Tells whether `bytes` are the attestation of this package, signed by a key of the ring. */
export async function isAttested(
  bytes: Uint8Array,
  { digest, manifest }: { readonly digest: Digest; readonly manifest: PackageManifest },
  keyring: Keyring,
): Promise<boolean> {
  const statement = await openEnvelope(bytes, payloadType, keyring);
  return statement !== undefined && Buffer.compare(statement, statementOf(digest, manifest)) === 0;
}

function statementOf(digest: Digest, manifest: PackageManifest): Uint8Array {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      { name: 'manifest.json', digest: sha256(digest) },
      ...manifest.files.map((file) => ({ name: file.path, digest: { sha256: file.sha256 } })),
    ],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: provenanceOf(manifest),
  };
  return new TextEncoder().encode(canonicalJson(statement));
}

function provenanceOf({ name, task, lineage, run, createdAt }: PackageManifest) {
  const { dataset, code, environment, parents } = lineage;
  return {
    buildDefinition: {
      buildType: 'urn:laurel:train:v1',
      externalParameters: { project: name, task },
      internalParameters: { branch: code.branch, dirty: code.dirty },
      resolvedDependencies: [
        { name: `dataset ${dataset.name}, version ${dataset.version}`, digest: sha256(dataset.digest) },
        ...(code.commit === null ? [] : [{ name: 'code', digest: { gitCommit: code.commit } }]),
        ...(environment === null ? [] : [{ name: 'environment.lock', digest: sha256(environment) }]),
        ...parents.map((parent) => ({ name: 'parent model', digest: sha256(parent) })),
      ],
    },
    runDetails: { builder: { id: 'urn:laurel:worker' }, metadata: { invocationId: run, startedOn: createdAt } },
  };
}

function sha256(digest: Digest) {
  return { sha256: digest.slice('sha256:'.length) };
}
