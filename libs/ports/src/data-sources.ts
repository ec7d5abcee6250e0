import type { SourceSpec } from '@laurel/domain';

/**
 * Files of others by key: a folder or a bucket in which Laurel is a guest. Keys are POSIX paths below its root.
 * Errors: `DependencyUnavailable` (it does not answer, or refuses), `StorageFull`.
 */
export interface FileShare {
  /** Size of a file in bytes, or `undefined` without one. */
  sizeOf(key: string): Promise<number | undefined>;
  /** Copies a file to `path`; false, and no file, when there is none. */
  download(key: string, path: string): Promise<boolean>;
  /** Writes a file under `key`; other readers see all of it or nothing. */
  upload(path: string, key: string): Promise<void>;
}

/** Where a share is and how to get in. */
export interface ShareAddress {
  /** `file:///folder` or `s3://bucket/prefix`. */
  readonly url: string;
  /** Of a compatible of S3, such as `http://127.0.0.1:9000`. */
  readonly endpoint?: string;
  readonly region?: string;
  /** Otherwise the usual variables and files of S3 are looked at. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Errors: `DataUnreadable` for an address that this installation does not reach out to. */
export type OpenShare = (address: ShareAddress) => FileShare;

/** What a project wants to be brought here. */
export interface SourceRequest {
  readonly source: SourceSpec;
  /** Column that identifies a row, or `null`. */
  readonly key: string | null;
  /** Folder of the project file: where relative paths start. */
  readonly folder: string;
  /** An empty folder of the caller, who removes it. */
  readonly scratch: string;
}

/**
 * Brings the file that holds the rows of a source to this machine, and gives its path. What has a digest is checked
 * against it. Errors: `DataUnreadable`, `DataCorrupt`, `DataEmpty`, `DependencyUnavailable`, `StorageFull`.
 */
export type SourceReader = (request: SourceRequest) => Promise<string>;

/** Readers by the scheme of a source. Files need none. */
export type Sources = { readonly [scheme in 's3' | 'lakefs' | 'dvc' | 'postgres']: SourceReader };
