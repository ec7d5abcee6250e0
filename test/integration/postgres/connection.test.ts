import {
  createRepositories,
  migrate,
  openDatabase,
  openLockHolder,
  ping,
  tableColumns,
  withAdvisoryLock,
} from '@laurel/postgres';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from './database.js';

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase(4);
});
afterAll(() => db?.drop());

const terminateAll = () =>
  db.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'laurel-test' and datname = current_database()`,
  );
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

test('three processes that migrate at once apply each migration once', async () => {
  const empty = await createEmptyDatabase();
  const databases = Array.from({ length: 3 }, () => openDatabase({ url: empty.url, poolSize: 2 }));
  const applied = await Promise.all(databases.map(migrate));
  const counts = applied.map((names) => names.length).toSorted((a, b) => a - b);
  expect(counts).toEqual([0, 0, expect.any(Number)]);
  expect(counts.at(-1)).toBeGreaterThan(10);
  expect(await migrate(databases[0]!)).toEqual([]);
  await Promise.all(databases.map((database) => database.close()));
  await empty.drop();
});

test('a database that a newer Laurel has migrated is refused', async () => {
  const newer = await createTestDatabase(2);
  await newer.query(`insert into kysely_migration (name, timestamp) values ('9999-of-tomorrow', now()::text)`);
  await expect(migrate(newer.database)).rejects.toMatchObject({ code: 'Conflict' });
  await newer.drop();
});

test('tables in code and tables in Postgres are the same', async () => {
  const rows = await db.query<{ table_name: string; column_name: string; type: string; nullable: boolean }>(
    `select table_name, column_name, is_nullable = 'YES' as nullable,
       case when data_type = 'ARRAY' then 'text[]' when udt_name = 'timestamptz' then udt_name else data_type end as type
     from information_schema.columns where table_schema = 'public' and table_name not like 'kysely%'`,
  );
  const stored: { [table: string]: { [column: string]: string } } = {};
  for (const { table_name: table, column_name: column, type, nullable } of rows) {
    stored[table] = { ...stored[table], [column]: nullable ? `${type}?` : type };
  }
  expect(stored).toEqual(tableColumns);
});

test('killed connections fail their queries, harm nothing else, and the pool goes on', async () => {
  const asleep = Array.from({ length: 3 }, () =>
    db.database.kysely
      .transaction()
      .execute(async (trx) => {
        await trx.selectFrom('audit_head').selectAll().execute();
        await pause(400);
        await trx.selectFrom('audit_head').selectAll().execute();
      })
      .catch((error: unknown) => error),
  );
  await pause(100);
  await terminateAll();
  for (const error of await Promise.all(asleep)) expect(error).toMatchObject({ code: 'DependencyUnavailable' });
  await Promise.all(Array.from({ length: 4 }, () => ping(db.database)));
  await terminateAll();
  await pause(100);
  await ping(db.database);
});

test('a server that is not there is named as a dependency, not as a crash', async () => {
  const nowhere = openDatabase({ url: 'postgres://ann:secret@127.0.0.1:1/laurel', poolSize: 1 });
  const error = await ping(nowhere).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'DependencyUnavailable', retryable: true });
  expect(String(error)).not.toContain('secret');
  await expect(openLockHolder(nowhere)).rejects.toMatchObject({ code: 'DependencyUnavailable' });
  await nowhere.close();
});

test('a database without tables says that it must be migrated', async () => {
  const empty = await createEmptyDatabase();
  const database = openDatabase({ url: empty.url, poolSize: 1 });
  await expect(createRepositories(database).apiKeys.list()).rejects.toMatchObject({
    code: 'DependencyUnavailable',
    message: expect.stringContaining('not migrated'),
  });
  await database.close();
  await empty.drop();
});

test('a text that Postgres cannot hold is an invalid input', async () => {
  const event = { type: 'x', subject: 'nul\u0000', detail: {} };
  await expect(db.events.append(event)).rejects.toMatchObject({ code: 'InvalidInput' });
});

test('a lock is held by one, until it is given back or its connection is killed; one holder has many', async () => {
  const first = await openLockHolder(db.database);
  const second = await openLockHolder(db.database);
  expect([await first.take('watcher'), await first.take('courier')]).toEqual([true, true]);
  expect([await second.take('watcher'), await second.take('reconciler')]).toEqual([false, true]);
  await first.close();
  await first.lost;
  expect(await second.take('watcher')).toBe(true);
  await terminateAll();
  await second.lost;
  const third = await openLockHolder(db.database);
  expect([await third.take('watcher'), await third.take('reconciler')]).toEqual([true, true]);
  await third.close();
});

test('work under a lock is done one after the other, also when it fails', async () => {
  let inside = 0;
  let most = 0;
  const work = async (fails: boolean) => {
    inside += 1;
    most = Math.max(most, inside);
    await pause(10);
    inside -= 1;
    if (fails) throw new Error('on purpose');
  };
  await Promise.allSettled(
    Array.from({ length: 8 }, (_, index) => withAdvisoryLock(db.database, 'serial', () => work(index % 2 === 0))),
  );
  expect(most).toBe(1);
});
