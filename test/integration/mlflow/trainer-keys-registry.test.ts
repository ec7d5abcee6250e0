import { type ApiWorld, createApiWorld } from '../api/api-world.js';
import { aRunId } from '../postgres/builders.js';

let world: ApiWorld;
beforeAll(async () => {
  world = await createApiWorld();
});
afterAll(() => world.close());

test('a trainer’s key stores artifacts of its own run, and nothing in another one or in the registry', async () => {
  const run = aRunId();
  await world.db.runs.begin({ runId: run, project: 'churn', trigger: 'by hand' });
  const authorization = `Bearer ${await world.db.runTokens.issue(run)}`;
  const info = (await world.get(`/api/2.0/mlflow/runs/get?run_id=${run}`)).body.run.info;
  const send = async (method: string, url: string, payload: string | object) => {
    const answer = await world.app.inject({ method: method as 'PUT', url, headers: { authorization }, payload });
    return answer.statusCode;
  };
  const artifacts = '/api/2.0/mlflow-artifacts/artifacts';
  expect(await send('PUT', `${artifacts}/${info.experiment_id}/${run}/artifacts/x`, 'x')).toBe(200);
  const other = (await world.post('/api/2.0/mlflow/runs/create', { experiment_id: '0' })).body.run.info.run_id;
  expect(await send('PUT', `${artifacts}/0/${other}/artifacts/x`, 'x')).toBe(403);
  await world.post('/api/2.0/mlflow/registered-models/create', { name: 'm' });
  for (const [method, call, body] of [
    ['POST', 'registered-models/create', { name: 'n' }],
    ['POST', 'model-versions/create', { name: 'm', source: `runs:/${run}/x` }],
    ['POST', 'registered-models/alias', { name: 'm', alias: 'champion', version: '1' }],
    ['DELETE', 'registered-models/delete', { name: 'm' }],
  ] as const) {
    // Naming its own run opens nothing.
    expect([call, await send(method, `/api/2.0/mlflow/${call}`, { ...body, run_id: run })]).toEqual([call, 403]);
  }
  expect(await world.db.modelRegistry.findModel('m')).toMatchObject({ latest: [] });
});
