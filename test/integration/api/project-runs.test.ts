import { type ApiWorld, createApiWorld } from './api-world.js';

let world: ApiWorld;
beforeAll(async () => {
  world = await createApiWorld();
});
afterAll(() => world.close());

const file = `
name: Wine quality
entry_points:
  main:
    parameters: { alpha: { type: float, default: 0.5 }, data: path }
    command: python train.py {alpha} {data}
`;
const body = { folder: '/projects/wine', file, parameters: { data: 'all wines.csv' } };
const start = (change: object = {}) => world.post('/api/v1/project-runs', { ...body, ...change });
const started = () => world.orchestrator.asked('startProjectRun').at(-1)?.[0];

test('a run is started with its command, its values and a job that is tried once', async () => {
  const { status, body: accepted, headers } = await start({ runName: 'first' });
  expect({ status, accepted }).toMatchObject({ status: 202, accepted: { created: true } });
  expect(headers['location']).toBe(`/api/v1/runs/${accepted.runId}`);
  expect(started()).toMatchObject({
    project: 'wine-quality',
    runId: accepted.runId,
    folder: '/projects/wine',
    entry: 'main',
    parameters: { alpha: '0.5', data: 'all wines.csv' },
    experimentId: '0',
    runName: 'first',
    requestedBy: 'the admin',
    environment: 'local',
    training: { deadline: '24h', silence: '24h', retry: { maximumAttempts: 1 }, resources: { cpu: 1, memory: '2Gi' } },
  });
  expect(JSON.parse(started()?.training.command.at(-1) ?? '')).toEqual({
    command: "python train.py 0.5 'all wines.csv'",
    environment: null,
  });
  const { body: audit } = await world.get('/api/v1/audit?pageSize=5');
  expect(audit.items[0]).toMatchObject({ action: 'projectRun.requested', subject: 'wine-quality' });
});

test('an environment file goes with it', async () => {
  const text = 'dependencies: [python=3.11, {pip: [mlflow]}]';
  expect((await start({ environment: { path: 'conda.yaml', text } })).status).toBe(202);
  expect(started()?.environment).toBe('conda');
  expect(JSON.parse(started()?.training.command.at(-1) ?? '').environment).toMatchObject({
    python: '3.11',
    requirements: ['mlflow'],
  });
});

test('an experiment is made where there is none, once', async () => {
  expect((await start({ experiment: 'wines' })).status).toBe(202);
  const first = started()?.experimentId;
  expect((await start({ experiment: 'wines' })).status).toBe(202);
  expect(started()?.experimentId).toBe(first);
  expect(await world.db.tracking.findExperimentByName('wines')).toMatchObject({ experimentId: first });
});

test('the same key of a project names the same run', async () => {
  const [one, same, other] = [await start({ key: 'a' }), await start({ key: 'a' }), await start({ key: 'b' })];
  expect(same.body.runId).toBe(one.body.runId);
  expect(other.body.runId).not.toBe(one.body.runId);
});

test.each([
  [{ entry: 'mian' }, 'The project has no entry point "mian"; did you mean "main"?'],
  [{ parameters: {} }, 'Entry point "main" needs a value for data; give it with -P data=VALUE.'],
  [{ file: 'entry_points: [' }, /^MLproject is not plain YAML: /],
  [
    { file: `${file}\npython_env: python_env.yaml` },
    'MLproject names python_env.yaml, which was not sent; send its text.',
  ],
  [
    { environment: { path: '../x.yaml', text: '' } },
    'MLproject does not name ../x.yaml, and it is neither python_env.yaml nor conda.yaml.',
  ],
])('%j is refused and starts nothing', async (change, detail) => {
  const before = world.orchestrator.asked('startProjectRun').length;
  const { status, body: problem } = await start(change);
  expect(status).toBe(400);
  expect(problem.detail).toEqual(typeof detail === 'string' ? detail : expect.stringMatching(detail));
  expect(world.orchestrator.asked('startProjectRun')).toHaveLength(before);
});

test('a relative folder, a foreign field and an experiment that was deleted are refused', async () => {
  expect((await start({ folder: '../wine' })).status).toBe(400);
  expect((await start({ command: 'id' })).status).toBe(400);
  const experimentId = await world.db.tracking.createExperiment({ name: 'gone', artifactLocation: null, tags: [] });
  await world.db.tracking.deleteExperiment(experimentId);
  expect((await start({ experiment: 'gone' })).body.detail).toBe(
    'The experiment gone was deleted; restore it, or name another one.',
  );
});

test('who may only look starts no run', async () => {
  expect((await world.post('/api/v1/project-runs', body, { as: 'viewer' })).status).toBe(403);
});

test('a run of a project is cancelled through its own workflow', async () => {
  const runId = 'c'.repeat(32);
  await world.db.runs.begin({ runId, project: 'wine', trigger: 'run/main', work: { kind: 'project' } });
  expect((await world.post(`/api/v1/runs/${runId}/cancel`)).status).toBe(202);
  expect(world.orchestrator.asked('cancelProjectRun')).toEqual([['wine', runId]]);
});
