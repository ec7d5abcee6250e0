import { createLogger } from '@laurel/telemetry';
import { type ElectedTask, standForElection } from '../../../apps/worker/src/elected.js';
import type { Loop } from '../../../apps/worker/src/every.js';
import { eventually } from '../../support/eventually.js';
import { createTestDatabase, type TestDatabase } from '../postgres/database.js';

const log = createLogger({ process: 'worker', level: 'silent' });
const names = ['watcher', 'anchorer', 'pruner', 'reconciler', 'courier'];

let db: TestDatabase;
let workers: Loop[];
beforeEach(async () => {
  db = await createTestDatabase(4);
  workers = [];
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  await db?.drop();
});

/** A worker that stands for all tasks, and says which it has at the moment. */
function aWorker(): { readonly has: ReadonlySet<string>; stop(): Promise<void> } {
  const has = new Set<string>();
  const tasks = names.map(
    (name): ElectedTask => ({
      name,
      milliseconds: 50,
      make: () => {
        has.add(name);
        return { pass: async () => undefined, close: async () => void has.delete(name) };
      },
    }),
  );
  const worker = standForElection(db.database, tasks, log);
  workers.push(worker);
  return { has, stop: () => worker.stop() };
}

const hasAll = ({ has }: { readonly has: ReadonlySet<string> }) =>
  eventually(async () => has.size === names.length, 'it has every task');
const lockHolders = () =>
  db.query<{ pid: number }>(
    `select distinct pid from pg_locks where locktype = 'advisory' and granted
       and database = (select oid from pg_database where datname = current_database())`,
  );

test('a worker stands for all its tasks on one connection, and another takes them over when it stops', async () => {
  const first = aWorker();
  await hasAll(first);
  expect(await lockHolders()).toHaveLength(1);
  const second = aWorker();
  await first.stop();
  await hasAll(second);
  expect(first.has.size).toBe(0);
});

test('no task runs in two processes, and all go on after the connection of their holder was killed', async () => {
  const both = [aWorker(), aWorker()];
  const held = () => both.flatMap(({ has }) => [...has]).toSorted();
  await eventually(async () => held().length === names.length, 'every task has a holder');
  expect(held()).toEqual(names.toSorted());
  const killed = (await lockHolders()).map(({ pid }) => pid);
  for (const pid of killed) await db.query('select pg_terminate_backend($1)', [pid]);
  await eventually(async () => {
    const pids = (await lockHolders()).map(({ pid }) => pid);
    return held().length === names.length && pids.length > 0 && pids.every((pid) => !killed.includes(pid));
  }, 'every task has a holder again');
  expect(held()).toEqual(names.toSorted());
});
