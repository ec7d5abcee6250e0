import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A stopped installation's folder, kept aside. */
export interface Snapshot {
  readonly folder: string;
}

/** Copies a stopped home with owners and modes, so that Postgres accepts its data folder again. */
export async function takeSnapshot(home: string, folder: string): Promise<Snapshot> {
  await copyFolder(home, folder);
  return { folder };
}

/** Makes `home` what it was when the snapshot was taken. */
export async function restoreSnapshot({ folder }: Snapshot, home: string): Promise<void> {
  await copyFolder(folder, home);
}

async function copyFolder(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true, mode: 0o755 });
  await run('cp', ['-a', `${from}/.`, to]);
}
