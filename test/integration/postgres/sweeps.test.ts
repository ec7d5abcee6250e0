import { aRunId } from './builders.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { aSweepSpec, askedSweep, completedTrials } from './given-sweeps.js';

let db: TestDatabase;
beforeEach(async () => {
  db = await createTestDatabase();
});
afterEach(() => db.drop());

test('of a hundred callers with one key, one inserts, and all get its sweep', async () => {
  const asked = await Promise.all(
    Array.from({ length: 100 }, () =>
      db.sweeps.ask({
        runId: aRunId(),
        project: 'churn',
        key: 'monday',
        spec: aSweepSpec,
        requestedBy: 'ann',
        rollOut: false,
      }),
    ),
  );
  expect(asked.filter(({ inserted }) => inserted)).toHaveLength(1);
  expect(new Set(asked.map(({ sweep }) => sweep.runId)).size).toBe(1);
  expect(asked[0]?.sweep).toMatchObject({ project: 'churn', status: 'asked', spec: aSweepSpec, rollOut: false });
});

test('a sweep stands as its run does', async () => {
  const runId = await askedSweep(db);
  await db.runs.begin({ runId, project: 'churn', trigger: 'x', work: { kind: 'sweep' } });
  expect(await db.sweeps.find(runId)).toMatchObject({ status: 'running', endedAt: null });
  await db.sweeps.update(runId, { registeredTrial: 3, ended: 'The budget of 1h is spent.' });
  await db.runs.update(runId, { status: 'registered', version: 2, ended: true });
  expect(await db.sweeps.find(runId)).toMatchObject({
    status: 'registered',
    version: 2,
    registeredTrial: 3,
    message: 'The budget of 1h is spent.',
    endedAt: expect.any(String),
  });
});

test('the first parameters of a number and the first end of a trial stand', async () => {
  const sweep = await askedSweep(db);
  const first = await db.sweeps.addTrial({ sweep, number: 0, runId: aRunId(), parameters: { max_depth: 3 } });
  const second = await db.sweeps.addTrial({ sweep, number: 0, runId: aRunId(), parameters: { max_depth: 5 } });
  expect(second).toEqual(first);
  const pruned = { kind: 'pruned', reason: 'behind' } as const;
  const ended = await db.sweeps.endTrial(first, { result: pruned, steps: 7, gpuMilliseconds: 70 });
  expect(ended).toMatchObject({ state: 'pruned', message: 'behind', steps: 7, gpuMilliseconds: 70 });
  const late = { kind: 'failed', code: 'Internal', message: 'late' } as const;
  expect(await db.sweeps.endTrial(first, { result: late, steps: 9, gpuMilliseconds: 90 })).toEqual(ended);
  const unknown = db.sweeps.endTrial({ sweep, number: 8 }, { result: pruned, steps: 0, gpuMilliseconds: 0 });
  await expect(unknown).rejects.toMatchObject({ name: 'NotFound' });
});

test('trials are nested runs: the list of runs leaves them out, the running ones have them', async () => {
  const parent = await askedSweep(db);
  const runId = aRunId();
  await db.runs.begin({ runId: parent, project: 'churn', trigger: 'x', work: { kind: 'sweep' } });
  await db.runs.begin({ runId, project: 'churn', trigger: 'x', work: { kind: 'trial', parent, number: 0 } });
  const { items } = await db.runs.list('churn', { size: 10, token: null });
  expect(items.map((run) => run.runId)).toEqual([parent]);
  expect((await db.runs.listRunning()).map(({ work }) => work.kind)).toEqual(['sweep', 'trial']);
  expect((await db.runs.find(runId))?.work).toEqual({ kind: 'trial', parent, number: 0 });
});

test('comparable are complete trials of other sweeps with the same data and objectives, newest first', async () => {
  const same = await askedSweep(db, { trials: 99 });
  const otherData = await askedSweep(db);
  const otherGoal = await askedSweep(db, { objectives: [{ metric: 'rocAuc', goal: 'minimize' }] });
  const dataset = `sha256:${'d'.repeat(64)}` as const;
  for (const sweep of [same, otherData, otherGoal]) await completedTrials(db, sweep, [0.5, 0.9]);
  for (const sweep of [same, otherGoal]) await db.sweeps.update(sweep, { dataset });
  await db.sweeps.update(otherData, { dataset: `sha256:${'e'.repeat(64)}` });
  const { objectives } = aSweepSpec;
  const found = await db.sweeps.comparable({ project: 'churn', except: aRunId(), dataset, objectives, limit: 9 });
  expect(found.map(({ values }) => values)).toEqual([[0.9], [0.5]]);
  expect(await db.sweeps.comparable({ project: 'churn', except: same, dataset, objectives, limit: 9 })).toEqual([]);
});

test('a sweep that was never begun is stranded after a while, and can be taken back; a begun one cannot', async () => {
  const never = await askedSweep(db);
  const begun = await askedSweep(db);
  await db.runs.begin({ runId: begun, project: 'churn', trigger: 'x', work: { kind: 'sweep' } });
  expect(await db.sweeps.listStranded(60_000)).toEqual([]);
  await db.query("update sweeps set asked_at = now() - interval '2 minutes'");
  expect((await db.sweeps.listStranded(60_000)).map(({ runId }) => runId)).toEqual([never]);
  for (const runId of [never, begun]) await db.sweeps.withdraw(runId);
  expect(await db.sweeps.find(never)).toBeUndefined();
  expect(await db.sweeps.find(begun)).toBeDefined();
});
