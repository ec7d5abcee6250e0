import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import { isProcessAlive } from '../process-name.js';
import { adoptOrphans } from './adoption.js';
import { type Backlog, boundBacklog } from './backlog.js';
import { createShippingProcess } from './shipping-process.js';
import type { ShippingAnswer } from './shipping-tasks.js';

const expiryPrefix = 'expired-';

export interface ShipperOptions {
  /** Folder that the serving processes of this machine share. */
  readonly root: string;
  /** That of this process. */
  readonly folder: string;
  /** URL; `null` keeps what there is on this disk. */
  readonly objectStore: string | null;
  readonly backlogBytes: number;
  readonly keepMilliseconds: number;
  readonly onDropped: (what: 'segments' | 'torn' | 'broken', count: number) => void;
}

/** Brings segments into the object store, in a child process. One call at a time. */
export interface Shipper {
  /** Takes over from dead processes, keeps the backlog in bounds, stores what is closed. Errors: those of the object store. */
  ship(): Promise<void>;
  /** Once an hour one process of the machine removes what is too old. Errors: those of the object store. */
  expire(): Promise<void>;
  /** As of the last `ship`. */
  backlog(): Backlog;
  close(): void;
}

export function createShipper(options: ShipperOptions): Shipper {
  const { root, folder, objectStore, onDropped } = options;
  const child = createShippingProcess();
  let backlog: Backlog = { segments: 0, bytes: 0, oldestAt: null };

  async function survey(): Promise<void> {
    const { dropped, ...left } = await boundBacklog(folder, options.backlogBytes);
    if (dropped > 0) onDropped('segments', dropped);
    backlog = left;
  }

  return {
    ship: async () => {
      await adoptOrphans(root, folder, isProcessAlive);
      await survey();
      if (objectStore === null || backlog.segments === 0) return child.rest();
      const answer = await child.run({ kind: 'ship', objectStore, folder });
      await survey();
      report(answer, onDropped);
    },
    expire: async () => {
      if (objectStore === null || !(await claimHour(root, Date.now()))) return;
      report(await child.run({ kind: 'expire', objectStore, keepMilliseconds: options.keepMilliseconds }), onDropped);
    },
    backlog: () => backlog,
    close: () => child.rest(),
  };
}

function report(answer: ShippingAnswer, onDropped: ShipperOptions['onDropped']): void {
  if (answer.kind === 'failed') throw new LaurelError(answer.code, answer.message);
  if (answer.kind === 'expired') return;
  if (answer.torn > 0) onDropped('torn', answer.torn);
  if (answer.broken > 0) onDropped('broken', answer.broken);
  if (answer.failure !== null) throw new LaurelError(answer.failure.code, answer.failure.message);
}

/** True for the one process that asks first in an hour. */
async function claimHour(root: string, now: number): Promise<boolean> {
  const mine = `${expiryPrefix}${new Date(now).toISOString().slice(0, 13)}`;
  const claims = (await readdir(root)).filter((file) => file.startsWith(expiryPrefix));
  if (claims.includes(mine)) return false;
  const claim = await open(join(root, mine), 'wx').catch(() => null);
  await claim?.close();
  for (const old of claims) await rm(join(root, old), { force: true });
  return claim !== null;
}
