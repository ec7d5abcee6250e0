import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityOf, isAlive, type ProcessIdentity } from '../processes/identity.js';
import { readJson, writeJson } from '../processes/json-file.js';
import { stopLeftovers } from '../supervisor/leftovers.js';

const prefix = 'laurel-test-servers-';

/** A folder for the servers of this test run, which others may pass through (Postgres may run as a user of its own). */
export async function makeServersFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  await chmod(folder, 0o711);
  writeJson(join(folder, 'owner.json'), identityOf(process.pid));
  return folder;
}

/** Where a control plane of Kubernetes goes, should a test of this run ask for one. */
export const clusterFolder = (folder: string): string => join(folder, 'cluster');

/** Stops the servers of test runs that were killed, and removes their folders. */
export async function clearAbandonedServers(): Promise<void> {
  const folders = readdirSync(tmpdir())
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(tmpdir(), name));
  for (const folder of folders) {
    const owner = readJson(join(folder, 'owner.json')) as ProcessIdentity | undefined;
    if (owner === undefined || isAlive(owner)) continue;
    await stopLeftovers(folder);
    await stopLeftovers(clusterFolder(folder));
    rmSync(folder, { recursive: true, force: true });
  }
}
