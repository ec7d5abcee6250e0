import type { Digest } from '@laurel/domain';

/** Whose artifacts: a run, a logged model, or a registered version (which never change). */
export interface ArtifactOwnerKey {
  readonly kind: 'run' | 'loggedModel' | 'version';
  readonly id: string;
}

export interface StoredArtifact {
  /** Relative to the owner, without a slash at either end. */
  readonly path: string;
  readonly digest: Digest;
  readonly size: number;
}

/** What lies directly in a folder. */
export interface ArtifactEntry {
  readonly name: string;
  readonly folder: boolean;
  /** `null` for a folder. */
  readonly size: number | null;
}

/** An upload in parts that is not complete yet. */
export interface ArtifactUpload {
  readonly id: string;
  readonly owner: ArtifactOwnerKey;
  readonly path: string;
  readonly parts: number;
}

/** Which object lies under which path of whom. Paths come checked; the bytes are in the object store. */
export interface Artifacts {
  /**
   * Points a path at an object; what lay there before is replaced. Errors: `Conflict` when the path is a folder, or lies in
   * what is a file, or the owner is a version.
   */
  put(owner: ArtifactOwnerKey, artifact: StoredArtifact, actor: string): Promise<void>;
  find(owner: ArtifactOwnerKey, path: string): Promise<StoredArtifact | undefined>;
  /** What lies directly in `folder` (empty for the root), sorted; `undefined` when nothing does. */
  entries(owner: ArtifactOwnerKey, folder: string): Promise<readonly ArtifactEntry[] | undefined>;
  /** Everything in `folder` and below, sorted, at most `limit`; paths are relative to the owner. */
  tree(owner: ArtifactOwnerKey, folder: string, limit: number): Promise<readonly StoredArtifact[]>;
  /** Removes a file, or a folder with all in it; returns how many files. Errors: `Conflict` for a version. */
  remove(owner: ArtifactOwnerKey, path: string): Promise<number>;
  /** Copies files to a version, for good. Idempotent. */
  pin(version: string, files: readonly StoredArtifact[], actor: string): Promise<void>;

  beginUpload(upload: ArtifactUpload, actor: string): Promise<void>;
  /** `undefined` also for one that was begun more than a day ago. */
  findUpload(id: string): Promise<ArtifactUpload | undefined>;
  /** A part sent again replaces the first one. */
  putPart(
    upload: string,
    part: { readonly part: number; readonly digest: Digest; readonly size: number },
  ): Promise<void>;
  parts(upload: string): Promise<readonly { readonly part: number; readonly digest: Digest; readonly size: number }[]>;
  /** Forgets an upload and its parts; harmless when there is none. */
  endUpload(id: string): Promise<void>;
  /** Forgets uploads that were begun more than a day ago. */
  pruneUploads(): Promise<void>;
}
