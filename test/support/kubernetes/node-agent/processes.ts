import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Variable by which a container's processes are known, also when they have left its process group. */
export const markerName = 'LAUREL_TEST_NODE_AGENT';

/** Live processes whose marker begins with `marker`. */
export function processesOf(marker: string): readonly number[] {
  return processIds().filter((pid) => markerOf(pid)?.startsWith(marker) === true);
}

/** Kills everything with a marker, also what it starts meanwhile. */
export function killAll(marker: string): void {
  for (let round = 0; round < 20; round += 1) {
    const left = processesOf(marker);
    if (left.length === 0) return;
    for (const pid of left) signal(pid, 'SIGKILL');
  }
}

/** Name of an agent's folder, up to the id of its process. */
export const folderPrefix = 'laurel-node-agent-';

/** Kills what agents left running that were killed themselves, and removes their folders. */
export function clearAbandoned(): void {
  for (const pid of processIds()) if (isAbandoned(markerOf(pid) ?? '')) signal(pid, 'SIGKILL');
  const folders = readdirSync(tmpdir()).filter((name) => name.startsWith(folderPrefix));
  for (const name of folders.filter((one) => isAbandoned(one.slice(folderPrefix.length))))
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
}

/** Markers and names of folders begin with the id of the agent's process. */
function isAbandoned(name: string): boolean {
  const owner = Number.parseInt(name, 10);
  return !Number.isNaN(owner) && textOf(`/proc/${owner}/stat`) === undefined;
}

/** Anonymous and shared memory of processes together, in bytes: what a memory limit counts besides the page cache. */
export function memoryOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const kilobytes = (textOf(`/proc/${pid}/status`) ?? '').matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm);
    return sum + [...kilobytes].reduce((own, [, size]) => own + Number(size) * 1_024, 0);
  }, 0);
}

/** Sends a signal; harmless when the process is gone. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has just ended.
  }
}

function markerOf(pid: number): string | undefined {
  const variable = (textOf(`/proc/${pid}/environ`) ?? '').split('\0').find((one) => one.startsWith(`${markerName}=`));
  return variable?.slice(markerName.length + 1);
}

function processIds(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
