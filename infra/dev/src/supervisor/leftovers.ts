import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { endProcess, isAlive, type ProcessIdentity } from '../processes/identity.js';
import { readJson } from '../processes/json-file.js';

/** A child as it is recorded, so that it can be found when its supervisor is gone. */
export interface RecordedChild extends ProcessIdentity {
  readonly name: string;
}

const graceMilliseconds = 5_000;

/** Where the identities of running children lie. */
export const childrenFile = (home: string): string => join(home, 'run', 'children.json');

/** Children of an earlier supervisor that still run. */
export function leftoversOf(home: string): readonly RecordedChild[] {
  return ((readJson(childrenFile(home)) as readonly RecordedChild[] | undefined) ?? []).filter(isAlive);
}

/** Stops what an earlier supervisor left running, last started first; returns the names of what it stopped. */
export async function stopLeftovers(home: string): Promise<readonly string[]> {
  const left = leftoversOf(home).toReversed();
  for (const child of left) {
    await endProcess(child, { signal: child.name === 'postgres' ? 'SIGINT' : 'SIGTERM', graceMilliseconds });
  }
  await stopJobs(home);
  return left.map(({ name }) => name);
}

/**
 * Stops the training jobs of this LAUREL_HOME. They outlive workers on purpose; each commits a checkpoint, counts as
 * preempted, and goes on after the next start.
 */
export async function stopJobs(home: string): Promise<void> {
  const attempts = foldersIn(join(home, 'jobs')).flatMap((job) => foldersIn(join(job, 'attempts')));
  const identities = (file: string) =>
    attempts.flatMap((attempt) => (readJson(join(attempt, file)) as ProcessIdentity | undefined) ?? []).filter(isAlive);
  await Promise.all(identities('supervisor.json').map((job) => endProcess(job, { graceMilliseconds })));
  await Promise.all(identities('trainer.json').map((trainer) => endProcess(trainer, { graceMilliseconds: 0 })));
}

function foldersIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}
