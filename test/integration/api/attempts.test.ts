import { type ApiWorld, createApiWorld } from './api-world.js';

const runId = 'd'.repeat(32);
const price = { amount: 3.6, currency: 'EUR' };

let world: ApiWorld;
beforeAll(async () => {
  world = await createApiWorld();
  const { runs, trainingRecords } = world.db;
  await runs.begin({ runId, project: 'churn', trigger: 'manual/one' });
  for (const attempt of [1, 2]) {
    const key = { runId, attempt };
    await trainingRecords.beginAttempt({ ...key, placement: 'spot', use: { cpus: 1, gpus: 1 }, price });
    await trainingRecords.sightAttempt(key, {
      node: 'gpu-1',
      waiting: null,
      step: 137,
      fromStep: null,
      checkpointStep: 100,
    });
    await trainingRecords.appendMetrics(key, [
      { name: 'loss', step: attempt, value: 1 / attempt, at: '2026-01-31T09:00:00.000Z' },
    ]);
    if (attempt === 1)
      await trainingRecords.endAttempt(key, {
        cause: 'outOfMemory',
        exitCode: 137,
        message: 'memory ran out',
        charged: true,
      });
  }
});
afterAll(() => world.close());

test('the attempts of a run are listed newest first, with why they ended and what to do', async () => {
  const { status, body } = await world.get(`/api/v1/runs/${runId}/attempts`, { as: 'viewer' });
  expect(status).toBe(200);
  expect(body.nextPageToken).toBeNull();
  expect(body.items).toMatchObject([
    {
      attempt: 2,
      placement: 'spot',
      node: 'gpu-1',
      cause: null,
      advice: null,
      charged: null,
      lastStep: 137,
      cost: { currency: 'EUR' },
    },
    {
      attempt: 1,
      cause: 'outOfMemory',
      charged: true,
      lostSteps: 37,
      advice: expect.stringContaining('spec.training.resources.memory'),
    },
  ]);
});

test('the metrics of a run are given by name, and of one metric on request', async () => {
  const { body } = await world.get(`/api/v1/runs/${runId}/metrics?name=loss&limit=10`, { as: 'viewer' });
  expect(body).toMatchObject({
    runId,
    items: [
      { name: 'loss', step: 1, value: 1 },
      { step: 2, value: 0.5 },
    ],
  });
  expect((await world.get(`/api/v1/runs/${runId}/metrics?name=other`)).body.items).toEqual([]);
});

test('of a run that is not there nothing is given', async () => {
  for (const what of ['attempts', 'metrics']) {
    expect(await world.get(`/api/v1/runs/${'e'.repeat(32)}/${what}`)).toMatchObject({
      status: 404,
      body: { code: 'NotFound' },
    });
  }
  expect(await world.get(`/api/v1/runs/${runId}/attempts`, { as: 'nobody' })).toMatchObject({ status: 401 });
  expect(await world.get(`/api/v1/runs/${runId}/metrics?limit=0`)).toMatchObject({ status: 400 });
});

test('a run says how far its trainer is, how fast, where and for how much', async () => {
  const progress = {
    attempt: 2,
    placement: 'spot',
    step: 137,
    totalSteps: 300,
    metrics: { loss: 0.5 },
    node: 'gpu-1',
    waiting: null,
    checkpointStep: 100,
    stepsPerSecond: 10,
    etaSeconds: 16.3,
    cost: { amount: 0.1, currency: 'EUR' },
    at: '2026-01-31T09:00:00.000Z',
  } as const;
  await world.db.runs.update(runId, { progress });
  expect((await world.get(`/api/v1/runs/${runId}`)).body.progress).toEqual(progress);
});
