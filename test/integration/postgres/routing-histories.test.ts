import { codeVersion, isLaurelError } from '@laurel/contracts';
import type { ModelVersion } from '@laurel/domain';
import * as fc from 'fast-check';
import { acknowledge, aDraft, aPlan, aVersion, gateOf, refOf } from './builders.js';
import { createTestDatabase, type TestDatabase } from './database.js';

const deeds = ['begin', 'prepare', 'acknowledge', 'commit', 'crown', 'restore', 'end', 'rollBack'] as const;

interface Deed {
  readonly kind: (typeof deeds)[number];
  readonly incarnation: number;
  readonly challenger: number;
}

/** A rollout in its natural order, from which steps may be missing or done twice, with strays of other rollouts. */
const anyHistory: fc.Arbitrary<readonly Deed[]> = fc
  .array(
    fc.record({
      challenger: fc.integer({ min: 0, max: 2 }),
      times: fc.array(fc.constantFrom(0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2), {
        minLength: deeds.length,
        maxLength: deeds.length,
      }),
      stray: fc.record({ kind: fc.constantFrom(...deeds), age: fc.integer({ min: 0, max: 5 }) }),
      undone: fc.boolean(),
    }),
    { minLength: 2, maxLength: 6 },
  )
  .map((rollouts) =>
    rollouts.flatMap(({ challenger, times, stray, undone }, index) => {
      const wanted = deeds.filter((kind) => (undone ? kind !== 'crown' : kind !== 'restore') && kind !== 'rollBack');
      const steps = wanted.flatMap((kind, step) => Array.from({ length: times[step] ?? 1 }, () => kind));
      const incarnation = index + 1;
      const late = { kind: stray.kind, challenger, incarnation: Math.max(1, incarnation - stray.age) };
      return [...steps.map((kind) => ({ kind, challenger, incarnation })), late];
    }),
  );

let db: TestDatabase;
let serial = 0;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db?.drop());

/** Does one deed of some rollout, which may be out of order, late or repeated. Refusals are part of the history. */
async function perform(deed: Deed, project: string, versions: readonly ModelVersion[]): Promise<void> {
  const { incarnation } = deed;
  const version = versions[deed.challenger];
  if (version === undefined) throw new Error('no such version');
  const input = {
    endpoint: project,
    project,
    incarnation,
    fence: incarnation,
    challenger: refOf(version),
    codeVersion,
  };
  const view = await db.routing.find(project);
  const [newest] = await db.routing.history(project, 1);
  const epoch = newest?.epoch ?? 1;
  const actions: { readonly [K in Deed['kind']]: () => Promise<unknown> } = {
    begin: () => db.routing.beginRollout({ ...input, plan: aPlan() }),
    prepare: () => db.routing.prepare(aDraft(input, { champion: view?.champion ?? null, weight: 5 }), 'five'),
    acknowledge: () => (newest === undefined ? Promise.resolve() : acknowledge(db, newest, ['p1'])),
    commit: () => db.routing.commit({ endpoint: project, epoch, fence: incarnation }),
    crown: () => db.routing.crown({ ...input, evidenceId: gateOf(version) }),
    restore: () => db.routing.restore({ ...input, reason: 'undone' }),
    end: () =>
      db.routing.endRollout({
        rollout: `${project}/${incarnation}`,
        outcome: 'aborted',
        cause: null,
        evidenceId: null,
      }),
    rollBack: () => db.routing.rollBackChampion({ ...input, by: 'ann', reason: 'back' }),
  };
  await actions[deed.kind]().catch((error: unknown) => {
    if (!isLaurelError(error)) throw error;
  });
}

async function checkInvariants(project: string): Promise<void> {
  const reigns = await db.query<{ version: number; ended: boolean }>(
    'select version, ended_at is not null as ended from champions where endpoint = $1',
    [project],
  );
  const open = reigns.filter(({ ended }) => !ended);
  expect(open).toHaveLength(Math.min(1, reigns.length));
  const history = await db.routing.history(project, 1_000);
  expect(history.map(({ epoch }) => epoch)).toEqual(history.map((_, index) => history.length - index));
  expect(history.filter(({ state }) => state === 'committed').length).toBeLessThanOrEqual(1);
  const view = await db.routing.find(project);
  const arms = view?.split?.arms ?? [];
  if (view?.champion) {
    expect(arms.find(({ role }) => role === 'champion')?.version).toBe(open[0]?.version);
  }
  const running = (await db.rollouts.list(project, { size: 100, token: null })).items.filter(
    ({ status }) => status === 'running',
  );
  expect(running.length).toBeLessThanOrEqual(1);
  if (running.length === 0 && view?.champion) expect(arms.filter(({ role }) => role === 'challenger')).toEqual([]);
}

test('I1, I2, I3, I5 hold after every step of any history of rollouts', async () => {
  await fc.assert(
    fc.asyncProperty(anyHistory, async (history) => {
      const { project, versions } = await anEndpoint();
      for (const deed of history) {
        await perform(deed, project, versions);
        await checkInvariants(project);
      }
    }),
    { numRuns: 20 },
  );
  const crowned = await db.query('select from champions');
  expect(crowned.length).toBeGreaterThan(3);
});

test('I1, I2, I3 hold when rollouts act at the same time', async () => {
  await fc.assert(
    fc.asyncProperty(anyHistory, async (history) => {
      const { project, versions } = await anEndpoint();
      await Promise.all(history.map((deed) => perform(deed, project, versions)));
      await perform({ kind: 'begin', incarnation: 7, challenger: 0 }, project, versions);
      await perform({ kind: 'restore', incarnation: 7, challenger: 0 }, project, versions);
      await checkInvariants(project);
      expect(await db.audit.verify()).toMatchObject({ firstBroken: null });
    }),
    { numRuns: 10 },
  );
});

async function anEndpoint() {
  serial += 1;
  const project = `history-${serial}`;
  const versions = [await aVersion(db, project), await aVersion(db, project), await aVersion(db, project)];
  return { project, versions };
}
