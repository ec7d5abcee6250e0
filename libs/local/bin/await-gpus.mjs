// Waits until an attempt has its GPUs.
import { setTimeout as delay } from 'node:timers/promises';
import { takeGpus } from './gpu-leases.mjs';
import { identityOf } from './process-identity.mjs';

const leaseMilliseconds = 500;

/**
 * `{environment}`, which shows the trainer its GPUs (and hides none when it asks for none), or `{reason, detail}` when it will
 * get none. `waiting` hears once why it waits, and null when it goes on; `asked` tells whether the attempt is to stop.
 */
export async function awaitGpus(start, { waiting, asked }) {
  const { folder, ids, count, shared } = start.gpus;
  if (count === 0) return { environment: {} };
  if (ids.length < count) {
    const detail = `this machine has ${ids.length} GPUs that fit where ${count} are asked for`;
    return { reason: 'unschedulable', detail };
  }
  const inUse = `other jobs have too many of this machine's ${ids.length} GPUs to leave ${count}`;
  const until = performance.now() + start.pendingMilliseconds;
  for (let told = false; ; told = true) {
    const { taken, problem = inUse } = tryToTake(folder, { gpus: ids, count, shared, holder: identityOf(process.pid) });
    if (taken !== undefined) {
      if (told) waiting(null);
      return { environment: { CUDA_VISIBLE_DEVICES: taken.join(',') } };
    }
    if (!told) waiting(problem);
    if (asked()) return { reason: 'stopped' };
    if (performance.now() > until) return { reason: 'unschedulable', detail: problem };
    await delay(leaseMilliseconds * (0.5 + Math.random()));
  }
}

/** A full disk, for instance, may have room again: no reason to give up before the time. */
function tryToTake(folder, asked) {
  try {
    return { taken: takeGpus(folder, asked) };
  } catch (error) {
    return { problem: `the leases of this machine's GPUs cannot be kept (${error.message})` };
  }
}
