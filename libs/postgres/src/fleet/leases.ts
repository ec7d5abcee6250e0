import { LaurelError } from '@laurel/contracts';
import type { Fleet } from '@laurel/ports';
import { sql } from 'kysely';
import { type Connection, transact } from '../transact.js';

/** Lease times are Postgres's own: the clocks of the processes do not matter. */
export async function renewLease(db: Connection, process: string, milliseconds: number): Promise<void> {
  const leaseUntil = sql<string>`clock_timestamp() + make_interval(secs => ${milliseconds / 1_000})`;
  await db
    .insertInto('leases')
    .values({ process, lease_until: leaseUntil })
    .onConflict((conflict) => conflict.column('process').doUpdateSet({ lease_until: leaseUntil }))
    .execute();
}

/** What the process acknowledged goes with its lease: a later process of that name has loaded nothing yet. */
export function endLease(db: Connection, process: string): Promise<void> {
  return transact(db, async (trx) => {
    await trx.deleteFrom('leases').where('process', '=', process).execute();
    await trx.deleteFrom('acknowledgements').where('process', '=', process).execute();
  });
}

/** Errors: `NotFound` for an epoch that was never prepared. */
export async function acknowledge(db: Connection, ack: Parameters<Fleet['acknowledge']>[0]): Promise<void> {
  const { endpoint, epoch, process } = ack;
  const loaded = [...ack.loaded];
  const stored = await db
    .insertInto('acknowledgements')
    .columns(['endpoint', 'epoch', 'process', 'loaded'])
    .expression((eb) =>
      eb
        .selectFrom('splits')
        .select([
          'endpoint',
          'epoch',
          sql<string>`cast(${process} as text)`.as('process'),
          sql<typeof loaded>`cast(${loaded} as text[])`.as('loaded'),
        ])
        .where('endpoint', '=', endpoint)
        .where('epoch', '=', epoch),
    )
    .onConflict((conflict) =>
      conflict.columns(['endpoint', 'epoch', 'process']).doUpdateSet({ loaded, at: sql<string>`now()` }),
    )
    .returning('epoch')
    .executeTakeFirst();
  if (stored === undefined) throw new LaurelError('NotFound', `Endpoint ${endpoint} has no epoch ${epoch}.`);
}

/** The first reason of a process counts. */
export async function reportEjection(db: Connection, ejection: Parameters<Fleet['reportEjection']>[0]): Promise<void> {
  const { endpoint, epoch, process, reason } = ejection;
  await db
    .insertInto('ejections')
    .values({ endpoint, epoch, process, reason })
    .onConflict((conflict) => conflict.columns(['endpoint', 'epoch', 'process']).doNothing())
    .execute();
}
