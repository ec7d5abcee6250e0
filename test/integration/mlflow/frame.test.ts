import { type ApiWorld, createApiWorld } from '../api/api-world.js';

let world: ApiWorld;
beforeAll(async () => {
  world = await createApiWorld();
});
afterAll(() => world.close());

const call = (name: string) => `/api/2.0/mlflow/${name}`;

async function anExperiment(name: string): Promise<string> {
  const { status, body } = await world.post(call('experiments/create'), { name });
  expect({ status, body }).toEqual({ status: 200, body: { experiment_id: expect.stringMatching(/^\d+$/) } });
  return body.experiment_id;
}

test('health and version answer anybody, in plain text', async () => {
  expect(await world.get('/health', { as: 'nobody' })).toMatchObject({ status: 200, body: 'OK' });
  const version = await world.app.inject({ method: 'GET', url: '/version' });
  expect(version.body).toMatch(/^3\.\d+\.\d+$/);
});

test('both prefixes serve the same call', async () => {
  const id = await anExperiment('both');
  for (const prefix of ['/api/2.0', '/ajax-api/2.0']) {
    const { body } = await world.get(`${prefix}/mlflow/experiments/get?experiment_id=${id}`);
    expect(body.experiment).toMatchObject({ experiment_id: id, name: 'both', lifecycle_stage: 'active' });
  }
});

test('a call that is not served says so in MLflow’s form', async () => {
  const { status, body } = await world.get(call('gateway/anything'));
  expect({ status, code: body.error_code }).toEqual({ status: 404, code: 'ENDPOINT_NOT_FOUND' });
});

test('a key may come as a bearer key or as the password of basic authentication, with the role the call needs', async () => {
  const answer = async (authorization: string | undefined, url = call('experiments/create')) => {
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    const { status, body } = await world.post(url, { name: `k${Math.random()}` }, { as: 'nobody', headers });
    return [status, body.error_code];
  };
  const basic = (secret: string) => `Basic ${Buffer.from(`anybody:${secret}`).toString('base64')}`;
  expect(await answer(`Bearer ${world.keys.operator}`)).toEqual([200, undefined]);
  expect(await answer(basic(world.keys.operator))).toEqual([200, undefined]);
  expect(await answer(undefined)).toEqual([401, 'UNAUTHENTICATED']);
  expect(await answer(basic('wrong'))).toEqual([401, 'UNAUTHENTICATED']);
  expect(await answer(`Bearer ${world.keys.viewer}`)).toEqual([403, 'PERMISSION_DENIED']);
});

test('arguments: GET bodies, run_uuid, the other spelling of a name, unknown fields, JSON in JSON', async () => {
  const id = await anExperiment('arguments');
  const created = await world.post(call('runs/create'), { experimentId: id, unknown: { a: 1 }, start_time: '17' });
  const { run_id: runId, start_time } = created.body.run.info;
  expect(start_time).toBe(17);
  const read = async (url: string, payload?: string) => {
    const authorization = `Bearer ${world.keys.viewer}`;
    const answer = await world.app.inject({
      method: 'GET',
      url,
      headers: { authorization, 'content-type': 'application/json' },
      ...(payload === undefined ? {} : { payload }),
    });
    return answer.json().run.info.experiment_id;
  };
  expect(await read(`${call('runs/get')}?run_uuid=${runId}`)).toBe(id);
  expect(await read(`${call('runs/get')}?run_id=${runId}&run_id=other&run_uuid=${runId}`)).toBe(id);
  expect(await read(call('runs/get'), JSON.stringify({ run_id: runId }))).toBe(id);
  expect(await read(call('runs/get'), JSON.stringify(JSON.stringify({ run_id: runId })))).toBe(id);
});

test('an argument that is missing or of a wrong type is named', async () => {
  const message = async (name: string, body: unknown) => {
    const { status, body: answer } = await world.post(call(name), body);
    expect({ status, code: answer.error_code }).toEqual({ status: 400, code: 'INVALID_PARAMETER_VALUE' });
    return answer.message as string;
  };
  expect(await message('experiments/create', {})).toContain("required parameter 'name'");
  expect(await message('experiments/create', { name: '' })).toContain("required parameter 'name'");
  expect(await message('experiments/create', { name: 7 })).toContain("'name' supplied: Hint: Value was of type 'int'");
  expect(await message('experiments/create', { name: 'x', tags: {} })).toContain("'tags'");
  expect(await message('experiments/create', { name: 'x', tags: [7] })).toContain("'tags[0]'");
  expect(await message('experiments/create', { name: 'a\0b' })).toContain('NUL');
  expect(await message('runs/log-batch', { run_id: 'x', metrics: [{ key: 'a', value: 'b', timestamp: 1 }] })).toContain(
    "'metrics[0].value'",
  );
  expect(await message('runs/create', [])).toContain('JSON object');
});

test('what fails inside is told without its reason', async () => {
  const broken = {
    ...world.ports,
    tracking: { ...world.ports.tracking, findRun: () => Promise.reject(new Error('secret')) },
  };
  const { createApp } = await import('@laurel/api');
  const { createMeter } = await import('@laurel/telemetry');
  const app = await createApp({ ...broken, meter: createMeter() });
  try {
    const headers = { authorization: `Bearer ${world.keys.viewer}` };
    const answer = await app.inject({ method: 'GET', url: `${call('runs/get')}?run_id=a`, headers });
    expect(answer.statusCode).toBe(500);
    expect(answer.json().error_code).toBe('INTERNAL_ERROR');
    expect(answer.body).not.toContain('secret');
  } finally {
    await app.close();
  }
});
