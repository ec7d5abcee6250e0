import { isLaurelError, LaurelError } from '@laurel/contracts';
import type { Split } from '@laurel/domain';
import { sleep } from '@temporalio/activity';
import { heartbeat } from '../heartbeat.js';
import type { ActivityPorts } from '../ports.js';

type Ports = Pick<ActivityPorts, 'events' | 'routers' | 'routing'>;

/** Longest wait for a router within one attempt; one that needs longer gets the next attempt. */
const readinessMilliseconds = 60_000;
const pollMilliseconds = 500;

/**
 * Lets the router in front of the endpoint follow a committed split, and waits until the router says that it does.
 * Errors: `ModelNotReady` (what it waits for), those of the router.
 */
export async function followSplit({ routers }: Ports, split: Split): Promise<Split> {
  const { endpoint, epoch } = split;
  const router = await routers?.inFrontOf(endpoint);
  if (router === undefined) return split;
  await router.apply(split);
  const until = Date.now() + readinessMilliseconds;
  for (;;) {
    const readiness = await router.readiness(endpoint, epoch);
    if (readiness.state === 'ready') return split;
    if (Date.now() >= until) {
      throw new LaurelError(
        'ModelNotReady',
        `the router of endpoint ${endpoint} does not route by epoch ${epoch} after ${readinessMilliseconds / 1000} s: ${readiness.why}.`,
      );
    }
    heartbeat({ router: router.kind, waiting: readiness.why });
    await sleep(pollMilliseconds);
  }
}

/**
 * Tells the router of an endpoint what is committed now, and waits for nothing: serving processes obey the committed split
 * already. A router that cannot follow is told to people, and tried again by the worker that keeps routers.
 */
export async function followLater({ routers, routing, events }: Ports, endpoint: string): Promise<void> {
  if (routers === undefined) return;
  const split = await routing.current(endpoint);
  try {
    const router = await routers.inFrontOf(endpoint);
    if (split === undefined) await router?.remove(endpoint);
    else await router?.apply(split);
  } catch (error) {
    if (!isLaurelError(error)) throw error;
    if (error.code === 'StaleEpoch' || error.code === 'StaleFence') return;
    const detail = { epoch: split?.epoch ?? null, code: error.code, message: error.message };
    await events.append({ type: 'router.behind', subject: endpoint, detail });
  }
}
