import { createHash, randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SystemUser } from '../processes/run-command.js';
import { runCommand } from '../processes/run-command.js';
import { sharedFolder } from './binaries.js';
import { canEnter } from './system-user.js';

/** Holds the place of the data when it could not lie below LAUREL_HOME. */
const marker = 'postgres-moved-to';

/** Where a cluster lies; `moved` when LAUREL_HOME is closed to the user that Postgres runs as. */
export interface DataFolder {
  readonly path: string;
  readonly moved: boolean;
}

/**
 * Settles where the cluster of this LAUREL_HOME lies, and makes its parent: below LAUREL_HOME, or in a shared folder when
 * run as root under a folder that user postgres cannot enter. A place that belonged to an earlier LAUREL_HOME of the same
 * path, since removed, is emptied: its objects and keys are gone, so its rows would point nowhere.
 */
export async function settleDataFolder(home: string, user: SystemUser | undefined): Promise<DataFolder> {
  const own = join(home, 'postgres');
  if (user === undefined || (await canEnter(home, user))) {
    await makeFolderFor(own, user);
    return { path: join(own, 'data'), moved: false };
  }
  const place = join(await sharedFolder(), createHash('sha256').update(home).digest('hex').slice(0, 16));
  const known = await readFile(join(home, marker), 'utf8').catch(() => undefined);
  const there = await readFile(join(place, 'home-id'), 'utf8').catch(() => undefined);
  const [, id] = known?.split('\n') ?? [];
  if (there === undefined || there !== id) {
    const fresh = randomBytes(8).toString('hex');
    await rm(place, { recursive: true, force: true });
    await makeFolderFor(place, user);
    await writeFile(join(place, 'home-id'), fresh);
    await writeFile(join(home, marker), `${place}\n${fresh}`);
  }
  return { path: join(place, 'data'), moved: true };
}

/** Gives an existing cluster to the user it runs as, should a copy or a restore have changed its owner. */
export async function ownCluster(data: string, user: SystemUser | undefined): Promise<void> {
  if (user === undefined) return;
  const { uid } = await stat(join(data, 'PG_VERSION'));
  if (uid !== user.uid) await runCommand('chown', ['-R', `${user.uid}:${user.gid}`, data]);
}

/** Makes a folder that belongs to the user Postgres runs as, and to nobody else. */
export async function makeFolderFor(folder: string, user: SystemUser | undefined): Promise<void> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o700);
  if (user !== undefined) await chown(folder, user.uid, user.gid);
}
