import { type ApiWorld, createApiWorld } from '../api/api-world.js';

let world: ApiWorld;
beforeAll(async () => {
  world = await createApiWorld();
  await aModel('m');
});
afterAll(() => world.close());

const call = (name: string) => `/api/2.0/mlflow/${name}`;
const post = (name: string, body: unknown) => world.post(call(name), body, { as: 'operator' });
const get = (name: string, query: Record<string, string>) =>
  world.get(`${call(name)}?${new URLSearchParams(query).toString()}`, { as: 'viewer' });
const aModel = (name: string) => post('registered-models/create', { name });
const codes = ({ status, body }: { status: number; body: { error_code?: string } }) => [status, body.error_code];
const run = '0123456789abcdef0123456789abcdef';

test.each([
  'file:///etc/passwd',
  '/etc/passwd',
  'http://169.254.169.254/latest/meta-data/',
  's3://somebody/model',
  'mlflow-artifacts://other-host/1/x/artifacts',
  `runs:/${run}/../../x`,
  `runs:/${run}/%252e%252e/x`,
  'models:/m@champion',
])('the source %s is refused without anybody looking there', async (source) => {
  expect(codes(await post('model-versions/create', { name: 'm', source }))).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  expect(world.orchestrator.asked('startRegistration')).toEqual([]);
});

test('a source that contradicts its run or its model is refused', async () => {
  const other = 'f'.repeat(32);
  expect(codes(await post('model-versions/create', { name: 'm', source: `runs:/${run}/x`, run_id: other }))).toEqual([
    400,
    'INVALID_PARAMETER_VALUE',
  ]);
  expect(
    codes(await post('model-versions/create', { name: 'm', source: `models:/m-${run}`, model_id: `m-${other}` })),
  ).toEqual([400, 'INVALID_PARAMETER_VALUE']);
});

test.each([
  '',
  '..',
  '../x',
  'a/b',
  'a:b',
  '%2e%2e',
  '%252e%252e',
  'a\0b',
  '\u2024\u2024',
  '\uff0e\uff0e',
  'a\\b',
  'x'.repeat(10_240),
])('the model name %j is refused everywhere', async (name) => {
  const answers = [
    await aModel(name),
    await post('model-versions/create', { name, source: `runs:/${run}/x` }),
    await post('registered-models/rename', { name: 'm', new_name: name }),
    await post('registered-models/get-latest-versions', { name }),
    await get('registered-models/get', { name }),
  ];
  expect(answers.map(codes)).toEqual(answers.map(() => [400, 'INVALID_PARAMETER_VALUE']));
});

test.each([
  "name = 'x' OR name = 'y'",
  "name = 'x",
  'name = x; drop table registered_models',
  "name > 'x'",
  'name IN ()',
  "tags.a IN ('b')",
  "version_number LIKE '1'",
  'version_number = 1.5',
  'version_number = 99999999999',
  'version_number IN (1, 2)',
  "metrics.x = '1'",
  "nonsense = '1'",
  "name = 'x' AND",
  "AND name = 'x'",
  "name == 'x'",
  "(name = 'x')",
  "source_path IN ('x')",
  `name = '${'x'.repeat(20_001)}'`,
  Array.from({ length: 101 }, () => "name = 'x'").join(' AND '),
])('the filter %j is refused in MLflow’s form', async (filter) => {
  expect(codes(await get('model-versions/search', { filter }))).toEqual([400, 'INVALID_PARAMETER_VALUE']);
});

test.each([{ order_by: 'size' }, { max_results: '0' }, { max_results: '200001' }, { page_token: 'x' }])(
  'the search %j is refused',
  async (query) => {
    expect(codes(await get('model-versions/search', query as Record<string, string>))).toEqual([
      400,
      'INVALID_PARAMETER_VALUE',
    ]);
  },
);
