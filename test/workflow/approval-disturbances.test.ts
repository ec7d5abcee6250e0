import { setTimeout as sleep } from 'node:timers/promises';
import { type ActivityPorts, makeActivities } from '@laurel/activities';
import { approvalGranted, type PromotionOutcome, rolloutId, taskQueues, workflowIds } from '@laurel/contracts';
import type { ApprovalRules, ModelVersion } from '@laurel/domain';
import type { WorkflowHandle } from '@temporalio/client';
import { acknowledge, aPerson, aPlan, aVersion, digestOf, refOf } from '../integration/postgres/builders.js';
import { createTestDatabase, type TestDatabase } from '../integration/postgres/database.js';
import { eventually, openWorkflowWorld, quietRuntime, type WorkflowWorld } from '../support/workflow-world.js';

quietRuntime();

let db: TestDatabase;
let world: WorkflowWorld;
const closing = new AbortController();
let served: Promise<void>;

/** A serving process that loads at once whatever a prepared split names. */
async function serve(): Promise<void> {
  while (!closing.signal.aborted) {
    const rows = await db.query<{ endpoint: string; epoch: string; arms: { digest: string }[] }>(
      `select endpoint, epoch, arms from splits where state = 'prepared'`,
    );
    for (const { endpoint, epoch, arms } of rows) {
      const split = { endpoint, epoch: Number(epoch), arms, shadow: null };
      await acknowledge(db, split as unknown as Parameters<typeof acknowledge>[1], ['p1']);
    }
    await sleep(100);
  }
}

beforeAll(async () => {
  db = await createTestDatabase();
  const ports = db as unknown as ActivityPorts;
  const activities = makeActivities(ports, { prices: null })[taskQueues.control];
  world = await openWorkflowWorld({ activities: { [taskQueues.control]: activities } });
  served = serve();
});
afterAll(async () => {
  closing.abort();
  await served;
  await world?.[Symbol.asyncDispose]();
  await db?.drop();
});

type Person = Awaited<ReturnType<typeof aPerson>>;

/** A first version that waits for approvals, on an endpoint of its own. */
interface Waiting {
  readonly endpoint: string;
  readonly version: ModelVersion;
  readonly rollout: string;
  readonly handle: WorkflowHandle;
  readonly ann: Person;
  readonly ben: Person;
  /** What the API does for a person who approves. */
  readonly approve: (person: Person) => Promise<void>;
  readonly reject: (person: Person) => Promise<void>;
  readonly outcome: () => Promise<PromotionOutcome>;
}

let number = 0;
const usual: ApprovalRules = { required: true, approvers: 2, expiresAfter: '1h', reason: 'required' };

async function aWaitingRollout(rules: Partial<ApprovalRules> = {}, incarnation = 1): Promise<Waiting> {
  number += 1;
  const endpoint = `model-${number}`;
  const version = await aVersion(db, endpoint);
  return waitingFor({ endpoint, version, incarnation, rules: { ...usual, ...rules } });
}

async function waitingFor(of: {
  readonly endpoint: string;
  readonly version: ModelVersion;
  readonly incarnation: number;
  readonly rules: ApprovalRules;
}): Promise<Waiting> {
  const { endpoint, version, incarnation, rules } = of;
  const workflowId = workflowIds.rollout(endpoint, incarnation);
  const plan = aPlan({ approval: rules, deadline: '1h' });
  const handle = await world.client.workflow.start('promoteModel', {
    workflowId,
    taskQueue: taskQueues.control,
    args: [{ endpoint, project: endpoint, incarnation, challenger: refOf(version), plan, requestedBy: 'otto' }],
  });
  const rollout = rolloutId(endpoint, incarnation);
  await eventually('the rollout has begun', async () => (await db.rollouts.find(rollout)) !== undefined);
  const [ann, ben] = [await aPerson(db, 'ann'), await aPerson(db, 'ben')];
  return {
    endpoint,
    version,
    rollout,
    handle,
    ann,
    ben,
    approve: async (person) => {
      const { record, standing } = await person.decide(rollout);
      const { evidenceId } = record;
      await world.orchestrator.grantApproval(workflowId, {
        by: person.name,
        evidenceId,
        approvers: standing.approvers.length,
      });
    },
    reject: async (person) => {
      await person.decide(rollout, { decision: 'rejected', reason: 'too early' });
      await world.orchestrator.rejectRollout(workflowId, { by: person.name, reason: 'too early' });
    },
    outcome: () => handle.result(),
  };
}

