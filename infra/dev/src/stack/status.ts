import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { isAlive } from '../processes/identity.js';
import { readJson } from '../processes/json-file.js';
import { leftoversOf } from '../supervisor/leftovers.js';
import { homeFiles } from './home.js';
import { holderOf } from './home-lock.js';
import type { ProcessStatus, StackStatus } from './shapes.js';

/** What runs in this LAUREL_HOME. Processes that outlived a killed supervisor are shown with their ids. */
export function status({ home: path }: { readonly home: string }): Promise<StackStatus> {
  const home = resolve(path);
  const nothing: StackStatus = {
    home,
    state: 'down',
    supervisor: null,
    ports: null,
    urls: null,
    processes: [],
    failure: null,
  };
  if (!existsSync(home)) return Promise.resolve(nothing);
  const recorded = (readJson(homeFiles(home).status) as StackStatus | undefined) ?? nothing;
  const holder = holderOf(home);
  if (holder === undefined) return Promise.resolve(withoutSupervisor(recorded));
  const supervisor = { pid: holder.pid, startedAt: holder.startedAt };
  // A supervisor that has only just begun has not written its first status yet.
  const isOwn = recorded.supervisor?.pid === holder.pid && isAlive(holder);
  return Promise.resolve(isOwn ? recorded : { ...nothing, state: 'starting', supervisor });
}

function withoutSupervisor(recorded: StackStatus): StackStatus {
  const left = new Map(leftoversOf(recorded.home).map((child) => [child.name, child.pid]));
  const processes = recorded.processes.map((process): ProcessStatus => {
    const pid = left.get(process.name);
    return pid === undefined ? { ...process, state: 'stopped', pid: null } : { ...process, pid };
  });
  return {
    ...recorded,
    state: recorded.state === 'failed' ? 'failed' : 'down',
    supervisor: null,
    urls: null,
    ports: null,
    processes,
  };
}
