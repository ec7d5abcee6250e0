// What processes hold in memory, and how often this machine or container has run out of it.
import { readFileSync, writeFileSync } from 'node:fs';

const kilobyte = 1024;

/** Bytes resident, pages that several processes share counted once per process: quick, and never too low. */
export function residentBytes(pids) {
  return sum(pids, (pid) => kilobytesIn(`/proc/${pid}/status`, 'VmRSS'));
}

/** Bytes resident, shared pages divided among those who share them: exact, and slower. */
export function proportionalBytes(pids) {
  return sum(pids, (pid) => kilobytesIn(`/proc/${pid}/smaps_rollup`, 'Pss'));
}

/** Processes that the kernel has killed for want of memory: of this container where it counts them, else of the machine. */
export function oomKills() {
  for (const path of counterPaths()) {
    const count = numberIn(path, 'oom_kill');
    if (count !== undefined) return count;
  }
  return 0;
}

/** Makes the kernel choose this process, and what it starts, before the database and the workers when memory runs out. */
export function offerToKernel(pid) {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, '500');
  } catch {
    // Not Linux, or gone already.
  }
}

function counterPaths() {
  const groups = (textOf('/proc/self/cgroup') ?? '').split('\n').map((line) => line.split(':'));
  const unified = groups.find(([number]) => number === '0')?.[2];
  const memory = groups.find(([, controllers]) => controllers?.split(',').includes('memory'))?.[2];
  return [
    ...(unified === undefined ? [] : [`/sys/fs/cgroup${unified}/memory.events`]),
    ...(memory === undefined || memory === '/' ? [] : [`/sys/fs/cgroup/memory${memory}/memory.oom_control`]),
    '/proc/vmstat',
  ];
}

function sum(pids, bytesOf) {
  return pids.reduce((total, pid) => total + (bytesOf(pid) ?? 0) * kilobyte, 0);
}

function kilobytesIn(path, name) {
  return numberIn(path, `${name}:`);
}

/** The number after `name` at the beginning of a line. */
function numberIn(path, name) {
  const text = textOf(path);
  const line = text?.split('\n').find((each) => each.startsWith(`${name} `) || each.startsWith(`${name}\t`));
  const found = line === undefined ? Number.NaN : Number.parseInt(line.slice(name.length), 10);
  return Number.isFinite(found) ? found : undefined;
}

function textOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
