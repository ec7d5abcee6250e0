import { createSplitTableRouter } from '@laurel/postgres';
import { acknowledge, aDraft, aPlan, aVersion, crownVersion, refOf } from '../integration/postgres/builders.js';
import { createTestDatabase } from '../integration/postgres/database.js';
import { trafficRouterContract } from './traffic-router.contract.js';

trafficRouterContract('the split table', async () => {
  const db = await createTestDatabase(4);
  const champion = await aVersion(db, 'churn');
  const challenger = await aVersion(db, 'churn');
  await crownVersion(db, champion, 1);
  const rollout = (incarnation: number) => ({
    endpoint: 'churn',
    project: 'churn',
    incarnation,
    challenger: refOf(challenger),
  });
  let rolling = rollout(2);
  await db.routing.beginRollout({ ...rolling, plan: aPlan() });
  let changes = 0;
  return {
    endpoint: 'churn',
    router: createSplitTableRouter(db.routing),
    anotherRouter: () => createSplitTableRouter(db.routing),
    next: async ({ weight = 10, headers = [], shadow = false, stickyKey = null } = {}) => {
      changes += 1;
      const draft = {
        ...aDraft(rolling, { champion, weight }),
        stickyKey,
        headers: headers.map((rule) => ({ ...rule, version: refOf(challenger) })),
        shadow: shadow ? { ...refOf(challenger), sample: 100 } : null,
      };
      const split = await db.routing.prepare(draft, `change-${changes}`);
      await acknowledge(db, split, ['p1']);
      return split;
    },
    newRollout: async () => {
      rolling = rollout(rolling.incarnation + 1);
      await db.routing.beginRollout({ ...rolling, plan: aPlan() });
    },
    settle: async () => undefined,
    close: () => db.drop(),
  };
});

describe('the split table as a router', () => {
  test('keeps an endpoint and its history', async () => {
    const db = await createTestDatabase(2);
    try {
      await expect(createSplitTableRouter(db.routing).remove('churn')).rejects.toMatchObject({ code: 'Unsupported' });
      expect(await createSplitTableRouter(db.routing).current('churn')).toBeUndefined();
    } finally {
      await db.drop();
    }
  });

  test('is not ready while no serving process is alive, nor while one has not loaded the epoch', async () => {
    const db = await createTestDatabase(2);
    try {
      const version = await aVersion(db, 'churn');
      const { epoch } = await crownVersion(db, version, 1);
      const router = createSplitTableRouter(db.routing);
      await db.fleet.renewLease('p2', 60_000);
      expect(await router.readiness('churn', epoch)).toEqual({
        state: 'waiting',
        why: expect.stringMatching(/p2.* did not load it$/),
      });
      await db.query('delete from leases');
      expect(await router.readiness('churn', epoch)).toEqual({ state: 'waiting', why: 'no serving process is alive' });
    } finally {
      await db.drop();
    }
  });
});
