import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aServer, laurel, problemOf } from './fake-server.js';

type Respond = Parameters<typeof aServer>[0];
let answer: Respond;
let server: Awaited<ReturnType<typeof aServer>>;
let folder: string;

beforeEach(async () => {
  server = await aServer((asked) => answer(asked));
  folder = await mkdtemp(join(tmpdir(), 'laurel-predict-'));
  answer = () => ({ body: churned });
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const churned = {
  predictions: [{ predictionId: 'p-1', label: 'Yes', probabilities: { No: 0.25, Yes: 0.75 }, value: null }],
  modelVersion: 3,
  semver: '1.2.0',
  arm: 'champion',
  epoch: 7,
  fallback: false,
};

const run = (commandLine: string, env: { readonly [name: string]: string } = {}) =>
  laurel(commandLine, { LAUREL_SERVING_URL: server.url, ...env }, folder);
const rowsSent = () => server.asked.map(({ body }) => body.rows);

test('a prediction is shown with its label, its probabilities, who answered and its id', async () => {
  const { code, out, side } = await run('predict churn tenure=3');
  expect({ code, side }).toEqual({ code: 0, side: '' });
  expect(out.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['ROW', 'LABEL', 'PROBABILITIES', 'VERSION', 'PREDICTION ID'],
    ['1', 'Yes', 'Yes 0.750, No 0.250', '3 (champion)', 'p-1'],
    [''],
  ]);
});

test('a regression shows values', async () => {
  answer = () => ({
    body: { ...churned, predictions: [{ predictionId: 'p', label: null, probabilities: null, value: 1.25 }] },
  });
  expect((await run('predict rent size=70')).out).toMatch(/VALUE[\s\S]*1\.25/);
});

test('an answer of another version than the chosen says so', async () => {
  answer = () => ({ body: { ...churned, arm: 'baseline', fallback: true } });
  expect((await run('predict churn tenure=3')).out).toContain('3 (baseline, in place of another)');
});

test('-o json gives the answer as it is', async () => {
  expect(JSON.parse((await run('-o json predict churn tenure=3')).out)).toEqual(churned);
});

test('words are numbers, lists, JSON or text', async () => {
  await run(
    `predict churn tenure=3 plan=Month-to-month 'zip="01234"' code=01234 active=true x=1,2.5 none=null 'city=Bonn, am Rhein'`,
  );
  expect(rowsSent()).toEqual([
    [
      {
        tenure: 3,
        plan: 'Month-to-month',
        zip: '01234',
        code: '01234',
        active: true,
        x: [1, 2.5],
        none: null,
        city: 'Bonn, am Rhein',
      },
    ],
  ]);
});

test('a column may have any name', async () => {
  await run('predict churn __proto__=1 a=b=c');
  expect(JSON.stringify(rowsSent())).toBe('[[{"__proto__":1,"a":"b=c"}]]');
});

test('--json takes a row or a list of rows', async () => {
  await run(`predict churn --json '{"tenure":3}'`);
  await run(`predict churn --json '[{"tenure":3},{"tenure":4}]'`);
  expect(rowsSent()).toEqual([[{ tenure: 3 }], [{ tenure: 3 }, { tenure: 4 }]]);
});

test('rows of a file are sent in parts', async () => {
  await writeFile(join(folder, 'rows.jsonl'), Array.from({ length: 100 }, (_, n) => JSON.stringify({ n })).join('\n'));
  await run('predict churn --file rows.jsonl');
  expect(server.asked.map(({ body }) => body.rows.length)).toEqual([64, 36]);
});

test('a file may hold a JSON list', async () => {
  await writeFile(join(folder, 'rows.json'), '[{"n": 1},\n {"n": 2}]\n');
  await run('predict churn --file rows.json');
  expect(rowsSent()).toEqual([[{ n: 1 }, { n: 2 }]]);
});

test('the former names of the options still work', async () => {
  await writeFile(join(folder, 'rows.jsonl'), '{"n": 1}\n');
  await run(`predict churn --row '{"n":1}'`);
  await run('predict churn --rows rows.jsonl');
  expect(rowsSent()).toEqual([[{ n: 1 }], [{ n: 1 }]]);
});

test('the key left on the disk goes to the own installation only', async () => {
  await writeFile(join(folder, 'admin.key'), 'secret\n');
  await run(`--home ${folder} predict churn tenure=3 --sticky-key me`);
  await run(`--home ${folder} predict churn tenure=3 --url ${server.url}`);
  await run(`--home ${folder} predict churn tenure=3 --url ${server.url}`, { LAUREL_API_KEY: 'theirs' });
  expect(server.asked.map(({ headers }) => headers['authorization'])).toEqual([
    'Bearer secret',
    undefined,
    'Bearer theirs',
  ]);
  expect(server.asked[0]?.headers['x-laurel-sticky-key']).toBe('me');
});

test('a refusal of the server keeps its exit code and its sentence', async () => {
  answer = () => problemOf('NotFound', 404, 'There is no endpoint churn that serves.');
  const { code, side } = await run('predict churn tenure=3');
  expect(code).toBe(3);
  expect(side).toContain('There is no endpoint churn that serves.');
});

test('a server that is not there is named, with what starts one', async () => {
  const { code, side } = await run('predict churn tenure=3 --url http://127.0.0.1:1/');
  expect(code).toBe(1);
  expect(side).toContain('Serving at http://127.0.0.1:1 does not answer; start it with laurel up or laurel serve');
});
