import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** The core of the server that is measured, and the one of everything else: load generator, Postgres, this process. */
export const cores = { server: 0, load: 1 } as const;

/** How a program is started on a core: the words before its own. */
export type Pinning = (core: number) => readonly string[];

/** Moves this process, and so what it starts, to the load's core. Elsewhere than on Linux nothing is pinned. */
export function pinThisProcess(): { readonly pinning: Pinning; readonly note: string } {
  const impossible = whyNot();
  if (impossible !== null) return { pinning: () => [], note: `nothing is pinned to a core: ${impossible}` };
  execFileSync('taskset', ['-a', '-p', '-c', String(cores.load), String(process.pid)], { stdio: 'ignore' });
  return {
    pinning: (core) => ['taskset', '-c', String(core)],
    note: `servers on core ${cores.server}, load generator and Postgres on core ${cores.load}${siblings()}`,
  };
}

function whyNot(): string | null {
  if (availableParallelism() < 2) return 'there is only one';
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'taskset (util-linux) is missing';
  }
}

/** Two hardware threads of one core share it, which halves what either can do. */
function siblings(): string {
  const file = `/sys/devices/system/cpu/cpu${cores.server}/topology/thread_siblings_list`;
  if (!existsSync(file)) return '';
  const list = readFileSync(file, 'utf8').trim();
  return list === String(cores.server) ? '' : ` (hardware threads of the server's core: ${list})`;
}
