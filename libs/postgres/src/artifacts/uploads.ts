import type { Artifacts } from '@laurel/ports';
import { sql } from 'kysely';
import type { Connection } from '../transact.js';
import { ownerKey, ownerOf } from './owner-key.js';

type UploadCalls = Pick<Artifacts, 'beginUpload' | 'findUpload' | 'putPart' | 'parts' | 'endUpload' | 'pruneUploads'>;

/** Uploads in parts. */
export function uploadCalls(db: Connection): UploadCalls {
  return {
    beginUpload: async ({ id, owner, path, parts }, actor) => {
      await db
        .insertInto('artifact_uploads')
        .values({ id, owner: ownerKey(owner), path, parts, started_by: actor })
        .execute();
    },
    findUpload: async (id) => {
      const row = await db
        .selectFrom('artifact_uploads')
        .selectAll()
        .where('id', '=', id)
        .where('started_at', '>', sql<string>`now() - interval '1 day'`)
        .executeTakeFirst();
      return row && { id, owner: ownerOf(row.owner), path: row.path, parts: row.parts };
    },
    putPart: async (upload, { part, digest, size }) => {
      await db
        .insertInto('artifact_parts')
        .values({ upload, part, digest, size })
        .onConflict((conflict) => conflict.columns(['upload', 'part']).doUpdateSet({ digest, size }))
        .execute();
    },
    parts: (upload) =>
      db
        .selectFrom('artifact_parts')
        .select(['part', 'digest', 'size'])
        .where('upload', '=', upload)
        .orderBy('part')
        .execute(),
    endUpload: async (id) => {
      await db.deleteFrom('artifact_uploads').where('id', '=', id).execute();
    },
    pruneUploads: async () => {
      await db
        .deleteFrom('artifact_uploads')
        .where('started_at', '<=', sql<string>`now() - interval '1 day'`)
        .execute();
    },
  };
}
