import type { Split } from '@laurel/domain';
import type { Fleet } from '@laurel/ports';
import type { ModelRegistry } from './model-registry.js';
import { createAttempt, type OutageLog } from './outage.js';
import { repeat } from './repeat.js';
import type { Contact } from './routing/contact.js';
import type { Ejection } from './routing/ejection.js';
import { championOf, versionsOf } from './routing/route.js';
import type { RoutingTable } from './routing/routing-table.js';
import { answering, wantedVersions } from './wanted-versions.js';

const pollMilliseconds = 250;
const renewMilliseconds = 1_000;
const leaseMilliseconds = 3_000;
/** An acknowledgement is said again after this long: it may have gone with a lease that had run out. */
const repeatAcknowledgementMilliseconds = 2_000;

export interface SyncParts {
  readonly fleet: Fleet;
  readonly process: string;
  readonly table: RoutingTable;
  readonly registry: ModelRegistry;
  readonly contact: Contact;
  readonly ejection: Ejection;
  readonly log: OutageLog;
}

/** Makes this process what Postgres says it should be, and says so. */
export interface SyncLoop {
  /**
   * True once a lease has been held, every version of a committed split that answers callers is loaded, and every shadow
   * is loaded or known to fail.
   */
  isReady(): boolean;
  /**
   * For an endpoint whose first split is prepared and may be committed by now: resolves once the desired state has been read
   * after this call. `null` for every other.
   */
  arrival(endpoint: string): Promise<void> | null;
  /** Ends the lease; nothing waits for this process any more. */
  leave(): Promise<void>;
  stop(): Promise<void>;
}

type Desired = Awaited<ReturnType<Fleet['desired']>>;

/** Starts polling the desired state and renewing the lease. Postgres being away never ends it. */
export function startSyncLoop(parts: SyncParts): SyncLoop {
  const { fleet, process, log } = parts;
  const acknowledged = new Map<string, number>();
  let committed: readonly Split[] | null = null;
  let prepared: readonly Split[] = [];
  let leased = false;
  let leaving = false;
  const follow = createAttempt(log, 'reading the desired state');
  const hold = createAttempt(log, 'renewing the lease');

  async function poll(): Promise<void> {
    await follow(async () => {
      const desired = await fleet.desired();
      parts.contact.seen();
      ({ committed, prepared } = desired);
      serve(parts, desired);
      await acknowledgeReady(parts, desired.prepared, acknowledged);
      await parts.ejection.report(fleet, process);
    });
  }

  async function renew(): Promise<void> {
    await hold(async () => {
      await fleet.renewLease(process, leaseMilliseconds);
      leased = true;
    });
  }

  const leaseLoop = repeat(renewMilliseconds, renew);
  const pollLoop = repeat(pollMilliseconds, poll);

  return {
    isReady: () => !leaving && leased && committed !== null && servesAll(parts, committed),
    arrival: (endpoint) => (prepared.some((split) => split.endpoint === endpoint) ? pollLoop.again() : null),
    leave: async () => {
      leaving = true;
      await leaseLoop.stop();
      await hold(() => fleet.endLease(process));
    },
    stop: () => pollLoop.stop(),
  };
}

function servesAll({ table, registry }: SyncParts, committed: readonly Split[]): boolean {
  const isServed = ({ endpoint, epoch }: Split) => table.splitOf(endpoint)?.epoch === epoch;
  // A shadow that cannot be loaded holds up no callers.
  const isShown = ({ shadow }: Split) => shadow === null || registry.isAsideSettled(shadow.digest);
  const isAnswered = (split: Split) => answering(split).every(({ digest }) => registry.isLoaded(digest));
  return committed.every((split) => isServed(split) && isAnswered(split) && isShown(split));
}

/**
 * Loads what is named and serves the committed splits whose champion is there. Others keep their older split; an
 * endpoint that has none answers that it is not ready.
 */
function serve({ table, registry, ejection, log }: SyncParts, desired: Desired): void {
  const { committed, prepared, keepWarm, previous } = desired;
  registry.want(wantedVersions([...committed, ...prepared], keepWarm));
  ejection.keepOnly(committed);
  const next = committed.map((split) => servable(split, table, registry));
  for (const split of next) {
    if (table.splitOf(split.endpoint)?.epoch === split.epoch) continue;
    log.info({ endpoint: split.endpoint, epoch: split.epoch }, 'a split is served');
    warnWithoutBaseline(split, previous, log);
  }
  table.replace(next, keepWarm, previous);
}

/** A first champion has none before it, and a rollback to the first leaves none. */
function warnWithoutBaseline(split: Split, previous: Desired['previous'], log: OutageLog): void {
  const { endpoint, epoch, baseline, policy } = split;
  if (policy?.baselineVersion === undefined || previous.some((version) => version.endpoint === endpoint)) return;
  const instead = baseline === null ? 'nothing' : 'the constant';
  log.warn({ endpoint, epoch }, `no champion was before this one: ${instead} answers as the baseline`);
}

function servable(split: Split, table: RoutingTable, registry: ModelRegistry): Split {
  const champion = championOf(split);
  const isLoaded = champion !== undefined && registry.isLoaded(champion.digest);
  return isLoaded ? split : (table.splitOf(split.endpoint) ?? split);
}

async function acknowledgeReady(
  { fleet, process, registry }: SyncParts,
  prepared: readonly Split[],
  acknowledged: Map<string, number>,
): Promise<void> {
  const keyOf = ({ endpoint, epoch }: Split) => `${endpoint}|${epoch}`;
  const open = new Set(prepared.map(keyOf));
  for (const key of acknowledged.keys()) if (!open.has(key)) acknowledged.delete(key);
  for (const split of prepared) {
    const loaded = versionsOf(split).map(({ digest }) => digest);
    const said = acknowledged.get(keyOf(split)) ?? Number.NEGATIVE_INFINITY;
    const due = performance.now() - said >= repeatAcknowledgementMilliseconds;
    if (!due || !isLoaded(split, registry)) continue;
    await fleet.acknowledge({ endpoint: split.endpoint, epoch: split.epoch, process, loaded });
    acknowledged.set(keyOf(split), performance.now());
  }
}

function isLoaded(split: Split, registry: ModelRegistry): boolean {
  const { shadow } = split;
  const isCopied = shadow === null || registry.aside(shadow.digest) !== undefined;
  return isCopied && answering(split).every(({ digest }) => registry.isLoaded(digest));
}
