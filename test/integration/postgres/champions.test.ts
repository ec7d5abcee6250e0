import { codeVersion } from '@laurel/contracts';
import type { ModelVersion } from '@laurel/domain';
import { aLook, aPerson, aPlan, applySplit, aVersion, crownVersion, gateOf, refOf } from './builders.js';
import { createTestDatabase, type TestDatabase } from './database.js';

let db: TestDatabase;
let project: string;
let versions: readonly ModelVersion[];
let serial = 0;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db?.drop());

beforeEach(async () => {
  serial += 1;
  project = `churn-${serial}`;
  versions = [await aVersion(db, project), await aVersion(db, project), await aVersion(db, project)];
});

const version = (number: number): ModelVersion => {
  const found = versions[number - 1];
  if (found === undefined) throw new Error(`the test has no version ${number}`);
  return found;
};

const rolling = (incarnation: number, challenger: ModelVersion) => ({
  endpoint: project,
  project,
  incarnation,
  fence: incarnation,
  challenger: refOf(challenger),
});

/** Crowns version 1, then brings `challenger` to 5 % in rollout 2. */
async function canary(challenger: ModelVersion, plan = aPlan()) {
  await crownVersion(db, version(1), 1);
  const input = rolling(2, challenger);
  await db.routing.beginRollout({ ...input, plan });
  await applySplit(db, input, { champion: version(1), weight: 5 });
  return (evidenceId: string) => db.routing.crown({ ...input, evidenceId, codeVersion });
}

const rollBack = (incarnation: number) =>
  db.routing.rollBackChampion({ endpoint: project, incarnation, by: 'ann', reason: 'wrong prices', codeVersion });
const openReigns = () =>
  db.query<{ version: number }>('select version from champions where endpoint = $1 and ended_at is null', [project]);
const standing = async () => {
  const { items } = await db.registry.list(project, { size: 10, token: null });
  return items.map(({ version, stage, aliases }) => [version, stage, ...aliases]).reverse();
};

test('I1: 32 concurrent crownings of one rollout leave one champion and one new epoch', async () => {
  const crown = await canary(version(2));
  const splits = await Promise.all(Array.from({ length: 32 }, () => crown(gateOf(version(2)))));
  expect(new Set(splits.map(({ epoch }) => epoch)).size).toBe(1);
  expect(await openReigns()).toEqual([{ version: 2 }]);
  expect(await db.evidence.list({ rollout: `${project}/2` })).toHaveLength(1);
});

test('I1: 32 rollouts that race for an endpoint leave one champion, the one with the newest fence', async () => {
  await crownVersion(db, version(1), 1);
  const races = Array.from({ length: 32 }, async (_, index) => {
    const challenger = version(2 + (index % 2));
    const input = rolling(2 + index, challenger);
    const { rollout } = await db.routing.beginRollout({ ...input, plan: aPlan() });
    await applySplit(db, input, { champion: rollout.champion, weight: 5 });
    return db.routing.crown({ ...input, evidenceId: gateOf(challenger), codeVersion });
  });
  const settled = await Promise.allSettled(races);
  const refusals = settled.flatMap((race) => (race.status === 'rejected' ? [race.reason.code] : []));
  expect(refusals.filter((code) => !['StaleFence', 'StaleEpoch', 'Conflict'].includes(code))).toEqual([]);
  expect(await openReigns()).toHaveLength(1);
  const [reign] = await openReigns();
  expect((await db.routing.current(project))?.arms).toContainEqual(
    expect.objectContaining({ version: reign?.version }),
  );
});

test('I1: Postgres itself refuses a second champion', async () => {
  await crownVersion(db, version(1), 1);
  const second = db.query(
    `insert into champions (endpoint, project, version, digest, semver, incarnation, evidence_id)
     values ($1, $1, 2, 'd', 's', 2, 'e')`,
    [project],
  );
  await expect(second).rejects.toThrow(/one_champion_per_endpoint/);
});

test('a crowning moves champion, split, aliases and stages together and ends the rollout', async () => {
  const crown = await canary(version(2));
  const split = await crown(gateOf(version(2)));
  expect(split).toMatchObject({
    arms: [{ ...refOf(version(2)), role: 'champion', weight: 100 }],
    shadow: null,
    fence: 2,
  });
  expect(await standing()).toEqual([
    [1, 'Archived'],
    [2, 'Production', 'champion'],
    [3, 'None'],
  ]);
  expect(await db.rollouts.find(`${project}/2`)).toMatchObject({ status: 'promoted' });
  expect((await db.evidence.find(`${project}/2/crowning`))?.decision.verdict).toBe('pass');
  const { items } = await db.audit.list({ size: 2, token: null });
  expect(items.map(({ action }) => action)).toEqual(['rollout.ended', 'champion.crowned']);
});

test('an undo that arrives after the crowning changes nothing', async () => {
  const crown = await canary(version(2));
  const crowned = await crown(gateOf(version(2)));
  const input = rolling(2, version(2));
  expect(await db.routing.restore({ ...input, reason: 'cancelled', codeVersion })).toEqual(crowned);
  await db.routing.endRollout({ rollout: `${project}/2`, outcome: 'aborted', cause: null, evidenceId: null });
  expect(await db.rollouts.find(`${project}/2`)).toMatchObject({ status: 'promoted' });
});

