import type { Digest } from '@laurel/domain';

/**
 * Immutable bytes named by digest. Putting the same bytes twice is harmless; nothing is ever overwritten.
 * Named keys may be removed, once what keeps them says that they are too old.
 * Errors: `NotFound`, `PackageTampered` (bytes do not hash to their name), `StorageFull`, `DependencyUnavailable`.
 */
export interface ObjectStore {
  /** Stores `bytes` and returns their digest. */
  put(bytes: Uint8Array): Promise<Digest>;
  /** Stores a file without reading it whole into memory. */
  putFile(path: string): Promise<{ readonly digest: Digest; readonly size: number }>;
  /** The bytes of `digest`, verified. */
  get(digest: Digest): Promise<Uint8Array>;
  /** Writes the bytes of `digest` to `path`, verified. */
  getFile(digest: Digest, path: string): Promise<void>;
  has(digest: Digest): Promise<boolean>;
  /** Stores bytes under a chosen key; returns false, and writes nothing, when the key exists. */
  putNamed(key: string, bytes: Uint8Array): Promise<boolean>;
  /** Stores a file under a chosen key without reading it whole into memory; false, as above, when the key exists. */
  putNamedFile(key: string, path: string): Promise<boolean>;
  /** Writes the bytes under `key` to `path`, which is made anew; false when there are none. */
  getNamedFile(key: string, path: string): Promise<boolean>;
  /** The bytes under `key`, or `undefined`. */
  getNamed(key: string): Promise<Uint8Array | undefined>;
  /** Keys with `prefix`, sorted. */
  listNamed(prefix: string): Promise<readonly string[]>;
  /** Names of the folders directly under `folder`, sorted: what lies between it and the next slash of longer keys. */
  foldersNamed(folder: string): Promise<readonly string[]>;
  /** Removes named keys; one that nobody wrote is no error. Bytes named by digest cannot be removed. */
  removeNamed(keys: readonly string[]): Promise<void>;
}
