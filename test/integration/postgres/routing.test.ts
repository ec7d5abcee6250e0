import { codeVersion, LaurelError } from '@laurel/contracts';
import type { HeaderRule, ModelVersion, ServingPolicy } from '@laurel/domain';
import { acknowledge, aDraft, aPlan, applySplit, crownVersion, gateOf, refOf } from './builders.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { type TwoVersions, twoVersions } from './two-versions.js';

let db: TestDatabase;
let project: string;
let first: ModelVersion;
let second: ModelVersion;
let rolling: TwoVersions['rolling'];
let begin: TwoVersions['begin'];
let restore: TwoVersions['restore'];

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db?.drop());
beforeEach(async () => {
  ({ project, first, second, rolling, begin, restore } = await twoVersions(db));
});

test('a first version is served once every process has loaded it, and becomes champion', async () => {
  const split = await crownVersion(db, first, 1);
  expect(split.arms).toEqual([{ ...refOf(first), role: 'champion', weight: 100 }]);
  expect(await db.routing.find(project)).toMatchObject({ project, fence: 1, champion: refOf(first), split });
  expect(await db.registry.champion(project)).toEqual(first);
});

test('how an endpoint is served and its header rules go with its split', async () => {
  await crownVersion(db, first, 1);
  await begin(2);
  const policy: ServingPolicy = {
    sla: { latencyMilliseconds: 50, confidence: 0.8 },
    batching: { maximumRows: 32 },
    log: { durability: 'strict', sample: 10, redact: ['iban'] },
  };
  const headers: HeaderRule[] = [{ name: 'x-team', match: { kind: 'exact', value: 'qa' }, version: refOf(second) }];
  const draft = { ...aDraft(rolling(2), { champion: first, weight: 5 }), policy, headers };
  await db.routing.prepare(draft, 'with a policy');
  const { prepared, committed } = await db.fleet.desired();
  expect(prepared.find(({ endpoint }) => endpoint === project)).toMatchObject({ policy, headers });
  expect(committed.find(({ endpoint }) => endpoint === project)).not.toHaveProperty('policy');
});

test('I2: a split whose weights do not sum to 100 is refused', async () => {
  await begin(1, first);
  const draft = aDraft(rolling(1, first), { champion: null, weight: 100 });
  const half = { ...draft, arms: draft.arms.map((arm) => ({ ...arm, weight: 60 })) };
  await expect(db.routing.prepare(half, 'half')).rejects.toMatchObject({ code: 'InvalidInput' });
  await expect(
    db.query(
      `insert into splits (endpoint, epoch, state, fence, incarnation, change_id, arms, salt, applied_by, reason)
       values ($1, 99, 'prepared', 1, 1, 'x', '[{"weight": 60}, {"weight": 30}]', '', '', '')`,
      [project],
    ),
  ).rejects.toThrow(/weights_sum_to_100/);
});

test('I2: an epoch is not committed before every live process has loaded all it names', async () => {
  await begin(1, first);
  const prepared = await db.routing.prepare(aDraft(rolling(1, first), { champion: null, weight: 100 }), 'load');
  const commit = () => db.routing.commit({ endpoint: project, epoch: prepared.epoch, fence: 1 });
  await expect(commit()).rejects.toMatchObject({
    code: 'ModelNotReady',
    message: expect.stringContaining('no serving process is alive'),
  });
  await db.fleet.renewLease('lazy', 60_000);
  await acknowledge(db, prepared, ['eager']);
  await db.fleet.acknowledge({ endpoint: project, epoch: prepared.epoch, process: 'lazy', loaded: [second.digest] });
  await expect(commit()).rejects.toMatchObject({ code: 'ModelNotReady', message: expect.stringContaining('lazy') });
  expect(await db.routing.readiness(project, prepared.epoch)).toEqual({
    live: ['eager', 'lazy'],
    acknowledged: ['eager'],
  });
  await db.fleet.endLease('lazy');
  expect(await commit()).toMatchObject({ epoch: prepared.epoch, arms: prepared.arms });
  expect((await commit()).epoch).toBe(prepared.epoch);
});

test('I2: a process whose lease has run out holds nothing up', async () => {
  await begin(1, first);
  const prepared = await db.routing.prepare(aDraft(rolling(1, first), { champion: null, weight: 100 }), 'load');
  await db.fleet.renewLease('stopped', 1);
  await acknowledge(db, prepared, ['alive']);
  expect(await db.routing.commit({ endpoint: project, epoch: prepared.epoch, fence: 1 })).toMatchObject({ fence: 1 });
});

