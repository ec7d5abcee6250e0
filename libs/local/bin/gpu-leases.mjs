// Who has which GPU of this machine, among the jobs of one folder. A lease is a file `<gpu>.<generation>.json` that only one
// process can create; the highest generation counts, and a lease whose holder has ended is free. Jobs that share GPUs
// (time-slicing) leave `<gpu>.shared.<one of its own>.json` instead: many at once, but never beside an exclusive lease.
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeOnce, writeWhole } from './atomic-file.mjs';
import { isAlive } from './process-identity.mjs';

/**
 * `count` of the `gpus` (names as CUDA takes them) for `holder`, all or none; `undefined` when too few are free. The lease ends
 * with its holder. Those who share get the GPUs that the fewest share.
 */
export function takeGpus(folder, { gpus, count, shared, holder }) {
  mkdirSync(folder, { recursive: true });
  const taken = [];
  for (const gpu of shared ? leastShared(folder, gpus) : gpus) {
    if (taken.length === count) break;
    const lease = shared ? takeShared(folder, gpu, holder) : takeAlone(folder, gpu, holder);
    if (lease !== undefined) taken.push({ gpu, lease });
  }
  if (taken.length === count) return taken.map(({ gpu }) => gpu);
  for (const { lease } of taken) giveBack(lease);
  return undefined;
}

function takeAlone(folder, gpu, holder) {
  const generations = generationsOf(folder, gpu);
  const newest = Math.max(0, ...generations);
  if (newest > 0 && isHeld(leaseFile(folder, gpu, newest))) return undefined;
  const file = leaseFile(folder, gpu, newest + 1);
  if (!writeOnce(file, holder)) return undefined;
  const lease = { file, shared: false };
  // Since the look above the GPU may have gone through so many hands that this generation's file was free again.
  if (Math.max(...generationsOf(folder, gpu)) > newest + 1 || sharers(folder, gpu) > 0) {
    giveBack(lease);
    return undefined;
  }
  for (const old of generations) if (old < newest) rmSync(leaseFile(folder, gpu, old), { force: true });
  return lease;
}

function takeShared(folder, gpu, holder) {
  const file = join(folder, `${gpu}.shared.${randomUUID()}.json`);
  writeWhole(file, holder);
  const lease = { file, shared: true };
  const newest = Math.max(0, ...generationsOf(folder, gpu));
  if (newest === 0 || !isHeld(leaseFile(folder, gpu, newest))) return lease;
  giveBack(lease);
  return undefined;
}

/** The file of one that is alone stays: were the highest generation taken away, two could come to hold one GPU. */
function giveBack({ file, shared }) {
  if (shared) rmSync(file, { force: true });
  else writeWhole(file, { pid: 0, start: 'released' });
}

/** How many share a GPU now; leases of those who have ended are cleared away. */
function sharers(folder, gpu) {
  const files = readdirSync(folder)
    .filter((name) => name.startsWith(`${gpu}.shared.`) && name.endsWith('.json'))
    .map((name) => join(folder, name));
  const held = files.filter(isHeld);
  for (const file of files) if (!held.includes(file)) rmSync(file, { force: true });
  return held.length;
}

function leastShared(folder, gpus) {
  const counts = new Map(gpus.map((gpu) => [gpu, sharers(folder, gpu)]));
  return gpus.toSorted((one, other) => counts.get(one) - counts.get(other));
}

function generationsOf(folder, gpu) {
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${gpu}.`) && name.endsWith('.json'))
    .map((name) => Number(name.slice(gpu.length + 1, -'.json'.length)))
    .filter(Number.isInteger);
}

function leaseFile(folder, gpu, generation) {
  return join(folder, `${gpu}.${generation}.json`);
}

function isHeld(path) {
  try {
    return isAlive(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    // What cannot be read for want of files or rights may well be held.
    if (error.code === 'ENOENT' || error.name === 'SyntaxError') return false;
    throw error;
  }
}