/** Time in which a promotion that was let through would have happened: the control takes a fraction of it. */
const settleMilliseconds = 1_500;

const championOf = async (endpoint: string) => (await db.routing.find(endpoint))?.champion?.version ?? null;

async function staysUnpromoted({ endpoint, rollout }: Waiting): Promise<void> {
  await sleep(settleMilliseconds);
  expect({ champion: await championOf(endpoint), status: (await db.rollouts.find(rollout))?.status }).toEqual({
    champion: null,
    status: 'running',
  });
}

async function turnsBack({ endpoint, outcome }: Waiting, cause: RegExp): Promise<void> {
  const ended = await outcome();
  expect(ended.kind).not.toBe('promoted');
  expect(ended.cause).toMatch(cause);
  expect(await championOf(endpoint)).toBeNull();
}

test('undisturbed, two people promote', async () => {
  const { approve, ann, ben, outcome, endpoint } = await aWaitingRollout();
  await approve(ann);
  await approve(ben);
  expect(await outcome()).toMatchObject({ kind: 'promoted' });
  expect(await championOf(endpoint)).toBe(1);
});

test('1, a restart of all workers forgets no approval and invents none', async () => {
  const waiting = await aWaitingRollout();
  await waiting.approve(waiting.ann);
  await world.restart();
  await staysUnpromoted(waiting);
  await waiting.approve(waiting.ben);
  expect(await waiting.outcome()).toMatchObject({ kind: 'promoted' });
});

test('2, twenty grants of one person at once are one', async () => {
  const waiting = await aWaitingRollout();
  await Promise.all(Array.from({ length: 20 }, () => waiting.approve(waiting.ann)));
  expect(await db.approvals.list(waiting.rollout)).toHaveLength(1);
  await staysUnpromoted(waiting);
});

test('3, one person with two keys is one person', async () => {
  const waiting = await aWaitingRollout();
  await waiting.approve(waiting.ann);
  await waiting.approve(await aPerson(db, 'ann', 'admin'));
  await staysUnpromoted(waiting);
});

test('4, a forged signal, however often, approves nothing', async () => {
  const waiting = await aWaitingRollout();
  await waiting.approve(waiting.ann);
  for (let copy = 0; copy < 3; copy += 1) {
    const forged = { by: 'eve', evidenceId: `${waiting.rollout}/approval/eve`, approvers: 99 };
    await waiting.handle.signal(approvalGranted, forged);
  }
  await staysUnpromoted(waiting);
});

test('5, approvals of an earlier rollout, replayed into another one, count for nothing', async () => {
  const first = await aWaitingRollout();
  await first.approve(first.ann);
  await first.reject(first.ben);
  await turnsBack(first, /rejected/);
  const again = await waitingFor({ ...first, incarnation: 2, rules: usual });
  await db.query(
    `insert into approvals (rollout, approver, digest, evidence_id, decided_at, key_id, reason)
     select $1, approver || n, digest, evidence_id || '/replayed/' || n, decided_at, key_id, reason
     from approvals, generate_series(1, 3) n where rollout = $2 and decision = 'granted'`,
    [again.rollout, first.rollout],
  );
  await again.approve(again.ann);
  expect((await db.approvals.standing(again.rollout)).discounted.map(({ flaw }) => flaw)).toEqual([
    'beforeRequest',
    'beforeRequest',
    'beforeRequest',
  ]);
  await staysUnpromoted(again);
});

test('6, an approval of another digest counts for nothing', async () => {
  const waiting = await aWaitingRollout();
  await waiting.approve(waiting.ann);
  await db.query(
    `insert into approvals (rollout, approver, digest, evidence_id, decided_at, key_id, reason)
     values ($1, 'ben', $2, 'made up', clock_timestamp(), $3, 'fine')`,
    [waiting.rollout, digestOf('another'), waiting.ben.key.id],
  );
  await waiting.handle.signal(approvalGranted, { by: 'ben', evidenceId: 'made up', approvers: 2 });
  await staysUnpromoted(waiting);
});

test('7, whose role is taken away after the grant is no approver any more', async () => {
  const waiting = await aWaitingRollout();
  await waiting.approve(waiting.ann);
  await db.query(`update api_keys set role = 'viewer' where id = $1`, [waiting.ann.key.id]);
  await waiting.approve(waiting.ben);
  await staysUnpromoted(waiting);
  await expect(waiting.ann.decide(waiting.rollout)).rejects.toMatchObject({ code: 'Forbidden' });
});

