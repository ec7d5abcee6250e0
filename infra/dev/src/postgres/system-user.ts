import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import { runCommand, type SystemUser } from '../processes/run-command.js';

/** Postgres refuses to run as root; then it runs as the first of these that there is. */
const candidates = ['postgres', 'nobody'] as const;

/** The user that Postgres runs as: this one, or `postgres` (made when missing) when this one is root. */
export async function postgresUser(): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  if ((await findUser(candidates[0])) === undefined) await addUser(candidates[0]);
  for (const name of candidates) {
    const user = await findUser(name);
    if (user !== undefined) return user;
  }
  throw new LaurelError(
    'DependencyUnavailable',
    'Postgres cannot run as root and no user "postgres" could be added; run useradd --system postgres, or start Laurel as another user.',
  );
}

async function findUser(name: string): Promise<SystemUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([runCommand('id', ['-u', name]), runCommand('id', ['-g', name])]);
    return { name, uid: Number(uid), gid: Number(gid) };
  } catch {
    return undefined;
  }
}

async function addUser(name: string): Promise<void> {
  const ways: readonly (readonly [string, readonly string[]])[] = [
    ['useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name]],
    ['adduser', ['-S', '-D', '-H', name]],
  ];
  for (const [program, parameters] of ways) {
    const added = await runCommand(program, parameters).then(
      () => true,
      () => false,
    );
    if (added) return;
  }
}

/** May this user enter the folder, and every folder above it? */
export async function canEnter(folder: string, user: SystemUser): Promise<boolean> {
  for (let path = folder; ; path = dirname(path)) {
    const { mode, uid, gid } = await stat(path);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (dirname(path) === path) return true;
  }
}
