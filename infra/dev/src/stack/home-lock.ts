import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { LaurelError } from '@laurel/contracts';
import { identityOf, isAlive, type ProcessIdentity } from '../processes/identity.js';
import { readJson } from '../processes/json-file.js';
import { homeFiles } from './home.js';

/** The supervisor that holds a LAUREL_HOME. */
export interface HomeHolder extends ProcessIdentity {
  readonly startedAt: string;
}

/** The live supervisor of this LAUREL_HOME, if any. */
export function holderOf(home: string): HomeHolder | undefined {
  const holder = recorded(homeFiles(home).lock);
  return holder !== undefined && isAlive(holder) ? holder : undefined;
}

/** Makes this process the one supervisor of LAUREL_HOME; returns how to let go. Error: `AlreadyRunning` that names the process. */
export function holdHome(home: string): { readonly holder: HomeHolder; readonly release: () => void } {
  const { lock } = homeFiles(home);
  const own = identityOf(process.pid);
  if (own === undefined) throw new LaurelError('Internal', 'this process cannot be found in the process table.');
  const holder = { ...own, startedAt: new Date().toISOString() };
  const claim = `${lock}.${process.pid}`;
  writeFileSync(claim, `${JSON.stringify(holder)}\n`);
  try {
    while (!linked(claim, lock)) clearDead(home, lock);
  } finally {
    rmSync(claim, { force: true });
  }
  return {
    holder,
    release: () => {
      if (recorded(lock)?.start === holder.start) rmSync(lock, { force: true });
    },
  };
}

/** Of several that find a dead holder, each moves the lock aside; who moved a live one puts it back. */
function clearDead(home: string, lock: string): void {
  const alive = holderOf(home);
  if (alive !== undefined) throw alreadyRunning(home, alive);
  const aside = `${lock}.dead.${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch {
    return;
  }
  const moved = JSON.parse(readFileSync(aside, 'utf8')) as HomeHolder;
  if (isAlive(moved)) linked(aside, lock);
  rmSync(aside, { force: true });
}

const recorded = (lock: string) => readJson(lock) as HomeHolder | undefined;

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function alreadyRunning(home: string, { pid, startedAt }: HomeHolder): LaurelError {
  return new LaurelError(
    'AlreadyRunning',
    `process ${pid} has run the stack of ${home} since ${startedAt}; use it, stop it with laurel down, or set LAUREL_HOME elsewhere.`,
  );
}