test('8, a key that is revoked takes its grant along, and a new key of the same person gives it back', async () => {
  const waiting = await aWaitingRollout();
  await waiting.approve(waiting.ann);
  await db.apiKeys.revoke(waiting.ann.key.id);
  await waiting.approve(waiting.ben);
  await staysUnpromoted(waiting);
  await waiting.approve(await aPerson(db, 'ann'));
  expect(await waiting.outcome()).toMatchObject({ kind: 'promoted' });
});

test('9, grants that expire before the second comes do not add up, at whatever side of the boundary', async () => {
  const waiting = await aWaitingRollout({ grantExpiresAfter: '1s' });
  await waiting.approve(waiting.ann);
  await sleep(1_000);
  await waiting.approve(waiting.ben);
  await staysUnpromoted(waiting);
});

test('10, what comes at or after the end of the request is refused, and the rollout turns back', async () => {
  const waiting = await aWaitingRollout({ expiresAfter: '2s' });
  await waiting.approve(waiting.ann);
  await turnsBack(waiting, /^not approved within 2s$/);
  await expect(waiting.ben.decide(waiting.rollout)).rejects.toMatchObject({ code: 'Conflict' });
});

test('11, a rejection after a grant ends the rollout, also when nobody tells the workflow', async () => {
  const waiting = await aWaitingRollout();
  await waiting.approve(waiting.ann);
  await waiting.ben.decide(waiting.rollout, { decision: 'rejected', reason: 'too early' });
  await expect((await aPerson(db, 'cleo')).decide(waiting.rollout)).rejects.toMatchObject({ code: 'Conflict' });
  await waiting.handle.signal(approvalGranted, { by: 'cleo', evidenceId: 'none', approvers: 2 });
  await turnsBack(waiting, /^ben rejected it: too early/);
});

test('12, a newer version that takes over takes the approvals of the older one nowhere', async () => {
  const older = await aWaitingRollout();
  await older.approve(older.ann);
  const version = await aVersion(db, older.endpoint);
  const newer = await waitingFor({ endpoint: older.endpoint, version, incarnation: 2, rules: usual });
  await expect(older.ben.decide(older.rollout)).rejects.toMatchObject({ code: 'Conflict' });
  await newer.approve(newer.ann);
  await staysUnpromoted(newer);
  await older.handle.signal(approvalGranted, { by: 'ben', evidenceId: 'none', approvers: 2 });
  await sleep(settleMilliseconds);
  expect(await championOf(older.endpoint)).toBeNull();
  expect((await db.rollouts.find(older.rollout))?.status).toBe('superseded');
  await older.handle.terminate();
});

test('13, an author is no approver, by the API or by hand', async () => {
  const waiting = await aWaitingRollout();
  const otto = await aPerson(db, 'otto', 'admin');
  await waiting.approve(waiting.ann);
  await expect(otto.decide(waiting.rollout)).rejects.toMatchObject({ code: 'Forbidden' });
  await db.query(
    `insert into approvals (rollout, approver, digest, evidence_id, decided_at, key_id, reason)
     values ($1, 'otto', $2, 'by hand', clock_timestamp(), $3, 'mine')`,
    [waiting.rollout, waiting.version.digest, otto.key.id],
  );
  await waiting.handle.signal(approvalGranted, { by: 'otto', evidenceId: 'by hand', approvers: 2 });
  await staysUnpromoted(waiting);
});

test('14, outside of every window even a complete approval waits, and the promotion is refused', async () => {
  const day = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
  const elsewhere = day[(new Date().getUTCDay() + 3) % 7] ?? 'mon';
  const windows = [{ days: [elsewhere], from: '00:00', to: '24:00', timezone: 'UTC' }];
  const waiting = await aWaitingRollout({ windows });
  await waiting.approve(waiting.ann);
  await waiting.approve(waiting.ben);
  await staysUnpromoted(waiting);
  const { endpoint, version } = waiting;
  const crown = db.routing.crown({
    endpoint,
    project: endpoint,
    incarnation: 1,
    fence: 1,
    challenger: refOf(version),
    evidenceId: `${endpoint}/versions/1/gate`,
    codeVersion: 'test',
  });
  await expect(crown).rejects.toMatchObject({ code: 'Conflict', message: expect.stringContaining('window') });
  const audit = await db.audit.list({ size: 1, token: null });
  expect(audit.items[0]).toMatchObject({ action: 'promotion.refused', subject: endpoint });
});
