import { rolloutId, workflowIds } from '@laurel/contracts';
import { type ArmSums, decide, type LookInput } from '@laurel/domain';
import { createWatcher } from '@laurel/worker';
import { createRecordingOrchestrator } from '../../support/recording-orchestrator.js';
import { aLook, aPlan, applySplit, aVersion, crownVersion, refOf } from '../postgres/builders.js';
import { createTestDatabase, type TestDatabase } from '../postgres/database.js';

let db: TestDatabase;
beforeEach(async () => {
  db = await createTestDatabase();
});
afterEach(() => db.drop());

/** A canary of 5 % whose analysis settles `settle`, with a watcher that looks at it. */
async function aCanary(settle: readonly string[], endpoint = 'churn', orchestrator = createRecordingOrchestrator()) {
  const champion = await aVersion(db, endpoint);
  await crownVersion(db, champion, 1);
  const challenger = await aVersion(db, endpoint);
  const rolling = { endpoint, project: endpoint, incarnation: 2, challenger: refOf(challenger) };
  await db.routing.beginRollout({ ...rolling, plan: aPlan() });
  const { epoch } = await applySplit(db, rolling, { champion: refOf(champion), weight: 5 });
  const rollout = rolloutId(endpoint, 2);
  const openedAt = new Date().toISOString();
  const analysis = {
    rollout,
    workflowId: workflowIds.rollout(endpoint, 2),
    endpoint,
    step: 1,
    epoch,
    settle,
    openedAt,
  };
  await db.routing.openAnalysis({ ...analysis, mode: 'canary', shadowRequests: null });
  const saw = (arm: 'champion' | 'challenger', requests: number, errors: number): ArmSums => ({
    endpoint,
    epoch,
    arm,
    version: arm === 'champion' ? champion.version : challenger.version,
    process: 'p1',
    second: Math.floor(Date.now() / 1_000),
    requests,
    errors,
    disagreements: 0,
    latency: {},
  });
  return { watcher: createWatcher({ ...db, orchestrator }), orchestrator, saw, rollout, challenger: refOf(challenger) };
}

test('with no sums from anybody the watcher holds, and never says that it passed', async () => {
  const { watcher, orchestrator } = await aCanary(['errorRate']);
  await watcher.pass();
  expect(orchestrator.asked('changeVerdict').map(([, { action, reasons }]) => ({ action, reasons }))).toEqual([
    { action: 'hold', reasons: ['telemetryGap'] },
  ]);
});

test('an unchanged verdict is signalled once, and every look is stored', async () => {
  const { watcher, orchestrator, saw, rollout } = await aCanary(['errorRate']);
  await db.fleet.addSums([saw('champion', 40_000, 0), saw('challenger', 2_100, 0)]);
  for (let pass = 0; pass < 3; pass += 1) await watcher.pass();
  expect(orchestrator.asked('changeVerdict').map(([id, { action }]) => [id, action])).toEqual([
    [workflowIds.rollout('churn', 2), 'advance'],
  ]);
  const looks = (await db.evidence.list({ rollout })).filter(({ kind }) => kind === 'look');
  expect(looks.map(({ look }) => look)).toEqual([1, 2, 3]);
});

test('a stored look gives its stored decision when it is recomputed', async () => {
  const { watcher, saw, rollout } = await aCanary(['errorRate']);
  await db.fleet.addSums([saw('champion', 4_000, 2), saw('challenger', 210, 80)]);
  await watcher.pass();
  const look = (await db.evidence.list({ rollout })).find(({ kind }) => kind === 'look');
  expect(look?.decision).toMatchObject({ verdict: 'fail', action: 'rollBack' });
  expect(decide(look?.input as LookInput)).toEqual(look?.decision);
});

test('while nothing is to be settled it only guards: good numbers say nothing, harm rolls back', async () => {
  const { watcher, orchestrator, saw } = await aCanary([]);
  await db.fleet.addSums([saw('champion', 40_000, 0), saw('challenger', 2_100, 0)]);
  await watcher.pass();
  expect(orchestrator.asked('changeVerdict')).toEqual([]);
  await db.fleet.addSums([saw('challenger', 410, 200)]);
  await watcher.pass();
  expect(orchestrator.asked('changeVerdict').map(([, { action }]) => action)).toEqual(['rollBack']);
});

test('a watcher that takes over counts its looks on from the last one', async () => {
  const { watcher, orchestrator, saw, rollout } = await aCanary(['errorRate']);
  await db.fleet.addSums([saw('champion', 40_000, 0), saw('challenger', 2_100, 0)]);
  await watcher.pass();
  await createWatcher({ ...db, orchestrator }).pass();
  const looks = (await db.evidence.list({ rollout })).filter(({ kind }) => kind === 'look');
  expect(looks.map(({ look }) => look)).toEqual([1, 2]);
});

test('a watcher that takes over goes on from the planned looks that were taken, and takes none again', async () => {
  const { watcher, orchestrator, saw, rollout } = await aCanary(['errorRate']);
  await db.fleet.addSums([saw('champion', 15_000, 0), saw('challenger', 790, 0)]);
  await watcher.pass();
  await createWatcher({ ...db, orchestrator }).pass();
  const looks = (await db.evidence.list({ rollout })).filter(({ kind }) => kind === 'look');
  const taken = looks.map(({ input }) => input?.metrics.at(0)?.judgement?.looks);
  expect(taken.at(0)).toMatchObject({ ended: null });
  expect(taken.at(0)?.fractions).toHaveLength(1);
  expect(taken.at(1)).toEqual(taken.at(0));
  expect(orchestrator.asked('changeVerdict')).toEqual([]);
});

test('what earlier epochs gave their arms goes on counting for the sample ratio', async () => {
  const { watcher, saw, rollout, orchestrator, challenger } = await aCanary(['errorRate']);
  const earlier = aLook({
    challenger,
    id: `${rollout}/step/0/epoch/1/look/1`,
    rollout,
    step: 0,
    look: 1,
    epoch: 1,
    input: {
      metrics: [],
      sampleRatioP: 1e-9,
      splits: [{ epoch: 1, counts: [600, 400], weights: [99, 1] }],
      ejections: 0,
      telemetryAgeMilliseconds: 100,
      planExhausted: false,
    },
  });
  await db.evidence.append(earlier);
  await db.fleet.addSums([saw('champion', 40_000, 0), saw('challenger', 2_100, 0)]);
  await watcher.pass();
  expect(orchestrator.asked('changeVerdict').map(([, { action, reasons }]) => ({ action, reasons }))).toEqual([
    { action: 'hold', reasons: ['sampleRatioMismatch'] },
  ]);
});

test('a rollout that cannot be looked at holds no other one up, and is told at the next look', async () => {
  const { watcher, orchestrator, saw } = await aCanary([], 'churn');
  const other = await aCanary([], 'fraud', orchestrator);
  await db.fleet.addSums([saw('champion', 4_000, 0), saw('challenger', 410, 200)]);
  await db.fleet.addSums([other.saw('champion', 4_000, 0), other.saw('challenger', 410, 200)]);
  orchestrator.failNext('changeVerdict', new Error('Temporal is away'));
  await expect(watcher.pass()).rejects.toThrow('1 of 2 rollouts could not be looked at');
  const asked = () => orchestrator.asked('changeVerdict').map(([id]) => id);
  expect(asked().toSorted()).toEqual([workflowIds.rollout('churn', 2), workflowIds.rollout('fraud', 2)]);
  await watcher.pass();
  expect(asked()).toEqual([...asked().slice(0, 2), asked()[0]]);
});
