import { createRepositories, openDatabase, type Repositories } from '@laurel/postgres';
import type { TestDatabase } from './database.js';

/** What `work` gives, and how many rows of `table` Postgres reads for it: a measure of work that no busy machine changes. */
export async function countingRows<Result>(
  { url }: TestDatabase,
  table: string,
  work: (repositories: Repositories) => Promise<Result>,
): Promise<{ readonly result: Result; readonly read: number }> {
  // The counts are those of an open transaction, so everything must go over one connection.
  const database = openDatabase({ url, poolSize: 1 });
  try {
    await database.prepared({ name: '', text: 'begin' }, []);
    const result = await work(createRepositories(database));
    const [counted] = await database.prepared<{ readonly read: number }>(
      {
        name: '',
        text: 'select seq_tup_read + idx_tup_fetch as read from pg_stat_xact_user_tables where relname = $1',
      },
      [table],
    );
    return { result, read: counted?.read ?? Number.NaN };
  } finally {
    await database.close();
  }
}