test('I4: without a stored PASS of its own digest no version becomes champion', async () => {
  const rejected = await aVersion(db, project, { gatesPassed: false });
  const crown = await canary(rejected);
  const look = { endpoint: project, rollout: `${project}/2`, challenger: refOf(rejected) };
  const fail = { verdict: 'fail', action: 'rollBack', reasons: [], metrics: [] } as const;
  await db.evidence.append(aLook({ ...look, id: `${project}/fail`, decision: fail }));
  await db.evidence.append(aLook({ ...look, id: `${project}/other`, challenger: refOf(version(1)) }));
  await db.evidence.append(aLook({ ...look, id: `${project}/elsewhere`, rollout: `${project}/9` }));
  await db.evidence.append(aLook({ ...look, id: `${project}/approved`, kind: 'approval' }));
  const refused = [gateOf(rejected), gateOf(version(1)), 'nowhere', 'fail', 'other', 'elsewhere', 'approved'];
  for (const id of refused) {
    await expect(crown(id.includes('/') ? id : `${project}/${id}`)).rejects.toMatchObject({ code: 'Conflict' });
  }
  expect(await openReigns()).toEqual([{ version: 1 }]);
  await db.evidence.append(aLook({ ...look, id: `${project}/pass` }));
  await expect(crown(`${project}/pass`)).resolves.toMatchObject({ fence: 2 });
});

test('I4: where the plan asks for two approvers, one person cannot crown by approving twice', async () => {
  const crown = await canary(version(2), aPlan({ approval: { required: true, approvers: 2, expiresAfter: '7d' } }));
  const [ann, ben, eve] = await Promise.all(['ann', 'ben', 'eve'].map((name) => aPerson(db, name)));
  const approve = async (person = ann) => (await person?.decide(`${project}/2`))?.standing.approvers;
  const approvalRequired = { code: 'ApprovalRequired' };
  await expect(crown(gateOf(version(2)))).rejects.toMatchObject(approvalRequired);
  expect(await Promise.all([approve(ann), approve(ann)])).toEqual([['ann'], ['ann']]);
  await expect(crown(gateOf(version(2)))).rejects.toMatchObject(approvalRequired);
  expect(await approve(ben)).toEqual(['ann', 'ben']);
  await expect(crown(gateOf(version(2)))).resolves.toMatchObject({ fence: 2 });
  expect(await db.approvals.list(`${project}/2`)).toMatchObject([
    { by: 'ann', digest: version(2).digest, decision: 'granted' },
    { by: 'ben', digest: version(2).digest, decision: 'granted' },
  ]);
  await expect(approve(eve)).rejects.toMatchObject({ code: 'Conflict' });
});

test('I4: an approval step of the plan cannot be skipped', async () => {
  const crown = await canary(version(2), aPlan({ steps: [{ approval: { approvers: 1 } }, { setWeight: 5 }] }));
  await expect(crown(gateOf(version(2)))).rejects.toMatchObject({ code: 'ApprovalRequired' });
});

test('a challenger that no process has loaded is not crowned', async () => {
  await crownVersion(db, version(1), 1);
  const input = rolling(2, version(2));
  await db.routing.beginRollout({ ...input, plan: aPlan() });
  const crown = db.routing.crown({ ...input, evidenceId: gateOf(version(2)), codeVersion });
  await expect(crown).rejects.toMatchObject({ code: 'ModelNotReady' });
});

test('a rollout that was not crowned cannot end as promoted', async () => {
  await canary(version(2));
  const end = { rollout: `${project}/2`, outcome: 'promoted' as const, cause: null, evidenceId: null };
  await expect(db.routing.endRollout(end)).rejects.toMatchObject({ code: 'Conflict' });
});

test('rolling back goes further into the past each time and never forth again', async () => {
  await crownVersion(db, version(1), 1);
  await crownVersion(db, version(2), 2);
  await crownVersion(db, version(3), 3);
  const before = async () => (await db.fleet.desired()).previous.filter(({ endpoint }) => endpoint === project);
  expect((await db.fleet.desired()).keepWarm).toContainEqual({ ...refOf(version(2)), endpoint: project });
  expect(await before()).toEqual([{ ...refOf(version(2)), endpoint: project }]);
  expect(await rollBack(4)).toEqual(refOf(version(2)));
  expect(await rollBack(4)).toEqual(refOf(version(2)));
  expect((await db.fleet.desired()).keepWarm).toContainEqual({ ...refOf(version(1)), endpoint: project });
  expect(await before()).toEqual([{ ...refOf(version(1)), endpoint: project }]);
  expect(await rollBack(5)).toEqual(refOf(version(1)));
  expect(await before()).toEqual([]);
  expect(await rollBack(6)).toBeNull();
  expect(await openReigns()).toEqual([{ version: 1 }]);
  expect(await standing()).toEqual([
    [1, 'Production', 'champion'],
    [2, 'Archived'],
    [3, 'Archived'],
  ]);
  expect((await db.routing.find(project))?.split).toMatchObject({ fence: 5, reason: 'wrong prices', appliedBy: 'ann' });
});

test('rolling back the champion undoes the rollout that runs', async () => {
  await crownVersion(db, version(1), 1);
  await crownVersion(db, version(2), 2);
  const input = rolling(3, version(3));
  await db.routing.beginRollout({ ...input, plan: aPlan() });
  await applySplit(db, input, { champion: version(2), weight: 50 });
  expect(await rollBack(4)).toEqual(refOf(version(1)));
  const split = await db.routing.restore({ ...input, reason: 'overtaken', codeVersion });
  expect(split?.arms).toEqual([{ ...refOf(version(1)), role: 'champion', weight: 100 }]);
  await db.routing.endRollout({ rollout: `${project}/3`, outcome: 'superseded', cause: null, evidenceId: null });
  expect((await standing())[2]).toEqual([3, 'None']);
});
