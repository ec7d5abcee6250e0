import { type ActivityPorts, makeActivities } from '@laurel/activities';
import { taskQueues } from '@laurel/contracts';
import type { HeaderRoute, Split } from '@laurel/domain';
import { acknowledge, aPlan, aVersion, crownVersion, gateOf, refOf } from '../postgres/builders.js';
import { createTestDatabase, type TestDatabase } from '../postgres/database.js';

const staff: HeaderRoute = { name: 'staff', match: [{ headerName: 'x-team', headerValue: { exact: 'ml' } }] };

let db: TestDatabase;
beforeEach(async () => {
  db = await createTestDatabase();
});
afterEach(() => db.drop());

/** Version 1 is champion of `churn`, version 2 is being rolled out by the activities of a worker. */
async function aRollout() {
  const activities = makeActivities(db as unknown as ActivityPorts)[taskQueues.control];
  await crownVersion(db, await aVersion(db, 'churn'), 1);
  const version = await aVersion(db, 'churn');
  const challenger = refOf(version);
  const mine = { endpoint: 'churn', project: 'churn', incarnation: 2, challenger };
  await activities.beginRollout({ ...mine, plan: aPlan(), requestedBy: 'ann' });
  const take = async (step: number, weight: number, headerRoutes: readonly HeaderRoute[]): Promise<Split> => {
    const change = { fence: 2, changeId: `churn/2/step/${step}`, shadowSample: 0, reason: `step ${step}` };
    const { epoch } = await activities.prepareSplit({ ...mine, ...change, weight, headerRoutes });
    const prepared = (await db.fleet.desired()).prepared.find((split) => split.epoch === epoch) as Split;
    await acknowledge(db, prepared, ['p1']);
    return activities.commitSplit({ endpoint: 'churn', epoch, fence: 2 });
  };
  return { activities, mine: { ...mine, fence: 2 }, version, challenger, take };
}

test('a header route is in the split of its step and of every weight after it, as a rule to the challenger', async () => {
  const { challenger, take } = await aRollout();
  const rule = { name: 'x-team', match: { kind: 'exact', value: 'ml' }, version: challenger };
  expect((await take(0, 0, [staff])).headers).toEqual([rule]);
  const weighed = await take(1, 10, [staff]);
  expect(weighed.headers).toEqual([rule]);
  expect(weighed.arms.map(({ weight }) => weight)).toEqual([90, 10]);
  expect((await take(2, 10, [])).headers).toBeUndefined();
});

test('the undo of a rollout takes its routes along', async () => {
  const undone = await aRollout();
  await undone.take(0, 10, [staff]);
  const restored = await undone.activities.restoreSplit({ ...undone.mine, reason: 'breach' });
  expect(restored?.headers).toBeUndefined();
  expect(restored?.arms).toMatchObject([{ version: 1, weight: 100 }]);
});

test('a champion is crowned without the routes of its rollout', async () => {
  const { activities, mine, version, take } = await aRollout();
  await take(0, 10, [staff]);
  const crowned = await activities.crownChampion({ ...mine, evidenceId: gateOf(version) });
  expect(crowned.headers).toBeUndefined();
  expect(crowned.arms).toMatchObject([{ version: 2, role: 'champion', weight: 100 }]);
});
