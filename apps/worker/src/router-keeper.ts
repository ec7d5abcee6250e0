import { isLaurelError } from '@laurel/contracts';
import type { Events, Routing, TrafficRouters } from '@laurel/ports';
import type { Logger } from '@laurel/telemetry';

interface KeeperPorts {
  readonly routers: TrafficRouters;
  readonly routing: Routing;
  readonly events: Events;
}

/**
 * Keeps routers equal to the committed splits: what is missing or was changed by hand is written again, and what cannot be
 * (somebody else owns it, the API server is away) is told once, until it changes.
 */
export function createRouterKeeper(ports: KeeperPorts, log: Logger): { pass(): Promise<void> } {
  /** The last trouble that was told of an endpoint. */
  const told = new Map<string, string>();
  return {
    pass: async () => {
      for (const endpoint of await ports.routers.endpoints()) await keep(ports, endpoint, { told, log });
    },
  };
}

async function keep(
  { routers, routing, events }: KeeperPorts,
  endpoint: string,
  { told, log }: { readonly told: Map<string, string>; readonly log: Logger },
): Promise<void> {
  const split = await routing.current(endpoint);
  if (split === undefined) return;
  const { epoch } = split;
  try {
    const router = await routers.inFrontOf(endpoint);
    const before = await router?.current(endpoint);
    const outcome = await router?.apply(split);
    told.delete(endpoint);
    if (outcome !== 'applied') return;
    const type = before?.epoch === epoch ? 'router.mended' : 'router.followed';
    log.warn({ endpoint, epoch, type }, 'a router was not as its split says and is again');
    await events.append({ type, subject: endpoint, detail: { epoch, was: before ?? null } });
  } catch (error) {
    if (!isLaurelError(error)) throw error;
    if (error.code === 'StaleEpoch' || error.code === 'StaleFence') return;
    if (told.get(endpoint) === error.message) return;
    told.set(endpoint, error.message);
    log.warn({ endpoint, epoch, code: error.code, message: error.message }, 'a router cannot follow its split');
    const detail = { epoch, code: error.code, message: error.message };
    await events.append({ type: 'router.behind', subject: endpoint, detail });
  }
}
