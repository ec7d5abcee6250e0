import { LaurelError } from '@laurel/contracts';
import { listOf, pageOf, sweepAccepted, sweepResults, sweepView, trialView } from '@laurel/contracts/schemas';
import { aRunId } from '../postgres/builders.js';
import { aSweepSpec, askedSweep, completedTrials } from '../postgres/given-sweeps.js';
import { type ApiWorld, aProject, applied, createApiWorld } from './api-world.js';

let world: ApiWorld;
beforeEach(async () => {
  world = await createApiWorld();
});
afterEach(() => world.close());

const sweeps = '/api/v1/projects/churn/sweeps';

async function appliedWithSweep(): Promise<void> {
  const project = aProject();
  const context = { folder: '/projects/churn', digest: `sha256:${'0'.repeat(64)}`, actor: 'test' } as const;
  await world.db.projects.apply({ ...project, spec: { ...project.spec, sweep: aSweepSpec } }, context);
}

test('a sweep is asked for once: 202, where to look, and one workflow', async () => {
  await appliedWithSweep();
  const answers = await Promise.all(Array.from({ length: 20 }, () => world.post(sweeps, { key: 'monday' })));
  const accepted = answers.map(({ body }) => sweepAccepted.parse(body));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  expect(new Set(accepted.map(({ runId }) => runId)).size).toBe(1);
  expect(accepted.filter(({ created }) => created)).toHaveLength(1);
  const [asked, ...more] = world.orchestrator.asked('startSweep');
  expect(asked?.[0]).toMatchObject({ folder: '/projects/churn', sweep: aSweepSpec, rollOut: true });
  expect(more).toEqual([]);
  expect(answers[0]?.headers['location']).toBe(`/api/v1/sweeps/${accepted[0]?.runId}`);
});

test('a project without a sweep, an unknown project and a viewer start nothing', async () => {
  expect((await world.post(sweeps)).status).toBe(404);
  await applied(world);
  const answer = await world.post(sweeps);
  expect(answer.body).toMatchObject({
    code: 'InvalidProject',
    detail: expect.stringContaining('spec.sweep of churn is null'),
  });
  expect((await world.post(sweeps, {}, { as: 'viewer' })).status).toBe(403);
  expect(world.orchestrator.asked('startSweep')).toEqual([]);
});

test('a sweep that could not be started may be asked for again under its key', async () => {
  await appliedWithSweep();
  world.orchestrator.failNext('startSweep', new LaurelError('DependencyUnavailable', 'Temporal does not answer.'));
  expect((await world.post(sweeps, { key: 'monday' })).status).toBe(503);
  expect((await world.post(sweeps, { key: 'monday' })).body.created).toBe(true);
});

test('results have the best trial, the front, the curve, importance and what was spent', async () => {
  const runId = await askedSweep(world.db);
  await completedTrials(world.db, runId, [0.7, 0.9, 0.8]);
  const shares = [{ parameter: 'max_depth', share: 1 }];
  await world.db.sweeps.update(runId, { importance: [{ objective: 'rocAuc', shares }] });
  const results = sweepResults.parse((await world.get(`/api/v1/sweeps/${runId}`, { as: 'viewer' })).body);
  expect(results).toMatchObject({
    status: 'asked',
    algorithm: 'random',
    counts: { complete: 3, running: 0 },
    steps: 30,
    gpuSeconds: 4.5,
    best: { number: 1, values: [0.9], parameters: { max_depth: 2 } },
    front: [{ number: 1 }],
    importance: [{ objective: 'rocAuc', shares }],
    curve: [
      { number: 0, steps: 10, values: [0.7] },
      { number: 1, steps: 20, values: [0.9] },
    ],
  });
  const trials = listOf(trialView).parse((await world.get(`/api/v1/sweeps/${runId}/trials`)).body);
  expect(trials.items.map(({ number }) => number)).toEqual([0, 1, 2]);
  const listed = pageOf(sweepView).parse((await world.get(sweeps)).body);
  expect(listed.items.map((sweep) => sweep.runId)).toEqual([runId]);
  expect((await world.get(`/api/v1/sweeps/${aRunId()}`)).status).toBe(404);
});

test('a running sweep can be cancelled, one of its trials stopped, and an ended one not', async () => {
  const runId = await askedSweep(world.db);
  await world.db.runs.begin({ runId, project: 'churn', trigger: 'x', work: { kind: 'sweep' } });
  await world.db.sweeps.addTrial({ sweep: runId, number: 0, runId: aRunId(), parameters: { max_depth: 1 } });
  expect((await world.post(`/api/v1/sweeps/${runId}/trials/0/stop`)).status).toBe(202);
  expect(world.orchestrator.asked('stopTrial')).toEqual([
    [
      { project: 'churn', sweep: runId, number: 0 },
      { by: 'the admin', reason: 'asked by hand' },
    ],
  ]);
  expect((await world.post(`/api/v1/sweeps/${runId}/trials/7/stop`)).status).toBe(404);
  expect((await world.post(`/api/v1/sweeps/${runId}/cancel`)).status).toBe(202);
  expect((await world.post(`/api/v1/runs/${runId}/cancel`)).status).toBe(202);
  expect(world.orchestrator.asked('cancelSweep')).toEqual([
    ['churn', runId],
    ['churn', runId],
  ]);
  await world.db.runs.update(runId, { status: 'cancelled', ended: true });
  expect((await world.post(`/api/v1/sweeps/${runId}/cancel`)).body.code).toBe('Conflict');
});

test('what is not there, or cannot be done, is one sentence: what, which, and what next', async () => {
  await applied(world);
  const unknown = aRunId();
  const sentenceOf = async (url: string) => (await world.post(url)).body.detail;
  expect(await sentenceOf('/api/v1/projects/absent/sweeps')).toBe(
    'There is no project "absent"; list the projects there are with laurel get projects, or apply a laurel.yaml.',
  );
  expect(await sentenceOf(sweeps)).toBe(
    'spec.sweep of churn is null, so there is nothing to search; declare spec.sweep.space and apply again.',
  );
  for (const url of [`/api/v1/sweeps/${unknown}/cancel`, `/api/v1/sweeps/${unknown}/trials/0/stop`]) {
    expect(await sentenceOf(url)).toBe(
      `There is no sweep ${unknown}; list the sweeps there are with laurel sweep list.`,
    );
  }
  const runId = await askedSweep(world.db);
  await completedTrials(world.db, runId, [0.5]);
  expect(await sentenceOf(`/api/v1/sweeps/${runId}/trials/7/stop`)).toBe(
    `There is no trial 7 of sweep ${runId}; see laurel sweep results ${runId} for those it has.`,
  );
  expect(await sentenceOf(`/api/v1/sweeps/${runId}/trials/0/stop`)).toBe(
    `Trial 0 of sweep ${runId} has ended as complete; there is nothing to stop.`,
  );
});
