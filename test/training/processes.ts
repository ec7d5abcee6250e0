import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A live process of a training. */
export interface TrainingProcess {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly fence: number | null;
  /** `null` for a process that is not a rank. */
  readonly rank: number | null;
}

const lookMilliseconds = 20;

/** Live processes whose environment carries the run's id, zombies left out. Linux only. */
export async function processesOf(runId: string): Promise<readonly TrainingProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map((pid) => read(Number(pid), runId)));
  return found.filter((process) => process !== undefined);
}

async function read(pid: number, runId: string): Promise<TrainingProcess | undefined> {
  try {
    const environment = await variablesOf(pid);
    if (environment['LAUREL_RUN_ID'] !== runId) return undefined;
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name of the program, in parentheses, may hold spaces.
    const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return undefined;
    const { LAUREL_FENCE: fence, RANK: rank } = environment;
    return {
      pid,
      parent: Number(parent),
      group: Number(group),
      fence: fence === undefined ? null : Number(fence),
      rank: rank === undefined ? null : Number(rank),
    };
  } catch {
    // It has ended meanwhile, or belongs to somebody else.
    return undefined;
  }
}

/** The environment that a process was started with. */
export async function variablesOf(pid: number): Promise<Readonly<Record<string, string>>> {
  const pairs = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').filter((pair) => pair.includes('='));
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

/** Those that no other one of them has started: the trainer itself, without its ranks and helpers. */
export function roots(processes: readonly TrainingProcess[]): readonly TrainingProcess[] {
  const pids = new Set(processes.map(({ pid }) => pid));
  return processes.filter(({ parent }) => !pids.has(parent));
}

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Milliseconds until no process is left, or `undefined` when some are after `patience`. */
export async function untilGone(
  alive: () => Promise<readonly TrainingProcess[]>,
  patienceMilliseconds: number,
): Promise<number | undefined> {
  const started = performance.now();
  while (performance.now() - started < patienceMilliseconds) {
    if ((await alive()).length === 0) return performance.now() - started;
    await sleep(lookMilliseconds);
  }
  return undefined;
}

/** Is anybody listening on this TCP port? */
export async function isListening(port: number): Promise<boolean> {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  const listening = '0A';
  for (const table of ['tcp', 'tcp6']) {
    const rows = (await readFile(`/proc/net/${table}`, 'utf8').catch(() => '')).split('\n').slice(1);
    const found = rows.some((row) => {
      const [, local, , state] = row.trim().split(/\s+/);
      return state === listening && local?.endsWith(`:${wanted}`) === true;
    });
    if (found) return true;
  }
  return false;
}
