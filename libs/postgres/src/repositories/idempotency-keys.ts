import type { IdempotencyKeys } from '@laurel/ports';
import { sql } from 'kysely';
import { toJson } from '../json-column.js';
import { removeInParts } from '../remove-in-parts.js';
import type { Connection } from '../transact.js';

/** A claim older than this was left by a process that died; another request may take it over. */
const claimSeconds = 60;

type Claim = Parameters<IdempotencyKeys['claim']>[0];
type Claimed = Awaited<ReturnType<IdempotencyKeys['claim']>>;

/** Keys belong to the actor that sends them. */
export function createIdempotencyKeys(db: Connection): IdempotencyKeys {
  return {
    claim: (claim) => claimKey(db, claim),
    complete: async (owner, answer) => {
      await db
        .updateTable('idempotency_keys')
        .set({ answer: toJson(answer), completed_at: sql<string>`now()` })
        .where('actor', '=', owner.actor)
        .where('key', '=', owner.key)
        .where('completed_at', 'is', null)
        .execute();
    },
    release: async (owner) => {
      await db
        .deleteFrom('idempotency_keys')
        .where('actor', '=', owner.actor)
        .where('key', '=', owner.key)
        .where('completed_at', 'is', null)
        .execute();
    },
    prune: (milliseconds) =>
      removeInParts((limit) =>
        sql`
          delete from idempotency_keys where (actor, key) in (
            select actor, key from idempotency_keys
            where claimed_at < now() - make_interval(secs => ${milliseconds / 1_000})
            order by claimed_at limit ${limit})
        `.execute(db),
      ),
  };
}

async function claimKey(db: Connection, claim: Claim): Promise<Claimed> {
  if (await takeKey(db, claim)) return { kind: 'fresh' };
  const row = await db
    .selectFrom('idempotency_keys')
    .select(['request_digest', 'answer'])
    .where('actor', '=', claim.actor)
    .where('key', '=', claim.key)
    .executeTakeFirst();
  if (row === undefined) return claimKey(db, claim);
  if (row.request_digest !== claim.requestDigest) return { kind: 'reused' };
  return row.answer === null ? { kind: 'pending' } : { kind: 'done', answer: row.answer };
}

/** Inserts the key, or takes over an abandoned claim for the same content. */
async function takeKey(db: Connection, { key, actor, requestDigest }: Claim): Promise<boolean> {
  const taken = await db
    .insertInto('idempotency_keys')
    .values({ actor, key, request_digest: requestDigest })
    .onConflict((conflict) =>
      conflict
        .columns(['actor', 'key'])
        .doUpdateSet({ claimed_at: sql`now()` })
        .where('idempotency_keys.completed_at', 'is', null)
        .where('idempotency_keys.request_digest', '=', requestDigest)
        .where('idempotency_keys.claimed_at', '<', sql<string>`now() - make_interval(secs => ${claimSeconds})`),
    )
    .returning('key')
    .executeTakeFirst();
  return taken !== undefined;
}
