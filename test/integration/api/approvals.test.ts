import { approvalGranted, promotionStanding } from '@laurel/contracts/schemas';
import type { ApprovalRules } from '@laurel/domain';
import { aPlan, aVersion, refOf } from '../postgres/builders.js';
import { type ApiWorld, createApiWorld } from './api-world.js';

let world: ApiWorld;
beforeEach(async () => {
  world = await createApiWorld();
});
afterEach(() => world.close());

const approvals = '/api/v1/approvals';

/** `churn/1`, asked for by the operator, waits for approvals. */
async function aWaitingRollout(rules: Partial<ApprovalRules> = {}, requestedBy = 'the operator') {
  const version = await aVersion(world.db, 'churn');
  const approval: ApprovalRules = { required: true, approvers: 1, expiresAfter: '7d', ...rules };
  const rolling = { endpoint: 'churn', project: 'churn', incarnation: 1, challenger: refOf(version) };
  await world.db.routing.beginRollout({ ...rolling, plan: aPlan({ approval }), requestedBy });
  return version;
}

const decide = (body: object, as: 'approver' | 'admin' | 'operator' = 'approver') =>
  world.post(approvals, { rollout: 'churn/1', ...body }, { as });
const events = async () => (await world.db.events.after(0, 1_000)).map(({ type }) => type);

test('a grant with reason and form is stored, audited, told and shown', async () => {
  const form = { ticket: { type: 'string', required: true, maxLength: 20 } } as const;
  const version = await aWaitingRollout({ reason: 'required', form });
  const answer = await decide({ reason: 'looked at the evidence', form: { ticket: 'OPS-1' } });
  expect(answer.status).toBe(201);
  expect(approvalGranted.parse(answer.body)).toMatchObject({
    approvers: 1,
    needed: 1,
    approval: {
      by: 'the approver',
      reason: 'looked at the evidence',
      form: { ticket: 'OPS-1' },
      digest: version.digest,
    },
  });
  expect((await world.get(`${approvals}?rollout=churn/1`)).body.items).toEqual([answer.body.approval]);
  const [audited] = (await world.get('/api/v1/audit')).body.items;
  expect(audited).toMatchObject({
    action: 'approval.granted',
    actor: 'the approver',
    detail: { reason: 'looked at the evidence', form: { ticket: 'OPS-1' }, key: expect.any(String) },
  });
  expect(await events()).toEqual(expect.arrayContaining(['approval.requested', 'approval.granted']));
  const standing = promotionStanding.parse((await world.get(`${approvals}/standing?rollout=churn/1`)).body);
  expect(standing).toMatchObject({ may: true, missing: null, approvers: ['the approver'], needed: 1 });
});

test('what is missing in reason and form is named field by field, and nothing is stored', async () => {
  const form = {
    ticket: { type: 'string', required: true, maxLength: 20 },
    risk: { type: 'enum', required: true, values: ['low', 'high'] },
  } as const;
  await aWaitingRollout({ reason: 'required', form });
  expect((await decide({ form: { ticket: 'x', risk: 'low' } })).body).toMatchObject({
    code: 'InvalidInput',
    errors: [{ path: 'reason', message: 'must be filled in' }],
  });
  expect((await decide({ reason: 'fine', form: { risk: 'medium', colour: 'red' } })).body.errors).toEqual([
    { path: 'form.colour', message: 'is not asked for; the form has risk, ticket' },
    { path: 'form.risk', message: 'must be one of low, high' },
    { path: 'form.ticket', message: 'must be filled in' },
  ]);
  expect((await decide({ reason: 'x'.repeat(501) })).body.code).toBe('InvalidInput');
  expect(await world.db.approvals.list('churn/1')).toEqual([]);
  expect(world.orchestrator.calls).toEqual([]);
});

test('an author is refused, and the refusal is in the audit log', async () => {
  await aWaitingRollout({}, 'the admin');
  expect((await decide({}, 'admin')).body).toMatchObject({ status: 403, code: 'Forbidden' });
  const [audited] = (await world.get('/api/v1/audit')).body.items;
  expect(audited).toMatchObject({
    action: 'request.denied',
    actor: 'the admin',
    detail: { message: expect.stringContaining('an author is not an approver') },
  });
});

test('only the roles that the project names may approve; where they may, an author may', async () => {
  await aWaitingRollout({ roles: ['admin'], authorMayApprove: true }, 'the admin');
  expect((await decide({})).body.code).toBe('Forbidden');
  expect((await decide({}, 'operator')).body.code).toBe('Forbidden');
  expect((await decide({}, 'admin')).status).toBe(201);
});

test('a rejection is final, needs a reason and turns the rollout back', async () => {
  await aWaitingRollout();
  expect((await decide({ decision: 'rejected' })).body.code).toBe('InvalidInput');
  expect((await decide({ decision: 'rejected', reason: 'too early' })).status).toBe(201);
  expect(world.orchestrator.asked('rejectRollout')).toEqual([
    ['endpoint/churn/rollout/1', { by: 'the approver', reason: 'too early' }],
  ]);
  expect((await decide({}, 'admin')).body).toMatchObject({ code: 'Conflict' });
  const standing = (await world.get(`${approvals}/standing?rollout=churn/1`)).body;
  expect(standing).toMatchObject({
    may: false,
    missing: 'the approver rejected it: too early; it has 0 of 1 approvals',
  });
  expect(await events()).toContain('approval.rejected');
});

test('who trained the version and who applied the project are authors too', async () => {
  const version = await aVersion(world.db, 'churn');
  const request = { from: null, requestedBy: 'the approver', rollOut: true };
  await world.db.triggers.insert({ key: 'manual:1', project: 'churn', kind: 'manual', runId: version.runId, request });
  const rolling = { endpoint: 'churn', project: 'churn', incarnation: 1, challenger: refOf(version) };
  const approval = { required: true, approvers: 1, expiresAfter: '7d' };
  await world.db.routing.beginRollout({ ...rolling, plan: aPlan({ approval }), requestedBy: 'the operator' });
  expect((await decide({})).body.code).toBe('Forbidden');
  expect((await decide({}, 'admin')).status).toBe(201);
});
