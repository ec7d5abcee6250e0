import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { LaurelError } from '@laurel/contracts';
import type { ApiKey, ApiKeys } from '@laurel/ports';
import { type Selectable, sql } from 'kysely';
import type { ApiKeysTable } from '../tables/access.js';
import type { Connection } from '../transact.js';

const secretForm = /^laurel_([0-9a-f]{12})_[A-Za-z0-9_-]{43}$/;

/** Secrets look like `laurel_<id>_<32 random bytes>`; only their SHA-256 is stored, which suffices for random bytes. */
export function createApiKeys(db: Connection): ApiKeys {
  return {
    create: async ({ name, role }) => {
      const id = randomBytes(6).toString('hex');
      const secret = `laurel_${id}_${randomBytes(32).toString('base64url')}`;
      const row = await db
        .insertInto('api_keys')
        .values({ id, name, role, secret_hash: hashOf(secret).toString('hex') })
        .returningAll()
        .executeTakeFirstOrThrow();
      return { key: toKey(row), secret };
    },
    authenticate: async (secret) => {
      const id = secretForm.exec(secret)?.[1];
      if (id === undefined) return undefined;
      const row = await db
        .selectFrom('api_keys')
        .selectAll()
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      if (row === undefined || !timingSafeEqual(Buffer.from(row.secret_hash, 'hex'), hashOf(secret))) return undefined;
      return toKey(row);
    },
    list: async () => {
      const rows = await db.selectFrom('api_keys').selectAll().orderBy('created_at', 'desc').orderBy('id').execute();
      return rows.map(toKey);
    },
    revoke: async (id) => {
      const revoked = await db
        .updateTable('api_keys')
        .set({ revoked_at: sql<string>`coalesce(revoked_at, now())` })
        .where('id', '=', id)
        .returning('id')
        .executeTakeFirst();
      if (revoked === undefined)
        throw new LaurelError('NotFound', `There is no API key ${id}; list them and try again.`);
    },
  };
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function toKey(row: Selectable<ApiKeysTable>): ApiKey {
  return { id: row.id, name: row.name, role: row.role, createdAt: row.created_at, revokedAt: row.revoked_at };
}
