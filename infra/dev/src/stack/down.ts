import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LaurelError } from '@laurel/contracts';
import { signalProcess } from '../processes/identity.js';
import { stopLeftovers } from '../supervisor/leftovers.js';
import { type HomeHolder, holderOf } from './home-lock.js';
import type { StackStatus } from './shapes.js';
import { status } from './status.js';

const patienceMilliseconds = 60_000;
const lookMilliseconds = 50;

/**
 * Stops the stack of this LAUREL_HOME, whoever supervises it, and what a killed supervisor left running; harmless when
 * nothing runs. Error: `DependencyUnavailable` when the supervisor does not end within a minute.
 */
export async function down({ home: path }: { readonly home: string }): Promise<StackStatus> {
  const home = resolve(path);
  if (!existsSync(home)) return status({ home });
  const holder = holderOf(home);
  if (holder !== undefined) {
    signalProcess(holder, 'SIGTERM');
    await untilReleased(home, holder);
  }
  await stopLeftovers(home);
  return status({ home });
}

/** A supervisor inside another program, such as the demo, lets go without ending. */
async function untilReleased(home: string, { pid }: HomeHolder): Promise<void> {
  const until = performance.now() + patienceMilliseconds;
  while (holderOf(home)?.pid === pid) {
    if (performance.now() > until) {
      throw new LaurelError(
        'DependencyUnavailable',
        `the supervisor (process ${pid}) does not stop; look at ${home}/logs, then kill it and run laurel down again.`,
      );
    }
    await delay(lookMilliseconds);
  }
}
