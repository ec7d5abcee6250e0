import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { LaurelError } from '@laurel/contracts';
import type { ShareAddress } from '@laurel/ports';
import { type ConfigSections, mergeConfigs, parseConfig } from './config-file.js';

/** A project of DVC on this machine. */
export interface DvcRepository {
  /** Folder that holds `.dvc`. */
  readonly root: string;
  /** Folder of the cache, as a URL. */
  readonly cache: string;
  readonly config: ConfigSections;
}

/** The project of DVC that `folder` lies in, or `undefined`. */
async function findRepository(folder: string): Promise<DvcRepository | undefined> {
  for (let root = resolve(folder); ; root = dirname(root)) {
    if (await isFolder(join(root, '.dvc'))) return open(root);
    if (dirname(root) === root) return undefined;
  }
}

/** The same. Errors: `DataUnreadable` outside of any. */
export async function demandRepository(folder: string): Promise<DvcRepository> {
  const found = await findRepository(folder);
  if (found !== undefined) return found;
  throw new LaurelError(
    'DataUnreadable',
    `${folder} lies in no project of DVC (there is no .dvc folder in it or above it); run dvc init there, or name the remote.`,
  );
}

async function open(root: string): Promise<DvcRepository> {
  const folder = join(root, '.dvc');
  const files = await Promise.all(['config', 'config.local'].map((name) => readText(join(folder, name))));
  const config = mergeConfigs(files.map((text) => parseConfig(text ?? '')));
  const cache = resolve(folder, config['cache']?.['dir'] ?? 'cache');
  return { root, cache: pathToFileURL(cache).href, config };
}

/** Tells whether `path` is `root` or lies below it. */
export function isBelow(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && resolve(root, way) === path;
}

/** The remote `name`, or the default one; `undefined` where none is set. Errors: `DataUnreadable` for an unknown one. */
export function remoteOf(repository: DvcRepository, name?: string): ShareAddress | undefined {
  const wanted = name ?? repository.config['core']?.['remote'];
  if (wanted === undefined) return undefined;
  const options = repository.config[`remote "${wanted}"`];
  if (options?.['url'] === undefined) {
    const known = Object.keys(repository.config).flatMap((section) => /^remote "(.*)"$/.exec(section)?.[1] ?? []);
    throw new LaurelError(
      'DataUnreadable',
      `${join(repository.root, '.dvc', 'config')} has no remote "${wanted}"; it has ${known.join(', ') || 'none'}.`,
    );
  }
  if (options['version_aware'] === 'true' || options['worktree'] === 'true') {
    throw new LaurelError(
      'DataUnreadable',
      `The remote "${wanted}" is version-aware, so its objects have no digests for names; use a plain remote.`,
    );
  }
  return addressOf(options['url'], join(repository.root, '.dvc'), options);
}

/**
 * A remote by its URL: `s3://`, `file://`, or a path relative to `base`. Errors: `DataUnreadable` for other kinds.
 */
export function addressOf(
  url: string,
  base: string,
  options: { readonly [option: string]: string | undefined } = {},
): ShareAddress {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined) return { url: pathToFileURL(resolve(base, url)).href };
  if (scheme === 'file') return { url: pathToFileURL(resolve(fileURLToPath(url))).href };
  if (scheme !== 's3') {
    throw new LaurelError('DataUnreadable', `A remote of the kind ${scheme}:// is not read; use a folder or s3://.`);
  }
  const { endpointurl, region, access_key_id: id, secret_access_key: secret } = options;
  return {
    url,
    ...(endpointurl === undefined ? {} : { endpoint: endpointurl }),
    ...(region === undefined ? {} : { region }),
    ...(id === undefined || secret === undefined ? {} : { credentials: { accessKeyId: id, secretAccessKey: secret } }),
  };
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Text of a file, or `undefined` where there is none. */
export async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EISDIR') return undefined;
    throw new LaurelError('DataUnreadable', `${path} cannot be read (${error.code ?? 'error'}).`, { cause: error });
  });
}
