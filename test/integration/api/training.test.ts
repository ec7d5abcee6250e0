import { LaurelError } from '@laurel/contracts';
import { appliedProject, pageOf, projectSummary, projectView, runAccepted, runView } from '@laurel/contracts/schemas';
import { aRunId } from '../postgres/builders.js';
import { type ApiWorld, applied, createApiWorld, projectText } from './api-world.js';

let world: ApiWorld;
beforeEach(async () => {
  world = await createApiWorld();
});
afterEach(() => world.close());

const runs = '/api/v1/projects/churn/runs';

test('applying a project stores it, reconciles its schedules, and says so once in the audit log', async () => {
  const body = { text: projectText, folder: '/projects/churn' };
  const first = await world.post('/api/v1/projects', body, { as: 'operator' });
  expect(first.status).toBe(200);
  expect(first.headers['location']).toBe('/api/v1/projects/churn');
  const again = await world.post('/api/v1/projects', body);
  expect(appliedProject.parse(again.body)).toMatchObject({
    name: 'churn',
    appliedBy: 'the operator',
    folder: '/projects/churn',
  });
  expect(projectView.parse((await world.get('/api/v1/projects/churn')).body).project.kind).toBe('ModelProject');
  expect(world.orchestrator.asked('reconcileSchedules')).toHaveLength(2);
  const audit = (await world.get('/api/v1/audit')).body.items;
  expect(audit.map((event: { action: string }) => event.action)).toEqual(['project.applied']);
});

test('a project may be given as an object', async () => {
  await applied(world);
  const { project } = (await world.get('/api/v1/projects/churn')).body;
  const answer = await world.post('/api/v1/projects', { project, folder: '/elsewhere' });
  expect(answer.body).toMatchObject({ name: 'churn', folder: '/elsewhere' });
});

test('a training is asked for once: 202, where to look, and one signal', async () => {
  await applied(world);
  const answer = await world.post(runs, { from: 'train', rollOut: false }, { as: 'operator' });
  const { runId, workflowId } = runAccepted.parse(answer.body);
  expect({ status: answer.status, location: answer.headers['location'], workflowId }).toEqual({
    status: 202,
    location: `/api/v1/runs/${runId}`,
    workflowId: 'model/churn',
  });
  expect(world.orchestrator.asked('fireTrigger')).toEqual([
    [
      'churn',
      { key: `manual/${runId}`, kind: 'manual', runId, from: 'train', requestedBy: 'the operator', rollOut: false },
    ],
  ]);
});

test('a hundred copies of one reason to train start one run', async () => {
  await applied(world);
  const answers = await Promise.all(Array.from({ length: 100 }, () => world.post(runs, { key: 'new-data-7' })));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  expect(new Set(answers.map(({ body }) => body.runId)).size).toBe(1);
  expect(answers.filter(({ body }) => body.created)).toHaveLength(1);
  expect(world.orchestrator.asked('fireTrigger')).toHaveLength(1);
});

test('a training that could not be signalled may be asked for again under its key', async () => {
  await applied(world);
  world.orchestrator.failNext('fireTrigger', new LaurelError('DependencyUnavailable', 'Temporal does not answer.'));
  expect((await world.post(runs, { key: 'monday' })).status).toBe(503);
  expect((await world.post(runs, { key: 'monday' })).body.created).toBe(true);
  expect(world.orchestrator.asked('fireTrigger')).toHaveLength(2);
});

test('an unknown project and an unknown step start nothing', async () => {
  expect((await world.post('/api/v1/projects/absent/runs', {})).status).toBe(404);
  await applied(world);
  expect((await world.post(runs, { from: 'guess' })).status).toBe(400);
  expect(world.orchestrator.calls).toEqual([]);
});

test('a run is shown with its log and can be stopped while it runs', async () => {
  await applied(world);
  const runId = aRunId();
  await world.db.runs.begin({ runId, project: 'churn', trigger: 'manual' });
  await world.db.runs.update(runId, {
    step: 'train',
    progress: { step: 5, totalSteps: 10, metrics: { logloss: 0.4 } },
  });
  expect(runView.parse((await world.get(`/api/v1/runs/${runId}`)).body)).toMatchObject({
    status: 'running',
    step: 'train',
  });
  const log = await world.get(`/api/v1/runs/${runId}/log?lines=1`);
  expect(log.body).toEqual({ runId, lines: [`last of churn-${runId}`] });

  expect((await world.post(`/api/v1/runs/${runId}/cancel`)).status).toBe(202);
  expect(world.orchestrator.asked('cancelTraining')).toEqual([['churn', runId]]);
  await world.db.runs.update(runId, { status: 'cancelled', ended: true });
  expect((await world.post(`/api/v1/runs/${runId}/cancel`)).body.code).toBe('Conflict');
});

test('the pages of a list hold every item once, newest first', async () => {
  const ids = Array.from({ length: 7 }, aRunId);
  for (const runId of ids) await world.db.runs.begin({ runId, project: 'churn', trigger: 'manual' });
  await world.db.runs.begin({ runId: aRunId(), project: 'other', trigger: 'manual' });
  const seen: string[] = [];
  let token: string | null = '';
  while (token !== null) {
    const { body } = await world.get(`${runs}?pageSize=3${token === '' ? '' : `&pageToken=${token}`}`);
    const page = pageOf(runView).parse(body);
    expect(page.items.length).toBeLessThanOrEqual(3);
    seen.push(...page.items.map(({ runId }) => runId));
    token = page.nextPageToken;
  }
  expect(seen).toEqual(ids.toReversed());
  expect((await world.get('/api/v1/runs')).body.items).toHaveLength(8);
});

test('projects are listed in short', async () => {
  await applied(world, 'churn');
  await applied(world, 'fraud');
  const { items } = pageOf(projectSummary).parse((await world.get('/api/v1/projects', { as: 'viewer' })).body);
  expect(items.map(({ name, endpoint }) => [name, endpoint])).toEqual([
    ['fraud', 'fraud'],
    ['churn', 'churn'],
  ]);
});
