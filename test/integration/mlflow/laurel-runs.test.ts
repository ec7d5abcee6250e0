import { type ApiWorld, applied, createApiWorld } from '../api/api-world.js';
import { aRunId } from '../postgres/builders.js';

let world: ApiWorld;
beforeAll(async () => {
  world = await createApiWorld();
  await applied(world);
});
afterAll(() => world.close());

const call = (name: string) => `/api/2.0/mlflow/${name}`;
const experimentOf = async (name: string) =>
  (await world.get(`${call('experiments/get-by-name')}?experiment_name=${name}`)).body.experiment;

async function seenRun(id: string) {
  const { body } = await world.get(`${call('runs/get')}?run_id=${id}`);
  const pairs = (list: readonly { key: string; value: unknown }[]) =>
    Object.fromEntries(list.map(({ key, value }) => [key, value]));
  const { info, data } = body.run;
  return { info, metrics: pairs(data.metrics), tags: pairs(data.tags), params: pairs(data.params) };
}

test('a project that is applied is an experiment', async () => {
  expect(await experimentOf('churn')).toMatchObject({ name: 'churn', lifecycle_stage: 'active' });
});

test('a training run is a run of its project’s experiment, with its end and its version', async () => {
  const id = aRunId();
  await world.db.runs.begin({ runId: id, project: 'churn', trigger: 'manual' });
  const experiment = await experimentOf('churn');
  const begun = await seenRun(id);
  expect(begun.info).toMatchObject({ run_id: id, experiment_id: experiment.experiment_id, status: 'RUNNING' });
  expect(begun.info.artifact_uri).toBe(`${experiment.artifact_location}/${id}/artifacts`);
  expect(begun.tags).toMatchObject({
    'laurel.status': 'running',
    'laurel.project': 'churn',
    'laurel.kind': 'training',
  });
  await world.db.runs.update(id, { status: 'registered', version: 3, ended: true });
  const ended = await seenRun(id);
  expect(ended.info).toMatchObject({ status: 'FINISHED', end_time: expect.any(Number) });
  expect(ended.tags).toMatchObject({ 'laurel.status': 'registered', 'laurel.version': '3' });
});

test.each([
  ['registered', 'FINISHED'],
  ['repeated', 'FINISHED'],
  ['rejected', 'FINISHED'],
  ['failed', 'FAILED'],
  ['cancelled', 'KILLED'],
] as const)('a run that is %s is %s for MLflow', async (status, shown) => {
  const id = aRunId();
  await world.db.runs.begin({ runId: id, project: 'churn', trigger: 'manual' });
  await world.db.runs.update(id, { status, ended: true });
  expect((await seenRun(id)).info.status).toBe(shown);
});

test('trials are nested in the run of their sweep', async () => {
  const [sweep, trial] = [aRunId(), aRunId()];
  await world.db.runs.begin({ runId: sweep, project: 'churn', trigger: 'manual', work: { kind: 'sweep' } });
  const work = { kind: 'trial', parent: sweep, number: 4 } as const;
  await world.db.runs.begin({ runId: trial, project: 'churn', trigger: 'manual', work });
  const { experiment_id } = await experimentOf('churn');
  const filter = `tags.mlflow.parentRunId = '${sweep}'`;
  const { body } = await world.post(call('runs/search'), { experiment_ids: [experiment_id], filter });
  expect(body.runs.map((run: { info: object }) => run.info)).toEqual([
    expect.objectContaining({ run_id: trial, run_name: 'trial 4' }),
  ]);
});

test('a project without an experiment gets one with its first run', async () => {
  await world.db.runs.begin({ runId: aRunId(), project: 'never-applied', trigger: 'manual' });
  expect(await experimentOf('never-applied')).toMatchObject({ lifecycle_stage: 'active' });
});

test('a client may log to a run of Laurel, and neither its end nor its status is the client’s', async () => {
  const id = aRunId();
  await world.db.runs.begin({ runId: id, project: 'churn', trigger: 'manual' });
  await world.post(call('runs/log-batch'), {
    run_id: id,
    metrics: [{ key: 'auc', value: 0.9, timestamp: 5, step: 1 }],
    params: [{ key: 'depth', value: '4' }],
    tags: [{ key: 'note', value: 'by hand' }],
  });
  const { status, body } = await world.post(call('runs/update'), { run_id: id, status: 'FINISHED', end_time: 7 });
  expect([status, body.run_info.status]).toEqual([200, 'RUNNING']);
  const seen = await seenRun(id);
  expect(seen).toMatchObject({ metrics: { auc: 0.9 }, params: { depth: '4' }, tags: { note: 'by hand' } });
  expect(seen.info.end_time).toBeUndefined();
  await world.db.runs.update(id, { status: 'failed', ended: true });
  expect((await seenRun(id)).info.status).toBe('FAILED');
});

test('what a trainer reports and what its client logs are one history', async () => {
  const id = aRunId();
  await world.db.runs.begin({ runId: id, project: 'churn', trigger: 'manual' });
  const point = (step: number, value: number) => ({
    name: 'loss',
    step,
    value,
    at: new Date(1_000 + step).toISOString(),
  });
  await world.db.trainingRecords.appendMetrics({ runId: id, attempt: 1 }, [
    point(1, 0.9),
    point(2, 0.8),
    point(3, 0.7),
  ]);
  await world.post(call('runs/log-metric'), { run_id: id, key: 'loss', value: 0.5, timestamp: 2_000, step: 9 });
  expect((await seenRun(id)).metrics).toEqual({ loss: 0.5 });
  await world.db.trainingRecords.appendMetrics({ runId: id, attempt: 2 }, [point(2, 0.75), point(3, 0.65)]);
  await world.db.trainingRecords.appendMetrics({ runId: id, attempt: 1 }, [point(3, 99)]);
  const history = await world.get(`${call('metrics/get-history')}?run_id=${id}&metric_key=loss`);
  expect(history.body.metrics.map(({ step, value }: { step: number; value: number }) => [step, value])).toEqual([
    [1, 0.9],
    [2, 0.75],
    [3, 0.65],
    [9, 0.5],
  ]);
  const shown = await world.get(`/api/v1/runs/${id}/metrics?name=loss`);
  expect(shown.body.items.map(({ step }: { step: number }) => step)).toEqual([1, 2, 3, 9]);
});

test('the newest value of a trainer’s metric is that of its newest attempt, even when it is an earlier step', async () => {
  const id = aRunId();
  await world.db.runs.begin({ runId: id, project: 'churn', trigger: 'manual' });
  const at = new Date(1_000).toISOString();
  await world.db.trainingRecords.appendMetrics({ runId: id, attempt: 1 }, [{ name: 'm', step: 5, value: 5, at }]);
  await world.db.trainingRecords.appendMetrics({ runId: id, attempt: 2 }, [{ name: 'm', step: 5, value: 1, at }]);
  expect((await seenRun(id)).metrics).toEqual({ m: 1 });
});
