import {
  approvalGranted,
  endpointView,
  evidenceView,
  listOf,
  modelSummary,
  pageOf,
  rolloutAccepted,
  rolloutView,
  splitHistoryItem,
  splitView,
  versionView,
} from '@laurel/contracts/schemas';
import { aPlan, aPrediction, aVersion, crownVersion, refOf } from '../postgres/builders.js';
import { type ApiWorld, applied, createApiWorld } from './api-world.js';

let world: ApiWorld;
beforeEach(async () => {
  world = await createApiWorld();
  await applied(world);
});
afterEach(() => world.close());

const rollouts = '/api/v1/endpoints/churn/rollouts';

/** Version 1 is champion; version 2 is being rolled out as `churn/2`. */
async function aRolloutInProgress(approvers = 0) {
  const champion = await aVersion(world.db, 'churn');
  await crownVersion(world.db, champion, 1);
  await world.db.routing.endRollout({ rollout: 'churn/1', outcome: 'promoted', cause: null, evidenceId: null });
  const challenger = await aVersion(world.db, 'churn');
  const plan = aPlan({ approval: { required: approvers > 0, approvers, expiresAfter: '7d' } });
  const rolling = { endpoint: 'churn', project: 'churn', incarnation: 2, challenger: refOf(challenger), plan };
  await world.db.routing.beginRollout(rolling);
  return { champion, challenger };
}

test('a version whose gates passed is rolled out by the plan of its project', async () => {
  const version = await aVersion(world.db, 'churn');
  const answer = await world.post(rollouts, { version: 1 }, { as: 'operator' });
  expect(rolloutAccepted.parse(answer.body)).toEqual({
    rollout: 'churn/1',
    incarnation: 1,
    workflowId: 'endpoint/churn/rollout/1',
  });
  expect({ status: answer.status, location: answer.headers['location'] }).toEqual({
    status: 202,
    location: '/api/v1/endpoints/churn/rollouts/1',
  });
  const request = world.orchestrator.asked('requestPromotion')[0]?.[0];
  expect(request).toMatchObject({
    endpoint: 'churn',
    project: 'churn',
    challenger: refOf(version),
    requestedBy: 'the operator',
  });
  expect(request?.plan.steps.length).toBeGreaterThan(0);
});

test('a version that failed its gates, an unknown version and an unknown endpoint are not rolled out', async () => {
  await aVersion(world.db, 'churn', { gatesPassed: false });
  expect((await world.post(rollouts, { version: 1 })).body.code).toBe('GateFailed');
  expect((await world.post(rollouts, { version: 9 })).body.code).toBe('NotFound');
  expect((await world.post('/api/v1/endpoints/absent/rollouts', { version: 1 })).body.code).toBe('NotFound');
  expect(world.orchestrator.calls).toEqual([]);
});

test('models, versions, endpoints, splits, rollouts and evidence are shown as documented', async () => {
  await aRolloutInProgress();
  const read = async (url: string) => (await world.get(url, { as: 'viewer' })).body;
  expect(listOf(modelSummary).parse(await read('/api/v1/models')).items).toEqual([
    { project: 'churn', versions: 2, champion: 1 },
  ]);
  expect(
    pageOf(versionView)
      .parse(await read('/api/v1/models/churn/versions'))
      .items.map(({ version }) => version),
  ).toEqual([2, 1]);
  expect(versionView.parse(await read('/api/v1/models/churn/versions/1'))).toMatchObject({
    stage: 'Production',
    aliases: ['champion'],
  });
  expect(listOf(endpointView).parse(await read('/api/v1/endpoints')).items).toHaveLength(1);
  expect(endpointView.parse(await read('/api/v1/endpoints/churn')).champion?.version).toBe(1);
  expect(splitView.parse(await read('/api/v1/endpoints/churn/split')).arms).toMatchObject([
    { version: 1, weight: 100 },
  ]);
  expect(listOf(splitHistoryItem).parse(await read('/api/v1/endpoints/churn/splits?limit=1')).items).toHaveLength(1);
  expect(
    pageOf(rolloutView)
      .parse(await read(rollouts))
      .items.map(({ id }) => id),
  ).toEqual(['churn/2', 'churn/1']);
  expect(pageOf(rolloutView).parse(await read('/api/v1/rollouts?pageSize=1')).nextPageToken).not.toBeNull();
  expect(rolloutView.parse(await read(`${rollouts}/1`)).status).toBe('promoted');
  const { items } = listOf(evidenceView).parse(await read('/api/v1/rollouts/churn/1/evidence'));
  expect(items.length).toBeGreaterThan(0);
  expect(await read(`/api/v1/evidence/${encodeURIComponent(String(items[0]?.id))}`)).toEqual(items[0]);
});

test.each(['abort', 'pause', 'resume', 'promote'])(
  'a rollout in progress can be told to %s, by either form of the path',
  async (order) => {
    await aRolloutInProgress();
    expect((await world.post(`${rollouts}/2/${order}`, { reason: 'looks bad' }, { as: 'operator' })).status).toBe(202);
    expect((await world.post(`${rollouts}/2:${order}`)).status).toBe(202);
    expect(world.orchestrator.asked('orderRollout')).toEqual([
      ['churn', { kind: order, by: 'the operator', reason: 'looks bad' }],
      ['churn', { kind: order, by: 'the admin', reason: 'asked by hand' }],
    ]);
    const audit = (await world.get('/api/v1/audit')).body.items;
    expect(audit[0]).toMatchObject({ action: `rollout.${order}Ordered`, subject: 'churn/2', actor: 'the admin' });
  },
);

