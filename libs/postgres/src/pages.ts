import { LaurelError } from '@laurel/contracts';
import type { Page, PageRequest } from '@laurel/ports';
import { type Selectable, sql } from 'kysely';
import type { Tables } from './tables.js';
import type { Connection } from './transact.js';

const largestPage = 1_000;
const tokenForm = /^before:(\d{1,15})$/;

/** Where a page starts: items whose key is below `before`, newest first, at most `limit` of them. */
export interface PageWindow {
  /** Above every key for the first page. */
  readonly before: number;
  /** One more than the page holds, which tells whether another page follows. */
  readonly limit: number;
}

/** Reads one page of a list ordered by an integer that grows. Errors: `InvalidInput` (size or token). */
export async function readPage<R, T>(
  request: PageRequest,
  list: {
    readonly read: (window: PageWindow) => Promise<readonly R[]>;
    readonly key: (row: R) => number;
    readonly item: (row: R) => T;
  },
): Promise<Page<T>> {
  if (!Number.isInteger(request.size) || request.size < 1) {
    throw new LaurelError('InvalidInput', `A page holds 1 to ${largestPage} items, not ${request.size}.`);
  }
  const size = Math.min(request.size, largestPage);
  const rows = await list.read({ before: startOf(request.token), limit: size + 1 });
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  const nextToken = rows.length > size && last !== undefined ? tokenOf(list.key(last)) : null;
  return { items: shown.map(list.item), nextToken };
}

/** Tables whose rows are numbered as they come, by a column `sequence`. */
type Numbered = 'projects' | 'dataset_versions' | 'audit_events';

/** Reads one page of a whole table, newest first. Errors: `InvalidInput` (size or token). */
export function readNewest<Table extends Numbered, T>(
  db: Connection,
  table: Table,
  { page, item }: { readonly page: PageRequest; readonly item: (row: Selectable<Tables[Table]>) => T },
): Promise<Page<T>> {
  return readPage(page, {
    read: async ({ before, limit }) => {
      const query = sql<Selectable<Tables[Table]> & { readonly sequence: number }>`
        select * from ${sql.table(table)} where sequence < ${before} order by sequence desc limit ${limit}`;
      return (await query.execute(db)).rows;
    },
    key: (row) => row.sequence,
    item,
  });
}

function tokenOf(before: number): string {
  return Buffer.from(`before:${before}`).toString('base64url');
}

function startOf(token: string | null): number {
  if (token === null) return Number.MAX_SAFE_INTEGER;
  const match = tokenForm.exec(Buffer.from(token, 'base64url').toString('utf8'));
  if (match === null) {
    throw new LaurelError('InvalidInput', 'The page token is malformed; pass the nextPageToken of the page before.');
  }
  return Number(match[1]);
}
