import { setPriority } from 'node:os';
import { isLaurelError } from '@laurel/contracts';
import { openObjectStore } from '@laurel/objectstore';
import { expire } from './retention.js';
import { shipFolder } from './ship-folder.js';
import type { ShippingAnswer, ShippingTask } from './shipping-tasks.js';

/*
 * The process that turns segments into Parquet files and stores them, one task at a time, while a serving process lives
 * that asks for it. It yields the processor to everybody.
 */

const limits = { threads: 1, memoryLimit: '256MB' };
const lowest = 19;

async function work(task: ShippingTask): Promise<ShippingAnswer> {
  const objectStore = openObjectStore(task.objectStore);
  if (task.kind === 'ship') {
    return { kind: 'shipped', ...(await shipFolder({ folder: task.folder, objectStore, limits })) };
  }
  const { keepMilliseconds } = task;
  return { kind: 'expired', files: await expire(objectStore, { endpoint: null, keepMilliseconds, now: Date.now() }) };
}

function failed(error: unknown): ShippingAnswer {
  if (isLaurelError(error)) return { kind: 'failed', code: error.code, message: error.message };
  return { kind: 'failed', code: 'Internal', message: `The prediction log cannot be stored: ${String(error)}` };
}

setPriority(lowest);
process.on('message', (task: ShippingTask) => {
  void work(task)
    .catch(failed)
    .then((answer) => process.send?.(answer));
});
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => undefined);
process.on('SIGINT', () => undefined);