test('an ended rollout takes no orders, and there are no others', async () => {
  await aRolloutInProgress();
  expect((await world.post(`${rollouts}/1/abort`)).body.code).toBe('Conflict');
  expect((await world.post(`${rollouts}/7/abort`)).body.code).toBe('NotFound');
  expect((await world.post(`${rollouts}/2/delete`)).body.code).toBe('InvalidInput');
  expect((await world.post(`${rollouts}/2:delete`)).body.code).toBe('InvalidInput');
  expect(world.orchestrator.calls).toEqual([]);
});

test('an approval is stored, bound to the digest, and told to the rollout; twice by one person counts once', async () => {
  const { challenger } = await aRolloutInProgress(2);
  const answer = await world.post('/api/v1/approvals', { rollout: 'churn/2' }, { as: 'approver' });
  expect(answer.status).toBe(201);
  expect(approvalGranted.parse(answer.body)).toMatchObject({
    approvers: 1,
    approval: { digest: challenger.digest, by: 'the approver', decision: 'granted' },
    needed: 2,
  });
  expect((await world.post('/api/v1/approvals', { rollout: 'churn/2' }, { as: 'approver' })).body.approvers).toBe(1);
  expect((await world.post('/api/v1/approvals', { rollout: 'churn/2' }, { as: 'admin' })).body.approvers).toBe(2);
  expect(world.orchestrator.asked('grantApproval').map(([workflow, grant]) => [workflow, grant.approvers])).toEqual([
    ['endpoint/churn/rollout/2', 1],
    ['endpoint/churn/rollout/2', 1],
    ['endpoint/churn/rollout/2', 2],
  ]);
  expect((await world.get('/api/v1/approvals?rollout=churn/2')).body.items).toHaveLength(2);
});

test('only approvers approve, and only what is in progress', async () => {
  await aRolloutInProgress();
  expect((await world.post('/api/v1/approvals', { rollout: 'churn/2' }, { as: 'operator' })).body.code).toBe(
    'Forbidden',
  );
  expect((await world.post('/api/v1/approvals', { rollout: 'churn/1' })).body.code).toBe('Conflict');
  expect((await world.post('/api/v1/approvals', { rollout: 'churn/9' })).body.code).toBe('NotFound');
  expect((await world.post('/api/v1/approvals', { rollout: 'churn' })).body.code).toBe('InvalidInput');
});

test('a rollback and a clearing reach the endpoint with who asked and why', async () => {
  await aRolloutInProgress();
  const restored = { version: 1, semver: '1.0.0', digest: `sha256:${'0'.repeat(64)}` } as const;
  world.orchestrator.answerNext('rollBackEndpoint', { restored });
  const back = await world.post('/api/v1/endpoints/churn/rollback', { reason: 'wrong prices' }, { as: 'operator' });
  expect(back).toMatchObject({ status: 200, body: { endpoint: 'churn', restored } });
  expect(world.orchestrator.asked('rollBackEndpoint')).toEqual([
    ['churn', { requestId: expect.any(String), by: 'the operator', reason: 'wrong prices' }],
  ]);
  expect((await world.post('/api/v1/endpoints/churn/rollback', {})).body.code).toBe('InvalidInput');
  world.orchestrator.answerNext('rollBackEndpoint', { restored: null });
  expect((await world.post('/api/v1/endpoints/churn/rollback', { reason: 'again' })).body.code).toBe('Conflict');
  expect((await world.post('/api/v1/endpoints/churn/clear')).body).toEqual({ endpoint: 'churn', cleared: true });
  expect((await world.post('/api/v1/endpoints/absent/clear')).status).toBe(404);
});

test('feedback is taken one by one or many at once, and the first label counts', async () => {
  await world.db.fleet.addPredictions([aPrediction({ predictionId: 'p1' }), aPrediction({ predictionId: 'p2' })]);
  const tell = async (body: unknown) => (await world.post('/api/v1/feedback', body, { as: 'operator' })).body;
  expect(await tell({ predictionId: 'p1', label: 'Yes' })).toEqual({ accepted: 1, repeated: 0, contradicted: 0 });
  expect(
    await tell({
      items: [
        { predictionId: 'p1', label: 'No' },
        { predictionId: 'p2', value: 3.5, at: '2026-01-31T10:00:00+01:00' },
      ],
    }),
  ).toEqual({ accepted: 1, repeated: 0, contradicted: 1 });
  expect((await tell({ predictionId: 'p1' })).code).toBe('InvalidInput');
  expect((await tell({ predictionId: 'p1', label: 'Yes', value: 1 })).code).toBe('InvalidInput');
  expect((await tell({ items: [] })).code).toBe('InvalidInput');
});

test('the audit log says whether it is whole', async () => {
  const verify = async () => (await world.get('/api/v1/audit/verify', { as: 'viewer' })).body;
  expect(await verify()).toMatchObject({ events: 1, intact: true, firstBroken: null });
  await world.db.query('alter table audit_events disable trigger all');
  await world.db.query("update audit_events set actor = 'somebody else'");
  expect(await verify()).toMatchObject({ intact: false, firstBroken: 1 });
});
