import type { Digest, EvaluationSummary, Lineage, ModelSignature, RunId, Task, Timestamp } from '@laurel/domain';

export interface PackageFile {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

/** Canonical `manifest.json`; its digest names the package. */
export interface PackageManifest {
  readonly protocol: '1';
  readonly name: string;
  readonly task: Task;
  readonly createdAt: Timestamp;
  readonly files: readonly PackageFile[];
  readonly signature: ModelSignature;
  readonly algorithm: string;
  readonly framework: string;
  readonly lineage: Lineage;
  readonly run: RunId;
  readonly environment: Digest | null;
  readonly metrics: EvaluationSummary;
}

export type PackageDraft = Omit<PackageManifest, 'protocol' | 'files'>;

/** A package whose digest and signature have been verified. */
export interface VerifiedPackage {
  readonly digest: Digest;
  readonly manifest: PackageManifest;
  /** Bytes of a file of the package, verified against the manifest, or of a file that proves it (`manifest.sig`). */
  read(path: string): Promise<Uint8Array>;
}

/** What a check of every byte of a package found. */
export interface PackageVerification {
  readonly digest: Digest;
  /** Id of the Ed25519 key. */
  readonly signedBy: string;
  readonly manifest: PackageManifest;
}

/** Signed, self-contained artifacts. Errors: `NotFound`, `PackageTampered`. */
export interface Packages {
  /** Signs and stores; publishing the same draft and files again gives the same digest. */
  publish(draft: PackageDraft, files: { readonly [path: string]: Uint8Array }): Promise<Digest>;
  /** Verifies manifest, signature, attestation and every file but the graph, which `read` verifies, before it returns. */
  open(digest: Digest): Promise<VerifiedPackage>;
  /** One file of a package, or one that proves it, verified with the proofs and without the other files. */
  read(digest: Digest, path: string): Promise<Uint8Array>;
  /** Verifies every byte. */
  verify(digest: Digest): Promise<PackageVerification>;
}