test('the same change prepared twice is one epoch; another change retires it', async () => {
  await begin(1, first);
  const draft = aDraft(rolling(1, first), { champion: null, weight: 100 });
  const twice = await Promise.all([db.routing.prepare(draft, 'load'), db.routing.prepare(draft, 'load')]);
  expect(twice.map(({ epoch }) => epoch)).toEqual([1, 1]);
  await db.routing.prepare(draft, 'again');
  const history = await db.routing.history(project, 10);
  expect(history.map(({ epoch, state }) => [epoch, state])).toEqual([
    [2, 'prepared'],
    [1, 'retired'],
  ]);
  await expect(db.routing.commit({ endpoint: project, epoch: 1, fence: 1 })).rejects.toMatchObject({
    code: 'StaleEpoch',
  });
});

test('I3: after a newer rollout has begun, the older one can change nothing', async () => {
  await crownVersion(db, first, 1);
  await begin(2);
  const split = await applySplit(db, rolling(2), { champion: first, weight: 5 });
  await begin(3);
  const draft = aDraft(rolling(2), { champion: first, weight: 50 });
  const stale = { code: 'StaleFence' };
  await expect(db.routing.prepare(draft, 'more')).rejects.toMatchObject(stale);
  await expect(db.routing.commit({ endpoint: project, epoch: split.epoch, fence: 2 })).rejects.toMatchObject(stale);
  await expect(db.routing.crown({ ...rolling(2), evidenceId: gateOf(second), codeVersion })).rejects.toMatchObject(
    stale,
  );
  await expect(begin(1)).resolves.toMatchObject({ rollout: { status: 'promoted' } });
  await expect(
    db.routing.rollBackChampion({ endpoint: project, incarnation: 2, by: 'ann', reason: 'late', codeVersion }),
  ).rejects.toMatchObject(stale);
});

test('I3: a call that was still on its way when the rollout was undone is refused', async () => {
  await crownVersion(db, first, 1);
  await begin(2);
  const prepared = await db.routing.prepare(aDraft(rolling(2), { champion: first, weight: 5 }), 'five');
  await acknowledge(db, prepared, ['p1']);
  await restore(2);
  await expect(db.routing.commit({ endpoint: project, epoch: prepared.epoch, fence: 2 })).rejects.toMatchObject({
    code: 'StaleEpoch',
  });
  await expect(db.routing.prepare(aDraft(rolling(2), { champion: first, weight: 25 }), 'late')).rejects.toMatchObject({
    code: 'StaleFence',
  });
});

test('beginning twice is one rollout and remembers the same split', async () => {
  await crownVersion(db, first, 1);
  const [one, other] = await Promise.all([begin(2), begin(2)]);
  expect(one).toEqual(other);
  expect(one.rollout).toMatchObject({
    id: `${project}/2`,
    champion: refOf(first),
    challenger: refOf(second),
    fence: 2,
  });
});

test('a rollout needs a registered challenger, of its digest, that is not champion, on its own endpoint', async () => {
  await crownVersion(db, first, 1);
  const input = { endpoint: project, project, incarnation: 2, challenger: refOf(second), plan: aPlan() };
  const attempt = (change: object) => db.routing.beginRollout({ ...input, ...change }).catch((error: unknown) => error);
  expect(await attempt({ challenger: { ...refOf(second), version: 9 } })).toMatchObject({ code: 'NotFound' });
  expect(await attempt({ challenger: { ...refOf(second), digest: first.digest } })).toMatchObject({ code: 'Conflict' });
  expect(await attempt({ challenger: refOf(first) })).toMatchObject({ code: 'Conflict' });
  expect(await attempt({ project: 'other' })).toBeInstanceOf(LaurelError);
  expect((await db.routing.find(project))?.fence).toBe(1);
});

test('an analysis is open while its stage runs and closes with the rollout', async () => {
  await begin(1, first);
  const analysis = {
    rollout: `${project}/1`,
    workflowId: `endpoint/${project}/rollout/1`,
    endpoint: project,
    step: 1,
    epoch: 1,
    mode: 'canary' as const,
    settle: ['errorRate'],
    shadowRequests: null,
    openedAt: '2026-01-31T09:00:00.000Z',
  };
  await db.routing.openAnalysis({ ...analysis, step: 0 });
  await db.routing.openAnalysis(analysis);
  const ofRollout = async () => (await db.routing.openAnalyses()).filter(({ endpoint }) => endpoint === project);
  expect(await ofRollout()).toEqual([analysis]);
  const end = { rollout: `${project}/1`, outcome: 'aborted' as const, cause: 'ann said so', evidenceId: null };
  await db.routing.endRollout(end);
  expect(await ofRollout()).toEqual([]);
  await db.routing.endRollout({ ...end, outcome: 'rolledBack' });
  expect(await db.rollouts.find(`${project}/1`)).toMatchObject({ status: 'aborted', cause: 'ann said so' });
  await expect(db.routing.openAnalysis(analysis)).rejects.toMatchObject({ code: 'StaleFence' });
});
