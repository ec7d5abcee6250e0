import { sql, type Transaction } from 'kysely';
import type { Client } from 'pg';
import type { Database } from './connect.js';
import { translate } from './failures.js';
import type { Tables } from './tables.js';

/** Stands for many locks on one connection of its own. They are lost together: when the connection is gone. */
export interface LockHolder {
  /** Takes the lock `name` unless another holder has it. Asked for once only. Errors: `DependencyUnavailable`. */
  take(name: string): Promise<boolean>;
  /** Resolves when no lock is held any more: the connection is gone, or `close` was called. */
  readonly lost: Promise<void>;
  /** Gives everything back. */
  close(): Promise<void>;
}

const heartbeatMilliseconds = 1_000;
const silenceMilliseconds = 3_000;
const key = (parameter: string) => `hashtextextended('laurel/' || ${parameter}, 0)`;

/**
 * Opens the connection for the roles that one process has at a time. Whoever holds a lock must stop its work when `lost`
 * resolves: a heartbeat notices a dead connection within 4 s. Errors: `DependencyUnavailable`.
 */
export async function openLockHolder(database: Database): Promise<LockHolder> {
  const client = await database.connectAlone({ queryTimeoutMilliseconds: silenceMilliseconds });
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
    take: async (name) => {
      const taken = await client
        .query<{ held: boolean }>(`select pg_try_advisory_lock(${key('$1')}) as held`, [name])
        .catch((error: unknown) => {
          throw translate(error);
        });
      return taken.rows[0]?.held === true;
    },
    lost,
    close: async () => {
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
