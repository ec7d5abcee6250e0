// What ends an attempt from outside: its deadline, a hang, too much memory, too little disk.
import { lstatSync, readdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { proportionalBytes, residentBytes } from './memory.mjs';

const memoryEvery = 500;
/** On a machine with many processes a look takes long; the trainer is to keep its cores all the same. */
const restPerLook = 50;
const diskEvery = 2_000;
const gigabyte = 1024 ** 3;

/**
 * A function that says why an attempt has to end now: `{reason, detail}`, or undefined. `start` is the attempt's start.json,
 * `signs` say how long the trainer has been silent, `family` lists its processes.
 */
export function watchLimits({ start, signs, family, now }) {
  const began = now();
  let memoryDue = began + memoryEvery;
  let diskDue = began + diskEvery;
  let silentBefore = false;
  return () => {
    const at = now();
    if (at - began > start.deadlineMilliseconds) return { reason: 'deadline' };
    // A supervisor that was held up itself has yet to read what the trainer said: only the second look in a row counts.
    const silent = signs.silentFor(at) > start.silenceMilliseconds;
    if (silent && silentBefore) return { reason: 'hung' };
    silentBefore = silent;
    if (at >= memoryDue) {
      const detail = memoryProblem(family.look(), start.memoryBytes);
      memoryDue = now() + Math.max(memoryEvery, restPerLook * (now() - at));
      if (detail !== undefined) return { reason: 'memory', detail };
    }
    if (at >= diskDue) {
      diskDue = at + diskEvery;
      const detail = diskProblem(start);
      if (detail !== undefined) return { reason: 'disk', detail };
    }
    return undefined;
  };
}

function memoryProblem(members, limit) {
  const pids = members.map(({ pid }) => pid);
  if (limit === null || residentBytes(pids) <= limit) return undefined;
  const held = proportionalBytes(pids);
  return held <= limit ? undefined : `it held ${inGigabytes(held)} of memory where ${inGigabytes(limit)} are allowed`;
}

function diskProblem({ output, checkpoints, disk }) {
  const held = bytesUnder(output) + bytesUnder(checkpoints);
  if (held > disk.mostBytes) {
    return `its output and checkpoints took ${inGigabytes(held)} where ${inGigabytes(disk.mostBytes)} are allowed`;
  }
  const free = freeBytes(output);
  if (free === undefined || free >= disk.freeBytes) return undefined;
  return `the disk has ${inGigabytes(free)} left where ${inGigabytes(disk.freeBytes)} are to stay free`;
}

function freeBytes(path) {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

/** Space that plain files take; what vanishes while one looks counts as nothing. */
function bytesUnder(folder) {
  let total = 0;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) total += bytesUnder(path);
      else if (entry.isFile()) total += lstatSync(path).size;
    }
  } catch {
    // Removed or renamed under our eyes.
  }
  return total;
}

function inGigabytes(bytes) {
  return `${(bytes / gigabyte).toPrecision(3)} GiB`;
}
