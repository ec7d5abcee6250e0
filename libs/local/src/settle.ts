import { rm } from 'node:fs/promises';
import { writeOnce } from '../bin/atomic-file.mjs';
import { followFamily } from '../bin/family.mjs';
import { isOfThisBoot } from '../bin/process-identity.mjs';
import { isAbsent, namedError } from './error-code.js';
import { type AttemptExit, type AttemptFiles, readIdentity, readStart } from './job-files.js';

/**
 * Ends an attempt whose supervisor has vanished: kills what still runs of it and writes how it ended in the supervisor's
 * place. Any number of processes may do so at once; the first word stands.
 */
export async function settleLost(attempt: AttemptFiles): Promise<void> {
  await killFamily(attempt);
  const supervisor = await readIdentity(attempt.supervisor);
  const here = supervisor === undefined || isOfThisBoot(supervisor);
  const exit: AttemptExit = {
    reason: here ? 'lost' : 'nodeLost',
    code: null,
    signal: null,
    detail: null,
    oomKilled: false,
    lastLines: [],
    failure: null,
    endedAt: new Date().toISOString(),
  };
  try {
    writeOnce(attempt.exit, exit);
  } catch (error) {
    // The job has been removed meanwhile.
    if (!isAbsent(error)) throw namedError(error);
  }
}

/** Kills everything that an attempt has started, when its supervisor can no longer do so. */
export async function killFamily(attempt: AttemptFiles): Promise<void> {
  const start = await readStart(attempt);
  if (start === undefined) return;
  await followFamily({ mark: start.mark, root: await readIdentity(attempt.trainer) }).end();
  await rm(start.temporary, { recursive: true, force: true });
}
