// Who has which GPU of this machine, among the jobs of one folder. A lease is a file `<gpu>.<generation>.json` that only one
// process can create; the highest generation counts, and a lease whose holder has ended is free. Jobs that share GPUs
// (time-slicing) leave `<gpu>.shared.<pid>.json` instead: many at once, but never beside an exclusive lease.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeOnce, writeWhole } from './atomic-file.mjs';
import { isAlive } from './process-identity.mjs';

/**
 * `count` of the `gpus` (names as CUDA takes them) for `holder`, all or none; `undefined` when too few are free. The lease ends
 * with its holder.
 */
export function takeGpus(folder, { gpus, count, shared, holder }) {
  mkdirSync(folder, { recursive: true });
  const taken = [];
  for (const gpu of gpus) {
    if (taken.length === count) break;
    const lease = shared ? takeShared(folder, gpu, holder) : takeAlone(folder, gpu, holder);
    if (lease !== undefined) taken.push({ gpu, lease });
  }
  if (taken.length === count) return taken.map(({ gpu }) => gpu);
  for (const { lease } of taken) release(lease);
  return undefined;
}

function takeAlone(folder, gpu, holder) {
  const generations = leases(folder, gpu).map(({ generation }) => generation);
  const newest = Math.max(0, ...generations);
  if (newest > 0 && isHeld(leaseFile(folder, gpu, newest))) return undefined;
  const lease = leaseFile(folder, gpu, newest + 1);
  if (!writeOnce(lease, holder)) return undefined;
  if (isShared(folder, gpu)) {
    release(lease);
    return undefined;
  }
  // The newest but one stays: who read the folder before this lease must still find its name taken.
  for (const old of generations) if (old < newest) rmSync(leaseFile(folder, gpu, old), { force: true });
  return lease;
}

function takeShared(folder, gpu, holder) {
  const lease = join(folder, `${gpu}.shared.${holder.pid}.json`);
  rmSync(lease, { force: true });
  if (!writeOnce(lease, holder)) return undefined;
  const newest = Math.max(0, ...leases(folder, gpu).map(({ generation }) => generation));
  if (newest === 0 || !isHeld(leaseFile(folder, gpu, newest))) return lease;
  release(lease);
  return undefined;
}

/** The file stays: were the highest generation taken away, two could come to hold one GPU under different generations. */
function release(lease) {
  writeWhole(lease, { pid: 0, start: 'released' });
}

function isShared(folder, gpu) {
  const held = (name) => name.startsWith(`${gpu}.shared.`) && isHeld(join(folder, name));
  return readdirSync(folder).some(held);
}

function leases(folder, gpu) {
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${gpu}.`) && name.endsWith('.json'))
    .map((name) => ({ name, generation: Number(name.slice(gpu.length + 1, -'.json'.length)) }))
    .filter(({ generation }) => Number.isInteger(generation));
}

function leaseFile(folder, gpu, generation) {
  return join(folder, `${gpu}.${generation}.json`);
}

function isHeld(path) {
  try {
    return isAlive(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return false;
  }
}
