import { type ApiWorld, createApiWorld } from '../api/api-world.js';

let world: ApiWorld;
beforeAll(async () => {
  world = await createApiWorld();
});
afterAll(() => world.close());

const call = (name: string) => `/api/2.0/mlflow/${name}`;
const send = (name: string, body: unknown) => world.post(call(name), body);

async function aRun(): Promise<string> {
  return (await send('runs/create', { experiment_id: '0' })).body.run.info.run_id;
}

async function dataOf(run: string) {
  return (await world.get(`${call('runs/get')}?run_id=${run}`)).body.run.data;
}

const refusal = (message: unknown = expect.any(String)) => ({
  status: 400,
  body: { error_code: 'INVALID_PARAMETER_VALUE', message },
});

test('answers are JSON with numbers, and texts for what JSON has no number for', async () => {
  const run = await aRun();
  const metrics = ['NaN', 'Infinity', '-Infinity', '0.5', 2].map((value, index) => ({
    key: `m${index}`,
    value,
    timestamp: '1700000000000',
    step: String(index),
  }));
  expect(await send('runs/log-batch', { run_id: run, metrics })).toMatchObject({ status: 200, body: {} });
  expect((await dataOf(run)).metrics).toEqual([
    { key: 'm0', value: 'NaN', timestamp: 1_700_000_000_000, step: 0 },
    { key: 'm1', value: 'Infinity', timestamp: 1_700_000_000_000, step: 1 },
    { key: 'm2', value: '-Infinity', timestamp: 1_700_000_000_000, step: 2 },
    { key: 'm3', value: 0.5, timestamp: 1_700_000_000_000, step: 3 },
    { key: 'm4', value: 2, timestamp: 1_700_000_000_000, step: 4 },
  ]);
});

test('a batch is all or nothing', async () => {
  const run = await aRun();
  await send('runs/log-parameter', { run_id: run, key: 'p', value: '1' });
  const batch = {
    run_id: run,
    metrics: [{ key: 'm', value: 1, timestamp: 1, step: 0 }],
    params: [
      { key: 'a', value: '1' },
      { key: 'p', value: '2' },
    ],
    tags: [{ key: 't', value: '1' }],
  };
  expect(await send('runs/log-batch', batch)).toMatchObject(refusal(expect.stringContaining('Changing param values')));
  const data = await dataOf(run);
  expect([data.metrics, data.params]).toEqual([[], [{ key: 'p', value: '1' }]]);
  expect(data.tags.map(({ key }: { key: string }) => key)).toEqual(['mlflow.runName']);
});

test('a hundred callers that log the same param agree on one value', async () => {
  const run = await aRun();
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      send('runs/log-parameter', { run_id: run, key: 'p', value: String(index % 2) }),
    ),
  );
  const [{ value }] = (await dataOf(run)).params;
  for (const [index, { status }] of answers.entries())
    expect([index, status]).toEqual([index, String(index % 2) === value ? 200 : 400]);
});

test('callers that log at once lose nothing, and the newest value is the last step’s', async () => {
  const run = await aRun();
  await Promise.all(
    Array.from({ length: 200 }, (_, step) =>
      send('runs/log-batch', {
        run_id: run,
        metrics: ['a', 'b', 'c'].map((key) => ({ key, value: step, timestamp: 1, step })),
        tags: [{ key: `t${step % 7}`, value: 'x' }],
      }),
    ),
  );
  const { body } = await world.get(`${call('metrics/get-history')}?run_id=${run}&metric_key=b`);
  expect(body.metrics).toHaveLength(200);
  expect((await dataOf(run)).metrics.map(({ value }: { value: number }) => value)).toEqual([199, 199, 199]);
});

test('hostile names, ids and values are refused in MLflow’s form and leave nothing', async () => {
  const run = await aRun();
  const names = [
    '../x',
    '..%2fx',
    '%252e%252e/x',
    'a\0b',
    'x'.repeat(10_240),
    '\u2024\u2024/x',
    'a\u202eb',
    '',
    null,
    7,
    {},
    [],
  ];
  for (const key of names) {
    for (const body of [
      { name: 'runs/log-metric', more: { value: 1, timestamp: 1 } },
      { name: 'runs/log-parameter', more: { value: '1' } },
      { name: 'runs/set-tag', more: { value: '1' } },
    ]) {
      const answer = await send(body.name, { run_id: run, key, ...body.more });
      expect([key, body.name, answer.status, answer.body.error_code]).toEqual([
        key,
        body.name,
        400,
        'INVALID_PARAMETER_VALUE',
      ]);
    }
  }
  const data = await dataOf(run);
  expect([data.metrics, data.params, data.tags.length]).toEqual([[], [], 1]);
});

test('ids that are no ids', async () => {
  for (const id of ['../0', '0%00', "0' or '1'='1", 'x'.repeat(10_240), '1e3', '٣']) {
    const experiment = await world.get(`${call('experiments/get')}?experiment_id=${encodeURIComponent(id)}`);
    expect([id.slice(0, 20), experiment.status, experiment.body.error_code]).toEqual([
      id.slice(0, 20),
      400,
      'INVALID_PARAMETER_VALUE',
    ]);
    const run = await world.get(`${call('runs/get')}?run_id=${encodeURIComponent(id)}`);
    expect([id.slice(0, 20), [400, 404].includes(run.status), run.body.message.length < 400]).toEqual([
      id.slice(0, 20),
      true,
      true,
    ]);
  }
  expect((await world.get(`${call('runs/get')}?run_id=a%00b`)).body.error_code).toBe('INVALID_PARAMETER_VALUE');
});

