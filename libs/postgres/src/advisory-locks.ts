import { sql, type Transaction } from 'kysely';
import type { Client } from 'pg';
import type { Database } from './connect.js';
import { translate } from './failures.js';
import type { Tables } from './tables.js';

/** A lock that lives as long as its own connection. */
export interface HeldLock {
  /** Resolves when the lock is no longer held: its connection is gone, or `release` was called. */
  readonly lost: Promise<void>;
  release(): Promise<void>;
}

const heartbeatMilliseconds = 1_000;
const silenceMilliseconds = 3_000;
const key = (parameter: string) => `hashtextextended('laurel/' || ${parameter}, 0)`;

/**
 * Takes the lock `name` if nobody holds it, for a role that one process has at a time; `undefined` when another holds
 * it. The holder must stop its work when `lost` resolves: a heartbeat notices a dead connection within 4 s.
 */
export async function holdAdvisoryLock(database: Database, name: string): Promise<HeldLock | undefined> {
  const client = await database.connectAlone({ queryTimeoutMilliseconds: silenceMilliseconds });
  const taken = await client
    .query<{ held: boolean }>(`select pg_try_advisory_lock(${key('$1')}) as held`, [name])
    .catch(async (error: unknown) => {
      await quietEnd(client);
      throw translate(error);
    });
  if (taken.rows[0]?.held === true) return keep(client);
  await quietEnd(client);
  return undefined;
}

function keep(client: Client): HeldLock {
  const { promise: lost, resolve } = Promise.withResolvers<void>();
  const heartbeat = setInterval(() => {
    client.query('select 1').catch(stop);
  }, heartbeatMilliseconds);
  heartbeat.unref();
  const stop = () => {
    clearInterval(heartbeat);
    resolve();
    void quietEnd(client);
  };
  client.once('end', stop);
  client.once('error', stop);
  return {
    lost,
    release: async () => {
      clearInterval(heartbeat);
      await giveBack(client);
      resolve();
    },
  };
}

/** Waits for the lock `name`, runs `work` under it and gives it back. */
export async function withAdvisoryLock<T>(database: Database, name: string, work: () => Promise<T>): Promise<T> {
  const client = await database.connectAlone();
  try {
    await client.query(`select pg_advisory_lock(${key('$1')})`, [name]).catch((error: unknown) => {
      throw translate(error);
    });
    return await work();
  } finally {
    await giveBack(client);
  }
}

/** Waits for the lock `name`, which the end of the transaction gives back. */
export async function lockUntilCommit(trx: Transaction<Tables>, name: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('laurel/' || ${name}, 0))`.execute(trx);
}

/** Gives the lock back before the connection ends: the server notices an ended connection a little later. */
async function giveBack(client: Client): Promise<void> {
  await client.query('select pg_advisory_unlock_all()').catch(() => undefined);
  await quietEnd(client);
}

async function quietEnd(client: Client): Promise<void> {
  await client.end().catch(() => undefined);
}
