import { rolloutOutcome, rolloutView } from '@laurel/contracts/schemas';
import { aLook, aPlan, aVersion, crownVersion, refOf } from '../postgres/builders.js';
import { type ApiWorld, applied, createApiWorld, projectText } from './api-world.js';

let world: ApiWorld;
beforeEach(async () => {
  world = await createApiWorld();
  await applied(world);
});
afterEach(() => world.close());

const rollout = '/api/v1/endpoints/churn/rollouts/2';

/** Version 2 is being rolled out as `churn/2`; the step in progress is the one at `step`. */
async function aRolloutAt(step: number) {
  const champion = await aVersion(world.db, 'churn');
  await crownVersion(world.db, champion, 1);
  await world.db.routing.endRollout({ rollout: 'churn/1', outcome: 'promoted', cause: null, evidenceId: null });
  const challenger = await aVersion(world.db, 'churn');
  const plan = aPlan({
    steps: [{ setWeight: 5 }, { pause: {} }, { approval: { approvers: 1 } }, { analysis: { metrics: ['errorRate'] } }],
  });
  const begun = { endpoint: 'churn', project: 'churn', incarnation: 2, challenger: refOf(challenger), plan };
  await world.db.routing.beginRollout(begun);
  await world.db.rollouts.update('churn/2', { step });
  return { challenger };
}

const shown = async () => rolloutView.parse((await world.get(rollout, { as: 'viewer' })).body);

test('who paused a rollout and why is shown until somebody resumes it', async () => {
  await aRolloutAt(1);
  expect((await shown()).hold).toBeNull();
  await world.post(`${rollout}/pause`, { reason: 'on-call is away' }, { as: 'operator' });
  expect((await shown()).hold).toEqual({ by: 'the operator', reason: 'on-call is away', at: expect.any(String) });
  await world.post(`${rollout}/resume`, {}, { as: 'operator' });
  expect((await shown()).hold).toBeNull();
});

test('an admin skips a step or runs it again with a reason, which the audit log keeps', async () => {
  await aRolloutAt(1);
  expect((await world.post(`${rollout}/skip`, { reason: 'known' })).status).toBe(202);
  expect((await world.post(`${rollout}:rerun`, { reason: 'too short' })).status).toBe(202);
  expect(world.orchestrator.asked('orderRollout')).toEqual([
    ['churn', { kind: 'skip', step: 1, by: 'the admin', reason: 'known' }],
    ['churn', { kind: 'rerun', step: 1, by: 'the admin', reason: 'too short' }],
  ]);
  const [event] = (await world.get('/api/v1/audit')).body.items;
  expect(event).toMatchObject({
    action: 'rollout.rerunOrdered',
    actor: 'the admin',
    subject: 'churn/2',
    detail: { reason: 'too short', step: 1 },
  });
});

test('nobody else skips a step, nobody without a reason, and neither an approval nor the last analysis is', async () => {
  await aRolloutAt(1);
  const refused = async (body: object, as: 'operator' | 'admin' = 'admin') => {
    const answer = await world.post(`${rollout}/skip`, body, { as });
    return [answer.body.code, answer.body.detail];
  };
  expect(await refused({ reason: 'known' }, 'operator')).toEqual([
    'Forbidden',
    'Only an admin may skip a step; ask one, or abort the rollout.',
  ]);
  expect(await refused({})).toEqual(['InvalidInput', 'Give a reason to skip a step; the audit log keeps it.']);
  await world.db.rollouts.update('churn/2', { step: 2 });
  expect(await refused({ reason: 'known' })).toEqual([
    'Conflict',
    'Step 3 (approval by 1) of rollout churn/2 cannot be skipped: an approval is given or rejected, not skipped; wait for it, or abort the rollout.',
  ]);
  await world.db.rollouts.update('churn/2', { step: 3 });
  expect((await refused({ reason: 'known' }))[1]).toContain('only its stored PASS promotes');
  expect(world.orchestrator.calls.filter(({ name }) => name === 'orderRollout')).toEqual([]);
});

test('the outcome of a rollout is explained from its stored evidence', async () => {
  const { challenger } = await aRolloutAt(3);
  const id = 'churn/2/step/3/look/1';
  await world.db.evidence.append(aLook({ id, challenger: refOf(challenger) }));
  const answer = await world.get('/api/v1/rollouts/churn/2/outcome', { as: 'viewer' });
  expect(rolloutOutcome.parse(answer.body)).toMatchObject({
    rollout: 'churn/2',
    status: 'running',
    headline: 'Version 2 is being rolled out to churn.',
    looks: 1,
    evidence: [id],
  });
  expect((await world.get('/api/v1/rollouts/churn/9/outcome')).body.code).toBe('NotFound');
});

test('a plan whose gate leads to no registered webhook is refused before any traffic moves', async () => {
  const gate = '      - { gate: { url: "https://ops.example.com/gate" } }';
  const text = projectText.replace(/^    steps:$/m, `    steps:\n${gate}`);
  expect((await world.post('/api/v1/projects', { text, folder: '/projects/churn' })).status).toBeLessThan(300);
  await aVersion(world.db, 'churn');
  const start = () => world.post('/api/v1/endpoints/churn/rollouts', { version: 1 });
  expect((await start()).body).toMatchObject({
    code: 'InvalidInput',
    detail:
      'The gate of step 1 leads to ops.example.com, which no registered webhook has as its address; add it with laurel webhook add.',
  });
  await world.db.webhooks.register({
    url: 'https://ops.example.com/gate',
    topics: ['rollback'],
    sealedSecret: 'sealed',
    by: 'ann',
  });
  expect((await start()).status).toBe(202);
});
