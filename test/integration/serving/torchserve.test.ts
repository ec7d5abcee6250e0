import { buildSwapGraph, publishGraph } from '../../support/bare-graphs.js';
import { buildClassifier, buildRegressor } from '../../support/onnx-builder.js';
import { bodyOf, type ServingWorld, splitOf, startServingWorld } from '../../support/serving-world.js';

const classifier = buildClassifier({ inputs: ['tenure', 'charge'], weights: [-1, 1], bias: 0, classes: ['No', 'Yes'] });

let world: ServingWorld;
const post = async (path: string, body: unknown) => {
  const response = await world.post(path, body);
  return { status: response.status, body: await bodyOf<unknown>(response) };
};

beforeAll(async () => {
  world = await startServingWorld();
  await world.serve(splitOf({ champion: await world.publish(3, classifier) }));
  const prices = await world.publish(1, buildRegressor({ inputs: ['a'], weights: [2], bias: 1 }));
  await world.serve(splitOf({ champion: prices, endpoint: 'prices' }));
  await world.serve(splitOf({ champion: await publishGraph(world, 1, buildSwapGraph()), endpoint: 'swap' }));
});
afterAll(() => world?.close());

const half = { No: 0.5, Yes: 0.5 };

test('one row is answered by itself and a list by a list', async () => {
  const row = { tenure: 1, charge: 1 };
  expect(await post('/predictions/churn', row)).toEqual({ status: 200, body: { label: 'No', probabilities: half } });
  expect((await post('/predictions/churn', [row, { tenure: 0, charge: 9 }])).body).toMatchObject([
    { label: 'No' },
    { label: 'Yes' },
  ]);
});

test('a regression answers with numbers, for values as for objects', async () => {
  expect((await post('/predictions/prices', { a: 4 })).body).toBe(9);
  expect((await post('/predictions/prices', 4)).body).toBe(9);
  expect((await post('/predictions/prices', [4, { a: 5 }])).body).toEqual([9, 11]);
});

test('a bare graph takes a list of tensors, and one row as an object of them', async () => {
  expect(
    (
      await post('/predictions/swap', [
        [1, 2],
        [3, 4],
      ])
    ).body,
  ).toEqual([
    [4, 2],
    [8, 6],
  ]);
  expect((await post('/predictions/swap', { x: [1, 2] })).body).toEqual([4, 2]);
});

test('a version may be named by number or SemVer', async () => {
  for (const version of ['3', '1.3.0'])
    expect((await post(`/predictions/churn/${version}`, { tenure: 0, charge: 9 })).status).toBe(200);
  expect((await post('/predictions/churn/99', { tenure: 1, charge: 1 })).status).toBe(404);
});

test.each<[string, string, unknown, number]>([
  ['an empty list', 'churn', [], 400],
  ['bytes that are not JSON', 'churn', 'ÿØÿà', 400],
  ['no body', 'churn', '', 400],
  ['NaN', 'prices', '[NaN]', 400],
  ['JSON nested 200,000 deep', 'prices', '['.repeat(200_000), 400],
  ['a prototype instead of columns', 'churn', '{"__proto__": {"tenure": 1, "charge": 1}}', 400],
  ['a value for a model of several inputs', 'churn', 3, 400],
  ['a ragged list', 'swap', [[1, 2], [3]], 400],
  ['an unknown model', 'nowhere', { a: 1 }, 404],
])('%s is refused', async (_, model, body, status) => {
  const answer = await post(`/predictions/${model}`, body);
  expect(answer).toEqual({ status, body: { error: expect.stringMatching(/^[A-Z]\w+: .+\.$/) } });
});

const send = async (method: string, path: string, body: string | FormData | URLSearchParams, type?: string) => {
  const headers = { connection: 'close', ...(type === undefined ? {} : { 'content-type': type }) };
  const response = await fetch(`${world.url}${path}`, { method, body, headers });
  return { status: response.status, body: await bodyOf<unknown>(response) };
};

/** A form as curl's -F makes it. */
function formOf(fields: Readonly<Record<string, string>>, asFile = false): FormData {
  const form = new FormData();
  for (const [name, text] of Object.entries(fields)) {
    if (asFile) form.append(name, new Blob([text], { type: 'application/octet-stream' }), 'rows.json');
    else form.append(name, text);
  }
  return form;
}

const row = '{"tenure": 1, "charge": 1}';
const answered = { status: 200, body: { label: 'No', probabilities: half } };

test.each<[string, string, string | FormData | URLSearchParams, string | undefined]>([
  ['PUT with a file, as curl -T sends it', 'PUT', row, undefined],
  ['PUT with JSON', 'PUT', row, 'application/json'],
  ['POST of JSON that is called a form, as curl -d sends it', 'POST', ` ${row}`, 'application/x-www-form-urlencoded'],
  ['POST of a form with the field data', 'POST', new URLSearchParams({ data: row }), undefined],
  ['POST of a form with the field body beside another', 'POST', new URLSearchParams({ id: '7', body: row }), undefined],
  ['POST of a multipart form with a file, as curl -F sends it', 'POST', formOf({ data: row }, true), undefined],
  ['POST of a multipart form with a text', 'POST', formOf({ other: 'x', body: row }), undefined],
])('%s is answered', async (_, method, body, type) => {
  expect(await send(method, '/predictions/churn', body, type)).toEqual(answered);
  if (typeof body === 'string') expect(await send(method, '/predictions/churn/3', body, type)).toEqual(answered);
});

const boundary = 'multipart/form-data; boundary=x';
const part = (headers: string, content: string) => `--x\r\n${headers}\r\n\r\n${content}\r\n`;
const data = 'Content-Disposition: form-data; name="data"';

test.each<[string, string, string]>([
  ['a form without data or body', `${part('Content-Disposition: form-data; name="image"', row)}--x--\r\n`, boundary],
  ['a form that does not end', part(data, row), boundary],
  ['a form without its boundary', row, boundary],
  ['a form of no boundary', `${part(data, row)}--x--`, 'multipart/form-data'],
  ['a part without a name', `${part('Content-Disposition: form-data', row)}--x--`, boundary],
  ['a part of endless headers', `${part(`${data}\r\nX: ${'y'.repeat(5_000)}`, row)}--x--`, boundary],
  ['a form of 17 fields', `${part('Content-Disposition: form-data; name=a', '1').repeat(17)}--x--`, boundary],
  ['a form whose field is no JSON', `${part(data, 'ÿØ')}--x--`, boundary],
  ['a form of texts without data', 'a=1&b=2', 'application/x-www-form-urlencoded'],
])('%s is refused', async (_, body, type) => {
  expect(await send('POST', '/predictions/churn', body, type)).toEqual({
    status: 400,
    body: { error: expect.stringMatching(/^InvalidInput: .+\.$/) },
  });
});

test('/ping says in JSON that the process is healthy', async () => {
  expect(await (await fetch(`${world.url}/ping`)).json()).toEqual({ status: 'Healthy' });
});
