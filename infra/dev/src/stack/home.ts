import { chmodSync, existsSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { LaurelError } from '@laurel/contracts';

/** Files below LAUREL_HOME that the stack keeps about itself. */
export const homeFiles = (home: string) =>
  ({
    lock: join(home, 'run', 'supervisor.json'),
    status: join(home, 'run', 'status.json'),
    password: join(home, 'postgres.password'),
    objects: join(home, 'objects'),
    temporal: join(home, 'temporal', 'temporal.db'),
    supervisorLog: join(home, 'logs', 'supervisor.log'),
  }) as const;

/** Makes LAUREL_HOME and returns its real path. Error: `DependencyUnavailable` when it cannot be written. */
export function openHome(path: string): string {
  const wanted = resolve(path);
  try {
    // Others may pass, so that Postgres can run as a user of its own, but not look around.
    if (makeFolders(wanted)) chmodSync(wanted, 0o711);
    for (const folder of ['run', 'logs', 'objects']) mkdirSync(join(wanted, folder), { recursive: true });
    return realpathSync(wanted);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    if (reason === 'ENOSPC')
      throw new LaurelError('StorageFull', `the disk of ${wanted} is full; free space or set LAUREL_HOME elsewhere.`, {
        cause,
      });
    throw new LaurelError(
      'DependencyUnavailable',
      `LAUREL_HOME ${wanted} cannot be written (${reason}); set LAUREL_HOME to a folder that can.`,
      { cause },
    );
  }
}

/** Makes a folder and those above it; tells whether it was missing. Node's own recursive way never returns under /proc. */
function makeFolders(path: string): boolean {
  if (existsSync(path)) return false;
  if (dirname(path) !== path) makeFolders(dirname(path));
  mkdirSync(path);
  return true;
}
