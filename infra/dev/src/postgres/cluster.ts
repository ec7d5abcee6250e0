import { existsSync } from 'node:fs';
import { chown, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { endProcess, identityOf } from '../processes/identity.js';
import { runCommand, type SystemUser } from '../processes/run-command.js';
import { makeFolderFor, ownCluster } from './data-folder.js';

/** Name of the role that owns a cluster. */
export const clusterUser = 'laurel';

export interface Cluster {
  /** Folder with `bin/postgres`. */
  readonly binaries: string;
  readonly data: string;
  readonly password: string;
  readonly user: SystemUser | undefined;
  /** False: nothing waits for the disk. */
  readonly durable: boolean;
}

/** Makes the cluster when there is none, and removes what an earlier server left that would keep the next from starting. */
export async function prepareCluster(cluster: Cluster): Promise<void> {
  if (!existsSync(join(cluster.data, 'PG_VERSION'))) return initialise(cluster);
  await ownCluster(cluster.data, cluster.user);
  await clearStaleServer(cluster.data);
}

/** Made aside and moved into place, so that a start that is cut short leaves no half cluster. */
async function initialise({ binaries, data, password, user, durable }: Cluster): Promise<void> {
  const partial = `${data}.partial`;
  const passwordFile = join(dirname(data), 'initial-password');
  await makeFolderFor(dirname(data), user);
  await rm(partial, { recursive: true, force: true });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user !== undefined) await chown(passwordFile, user.uid, user.gid);
  try {
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    const access = ['--auth=scram-sha-256', `--username=${clusterUser}`, `--pwfile=${passwordFile}`];
    const parameters = [`--pgdata=${partial}`, ...access, ...locale, ...(durable ? [] : ['--no-sync'])];
    await runCommand(join(binaries, 'bin', 'initdb'), parameters, { user, workingDirectory: dirname(data) });
  } finally {
    await unlink(passwordFile);
  }
  await rename(partial, data);
}

/** A server that still runs on these data is stopped; a pid file whose process is another program by now is removed. */
async function clearStaleServer(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const pid = Number(text.split('\n')[0]);
  if (await servesThese(pid, data)) {
    const server = identityOf(pid);
    if (server !== undefined) await endProcess(server, { signal: 'SIGINT', graceMilliseconds: 10_000 });
  }
  await rm(file, { force: true });
}

async function servesThese(pid: number, data: string): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const [program = '', ...parameters] = command.split('\0');
  return program.endsWith('/postgres') && parameters.includes(data);
}
