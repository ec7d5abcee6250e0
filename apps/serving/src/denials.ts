import { isLaurelError } from '@laurel/contracts';
import { keyNamedBy } from '@laurel/domain';
import type { Audit, AuditEntry } from '@laurel/ports';
import type { Logger } from '@laurel/telemetry';
import { refusedKeyOf } from './caller.js';

/** Somebody who was not let in. */
interface TurnedAway {
  readonly error: unknown;
  /** The request, or the metadata of the call. */
  readonly carrier: object;
  /** Method and route: nothing that a caller can choose tells two denials apart. */
  readonly subject: string;
  readonly address: string | undefined;
  readonly authorization: string | undefined;
}

/** Is told of every error that may be a denial. Never throws and never waits. */
export type Denied = (turnedAway: TurnedAway) => void;

interface Kind {
  readonly entry: AuditEntry & { readonly detail: { readonly [name: string]: unknown } };
  /** Denials that are not in the log yet. */
  times: number;
  from: number;
  until: number;
  /** `null` before the first. */
  writtenAt: number | null;
}

const lookMilliseconds = 1_000;
/** A kind that comes again is written once in so long. */
const windowMilliseconds = 60_000;
/** Kinds told apart at a time; the rest is counted together. */
const largestWindow = 200;
const others: Kind['entry'] = { actor: 'many', action: 'request.denied', subject: 'many', detail: {} };

export interface Denials {
  readonly denied: Denied;
  /** Writes what is still counted. */
  close(): Promise<void>;
}

/**
 * Writes to the audit log who was turned away, behind the back of requests: they are counted in memory by caller and
 * route, and once a second a kind that is new, or old enough, becomes one event with how often it came. What Postgres
 * does not take is counted on.
 */
export function createDenials(audit: Pick<Audit, 'append'>, log: Pick<Logger, 'warn'>): Denials {
  const kinds = new Map<string, Kind>();

  const write = async (now: number, writtenBefore: number): Promise<void> => {
    for (const [key, kind] of kinds) {
      if (kind.writtenAt !== null && kind.writtenAt > writtenBefore) continue;
      if (kind.times === 0) {
        kinds.delete(key);
        continue;
      }
      const { entry, times, from, until } = kind;
      kind.times = 0;
      try {
        const span = { times, from: new Date(from).toISOString(), until: new Date(until).toISOString() };
        await audit.append({ ...entry, detail: { ...entry.detail, ...span } });
        kind.writtenAt = now;
      } catch (error) {
        kind.times += times;
        kind.from = from;
        log.warn({ err: error }, 'denials could not be written to the audit log; they are counted on');
        return;
      }
    }
  };
  let writing: Promise<void> | null = null;
  const look = () => {
    const now = Date.now();
    writing ??= write(now, now - windowMilliseconds).finally(() => {
      writing = null;
    });
  };
  const timer = setInterval(look, lookMilliseconds);
  timer.unref();

  return {
    denied: (turnedAway) => {
      const entry = entryOf(turnedAway);
      if (entry !== undefined) count(kinds, entry);
    },
    close: async () => {
      clearInterval(timer);
      await writing;
      await write(Date.now(), Number.POSITIVE_INFINITY);
    },
  };
}

function count(kinds: Map<string, Kind>, entry: Kind['entry']): void {
  const now = Date.now();
  const own = `${entry.actor}\n${entry.subject}`;
  const key = kinds.has(own) || kinds.size < largestWindow ? own : '';
  const kind = kinds.get(key) ?? {
    entry: key === '' ? others : entry,
    times: 0,
    from: now,
    until: now,
    writtenAt: null,
  };
  if (kind.times === 0) kind.from = now;
  kind.times += 1;
  kind.until = now;
  kinds.set(key, kind);
}

function entryOf({ error, carrier, subject, address, authorization }: TurnedAway): Kind['entry'] | undefined {
  if (!isLaurelError(error) || (error.code !== 'Unauthenticated' && error.code !== 'Forbidden')) return undefined;
  const identity = refusedKeyOf(carrier);
  const key = identity?.id ?? keyNamedBy(/^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? '');
  return {
    actor: identity?.name ?? 'anonymous',
    action: 'request.denied',
    subject,
    detail: { code: error.code, message: error.message, address, ...(key === undefined ? {} : { key }) },
  };
}
