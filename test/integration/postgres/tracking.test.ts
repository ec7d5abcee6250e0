import { createTestDatabase, type TestDatabase } from './database.js';
import { countingRows } from './rows-read.js';

let db: TestDatabase;
beforeEach(async () => {
  db = await createTestDatabase();
});
afterEach(() => db.drop());

test('a page of the newest runs of an experiment reads the page, not the experiment', async () => {
  const experimentId = await db.tracking.createExperiment({ name: 'large', artifactLocation: null, tags: [] });
  await db.query(
    `insert into tracked_runs (run_id, experiment_id, name, user_id, status, start_ms, artifact_uri)
      select md5(n::text), $1, 'run ' || n, 'ann', 'FINISHED', n, '' from generate_series(1, 2000) as n`,
    [experimentId],
  );
  await db.query('analyze tracked_runs');
  const search = { view: 'ACTIVE_ONLY', filter: [], order: [], offset: 0, limit: 5 } as const;
  const { result, read } = await countingRows(db, 'tracked_runs', ({ tracking }) =>
    tracking.searchRuns({ ...search, experimentIds: [experimentId] }),
  );
  expect(result.items.map(({ info }) => info.startMs)).toEqual([2_000, 1_999, 1_998, 1_997, 1_996]);
  expect(read).toBeGreaterThanOrEqual(6);
  expect(read).toBeLessThan(100);
});
