import { spawn } from 'node:child_process';

const unshare = '/usr/bin/unshare';

/** As root a process may leave the network; another user may in a user namespace, where the system allows those. */
const ways: readonly (readonly string[])[] = [
  [unshare, '--net'],
  [unshare, '--user', '--net'],
];

let found: Promise<readonly string[]> | undefined;

/** The command that runs another without network; empty where the system has none. Tried once per process. */
export function networkCut(): Promise<readonly string[]> {
  found ??= firstThatWorks();
  return found;
}

async function firstThatWorks(): Promise<readonly string[]> {
  for (const way of ways) {
    if (await works(way)) return way;
  }
  return [];
}

function works([command = '', ...args]: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, [...args, '/bin/true'], { env: {}, stdio: 'ignore' });
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
}