test('numbers that are no numbers', async () => {
  const run = await aRun();
  const metric = (more: object) => send('runs/log-metric', { run_id: run, key: 'm', value: 1, timestamp: 1, ...more });
  for (const more of [
    { value: 'x' },
    { value: true },
    { value: null },
    { value: [1] },
    { timestamp: -1 },
    { timestamp: 1.5 },
    { timestamp: '1e3' },
    { timestamp: '9223372036854775808' },
    { step: 0.5 },
    { step: 'x' },
    { step: 2 ** 60 },
  ]) {
    expect([more, await metric(more)]).toEqual([more, expect.objectContaining({ status: 400 })]);
  }
  expect(await metric({ step: -3 })).toMatchObject({ status: 200 });
});

test('batches that are too large', async () => {
  const run = await aRun();
  const metric = (step: number) => ({ key: 'm', value: 1, timestamp: 1, step });
  const many = (length: number) => Array.from({ length }, (_, index) => ({ key: `k${index}`, value: '1' }));
  const say = expect.stringContaining('at most');
  expect(
    await send('runs/log-batch', { run_id: run, metrics: Array.from({ length: 1_001 }, (_, i) => metric(i)) }),
  ).toMatchObject(refusal(say));
  expect(await send('runs/log-batch', { run_id: run, params: many(101) })).toMatchObject(refusal(say));
  expect(await send('runs/log-batch', { run_id: run, tags: many(101) })).toMatchObject(refusal(say));
  expect(
    await send('runs/log-batch', {
      run_id: run,
      metrics: Array.from({ length: 950 }, (_, i) => metric(i)),
      tags: many(51),
    }),
  ).toMatchObject(refusal(say));
  const heavy = await send('runs/log-batch', { run_id: run, tags: [{ key: 'a', value: 'x'.repeat(1_100_000) }] });
  expect([heavy.status, heavy.body.error_code]).toEqual([400, 'BAD_REQUEST']);
  expect((await dataOf(run)).metrics).toEqual([]);
});

test('keys that come twice, in JSON, in a query and in a batch', async () => {
  const run = await aRun();
  const headers = { 'content-type': 'application/json' };
  const twice = `{"run_id":"none","run_id":"${run}","key":"t","value":"1"}`;
  const answer = await world.app.inject({
    method: 'POST',
    url: call('runs/set-tag'),
    headers: { ...headers, authorization: `Bearer ${world.keys.operator}` },
    payload: twice,
  });
  expect(answer.statusCode).toBe(200);
  const params = [
    { key: 'p', value: '1' },
    { key: 'p', value: '1' },
  ];
  expect(await send('runs/log-batch', { run_id: run, params })).toMatchObject(
    refusal(expect.stringContaining("['p']")),
  );
  const tags = [
    { key: 'u', value: '1' },
    { key: 'u', value: '2' },
  ];
  expect(await send('runs/log-batch', { run_id: run, tags })).toMatchObject({ status: 200 });
  expect((await dataOf(run)).tags).toContainEqual({ key: 'u', value: '2' });
});

test('filters that are none, and attempts to write through one', async () => {
  const search = (filter: unknown) => send('runs/search', { experiment_ids: ['0'], filter });
  for (const filter of [
    'metrics.m > 1; DROP TABLE tracked_runs',
    "tags.a = 'x' OR 1 = 1",
    "tags.`a' = 'b` = 'x",
    'params.x',
    "tags.a = '\0'",
    7,
    ['x'],
    "tags.a = 'x' ".repeat(5_000),
  ]) {
    expect([String(filter).slice(0, 40), await search(filter)]).toEqual([
      String(filter).slice(0, 40),
      expect.objectContaining(refusal()),
    ]);
  }
  expect((await search("tags.`a' or '1'='1` = 'x'' or 1=1'")).body.runs ?? []).toEqual([]);
});

test('tokens of pages that are none', async () => {
  for (const page_token of [
    'x',
    '%',
    Buffer.from('{"offset": -1}').toString('base64'),
    Buffer.from('[]').toString('base64'),
  ]) {
    expect(await send('runs/search', { experiment_ids: ['0'], page_token })).toMatchObject(refusal());
  }
});

test('a body that is no JSON object', async () => {
  const headers = { authorization: `Bearer ${world.keys.operator}`, 'content-type': 'application/json' };
  for (const payload of ['{', '[]', '7', 'null7', '"text"', '{"a":1}}']) {
    const answer = await world.app.inject({ method: 'POST', url: call('runs/create'), headers, payload });
    expect([payload, answer.statusCode]).toEqual([payload, 400]);
  }
});

test('artifacts stay in Laurel’s store', async () => {
  for (const artifact_location of ['s3://bucket/x', 'file:///etc', 'http://169.254.169.254/', 'runs:/a', '../x']) {
    expect(await send('experiments/create', { name: `at ${artifact_location}`, artifact_location })).toMatchObject(
      refusal(),
    );
  }
});

test('names of experiments are texts, whatever they look like', async () => {
  for (const name of ['../../etc/passwd', '%252e%252e', "a'; drop table experiments; --", '漢字 🌿', 'x'.repeat(500)]) {
    const { body } = await send('experiments/create', { name });
    const found = await world.get(`${call('experiments/get-by-name')}?experiment_name=${encodeURIComponent(name)}`);
    expect(found.body.experiment).toMatchObject({ name, experiment_id: body.experiment_id });
    expect(found.body.experiment.artifact_location).toBe(`mlflow-artifacts:/${body.experiment_id}`);
  }
  expect(await send('experiments/create', { name: 'x'.repeat(501) })).toMatchObject(refusal());
  expect(await send('experiments/create', { name: 'a\0' })).toMatchObject(refusal());
});
