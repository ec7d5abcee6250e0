import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectJsonSchema } from '@laurel/contracts/schemas';
import { type Asked, aServer, laurel, problemOf } from './fake-server.js';

let server: Awaited<ReturnType<typeof aServer>>;
let answer: (asked: Asked) => ReturnType<Parameters<typeof aServer>[0]>;
let folder: string;
beforeEach(async () => {
  answer = () => ({ body: { items: [], nextPageToken: null } });
  server = await aServer((asked) => answer(asked));
  folder = await mkdtemp(join(tmpdir(), 'laurel-cli-'));
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const run = (commandLine: string) =>
  laurel(
    commandLine,
    { LAUREL_API_URL: server.url, LAUREL_SERVING_URL: server.url, LAUREL_API_KEY: 'k', LAUREL_HOME: folder },
    folder,
  );

test('the key goes with every request, and every write has an idempotency key', async () => {
  answer = () => ({ body: { runId: 'f'.repeat(32), workflowId: 'model/churn', created: true } });
  await run('train churn');
  expect(server.asked[0]?.headers).toMatchObject({ authorization: 'Bearer k', 'idempotency-key': expect.any(String) });
});

test('train asks for what its options say', async () => {
  answer = () => ({ body: { runId: 'f'.repeat(32), workflowId: 'model/churn', created: true } });
  const { code, out, side } = await run('train churn --from evaluate --key monday --no-roll-out');
  expect(server.asked[0]).toMatchObject({
    method: 'POST',
    path: '/api/v1/projects/churn/runs',
    body: { rollOut: false, from: 'evaluate', key: 'monday' },
  });
  expect({ code, side }).toEqual({ code: 0, side: '' });
  expect(out).toContain('f'.repeat(32));
});

test('the same data is a table, JSON or YAML, wherever the option stands', async () => {
  const project = {
    name: 'churn',
    task: 'binary',
    endpoint: 'churn',
    owner: 'growth',
    appliedAt: new Date().toISOString(),
  };
  answer = () => ({ body: { items: [project], nextPageToken: null } });
  const table = await run('get projects');
  expect(table.out.split('\n')[0]).toBe('PROJECT  TASK    ENDPOINT  OWNER   APPLIED');
  expect(table.out).toContain('churn    binary  churn     growth  0s ago');
  expect(JSON.parse((await run('get projects -o json')).out)).toEqual([project]);
  expect(JSON.parse((await run('-o json get project')).out)).toEqual([project]);
  expect((await run('get projects -o yaml')).out).toContain('- name: churn');
  expect((await run('get projects -o xml')).code).toBe(2);
});

test('a long list is read page by page, and no further than asked', async () => {
  answer = ({ path }) => {
    const size = Number(new URL(path, 'http://x').searchParams.get('pageSize'));
    const body = {
      items: Array.from({ length: size }, (_, index) => ({ project: 'churn', versions: index, champion: 1 })),
    };
    return { body: { ...body, nextPageToken: 'more' } };
  };
  const { out } = await run('get datasets --limit 250 -o json');
  expect(JSON.parse(out)).toHaveLength(250);
  expect(server.asked.map(({ path }) => path)).toEqual([
    '/api/v1/datasets?pageSize=200',
    '/api/v1/datasets?pageSize=50&pageToken=more',
  ]);
});

test('a name of a kind shows one; another name shows what belongs to it', async () => {
  await run(`get run ${'a'.repeat(32)}`);
  await run('get runs churn');
  await run('get versions churn');
  await run('get rollouts churn');
  expect(server.asked.map(({ path }) => path.split('?')[0])).toEqual([
    `/api/v1/runs/${'a'.repeat(32)}`,
    `/api/v1/runs/${'a'.repeat(32)}/attempts`,
    '/api/v1/projects/churn/runs',
    '/api/v1/models/churn/versions',
    '/api/v1/endpoints/churn/rollouts',
  ]);
});

test.each([
  ['NotFound', 404, 3],
  ['GateFailed', 409, 4],
  ['Forbidden', 403, 4],
  ['Unauthenticated', 401, 4],
  ['InvalidInput', 400, 2],
  ['Overloaded', 429, 1],
  ['Internal', 500, 1],
])('a problem %s is said in its own words with its remedy, and ends with its code', async (code, status, exit) => {
  answer = () => problemOf(code, status, 'This is what went wrong.');
  const outcome = await run('get projects');
  expect(outcome).toMatchObject({ code: exit, out: '' });
  expect(outcome.side).toMatch(/^laurel: This is what went wrong\.\n[A-Z].*\.\n$/);
  expect(outcome.side).not.toContain('    at ');
});

test('an API that does not answer is named, with how to start it', async () => {
  const { code, side } = await laurel('get runs', { LAUREL_API_URL: 'http://127.0.0.1:1' });
  expect({ code, side }).toEqual({
    code: 1,
    side: 'laurel: The API at http://127.0.0.1:1 does not answer; start it with laurel up.\n',
  });
});

test.each([
  ['trian churn', 'Did you mean train?'],
  ['train', "missing required argument 'project'"],
  ['train churn --form train', '--from'],
  ['train churn --from guess', 'Allowed choices'],
  ['get cats', 'choose one of projects'],
  ['describe version churn', 'MODEL/VERSION'],
  ['rollout start churn latest', 'number of a version'],
  ['predict churn', '--json'],
  ['predict churn tenure=3 --json {}', 'one of'],
  ['predict churn tenure', 'column=value'],
  ['predict churn tenure=3 tenure=4', 'given twice'],
  ["predict churn --row '[1]'", 'not a JSON object'],
  ["predict churn --row '{bad'", 'not a JSON object'],
  ['feedback p1', '--label'],
  ['webhook test w1 --timeout soon', 'a duration such as 30s'],
])('"%s" is wrong usage and says why', async (commandLine, why) => {
  const { code, side } = await run(commandLine);
  expect(side).toContain(why);
  expect(code).toBe(2);
  expect(server.asked).toEqual([]);
});

test('apply sends the text of the file and the folder it lies in', async () => {
  await writeFile(join(folder, 'laurel.yaml'), 'kind: ModelProject\n');
  answer = () => ({ body: { name: 'churn', notices: ['spec.sweep has no effect yet.'] } });
  const { out, side } = await run('apply -f laurel.yaml');
  expect(server.asked[0]).toMatchObject({ path: '/api/v1/projects', body: { text: 'kind: ModelProject\n', folder } });
  expect(out).toContain('laurel train churn --wait');
  expect(side).toContain('no effect yet');
  expect((await run('apply -f absent.yaml')).code).toBe(3);
});

test('feedback from a file is added up', async () => {
  await writeFile(
    join(folder, 'truth.jsonl'),
    '{"predictionId":"p1","label":"Yes"}\n{"predictionId":"p2","value":3}\n',
  );
  answer = () => ({ body: { accepted: 2, repeated: 0, contradicted: 0 } });
  expect((await run('feedback --file truth.jsonl')).out).toBe('2 accepted, 0 repeated, 0 contradicted\n');
});

test('an order goes to the newest rollout of its endpoint', async () => {
  answer = ({ method }) =>
    method === 'GET'
      ? { body: { items: [{ id: 'churn/4', incarnation: 4 }], nextPageToken: null } }
      : { body: { rollout: 'churn/4', order: 'abort' } };
  await run("rollout abort churn --reason 'looks bad'");
  expect(server.asked[1]).toMatchObject({
    path: '/api/v1/endpoints/churn/rollouts/4/abort',
    body: { reason: 'looks bad' },
  });
});

test('an order takes the id of a rollout for its endpoint', async () => {
  answer = ({ method }) =>
    method === 'GET'
      ? { body: { items: [{ id: 'churn/4', incarnation: 4 }], nextPageToken: null } }
      : { body: { rollout: 'churn/4', order: 'abort' } };
  await run('rollout abort churn/4');
  expect(server.asked[1]).toMatchObject({ path: '/api/v1/endpoints/churn/rollouts/4/abort' });
});

test('a rollback in a hurry needs only the endpoint', async () => {
  answer = () => ({ body: { endpoint: 'churn', restored: { version: 1, semver: '1.0.0', digest: 'sha256:' } } });
  await run('rollback churn');
  expect(server.asked[0]).toMatchObject({
    path: '/api/v1/endpoints/churn/rollback',
    body: { reason: 'asked by hand' },
  });
});

test('a decision goes with its reason and its form, and what is missing is shown', async () => {
  answer = () => ({ body: { approval: {}, approvers: 1, needed: 2 } });
  const approved = await run('approve churn/3 --reason fine --set ticket="7" --set seats=3 --set rehearsed=true');
  expect(approved).toMatchObject({ code: 0, out: 'Rollout churn/3 is approved by 1 of 2 so far.\n' });
  expect(server.asked[0]?.body).toEqual({
    rollout: 'churn/3',
    decision: 'granted',
    reason: 'fine',
    form: { ticket: '7', seats: 3, rehearsed: true },
  });
  expect((await run('reject churn/3 --reason early')).out).toContain('is rejected');
  expect(server.asked[1]?.body).toEqual({ rollout: 'churn/3', decision: 'rejected', reason: 'early', form: {} });
  expect((await run('approve churn/3 --set ticket')).code).toBe(2);
  const twice = await run('approve churn/3 --set ticket=1 --set ticket=2');
  expect(twice).toMatchObject({
    code: 2,
    side: expect.stringContaining('ticket is given twice; give each field once.'),
  });
  answer = ({ path }) => ({
    body: path.includes('standing')
      ? { may: false, missing: 'it has 0 of 1 approvals' }
      : { items: [{ at: new Date().toISOString(), by: 'ann', decision: 'granted', reason: null }] },
  });
  const { out } = await run('approvals churn/3');
  expect(out).toContain('It may not promote: it has 0 of 1 approvals.');
  expect(out).toMatch(/ann +granted/);
});

test('a receiver is registered with a secret that is made here and shown once, or is that of the environment', async () => {
  const made = { id: 'w1', url: 'https://example.com/', topics: ['run', 'gate'], createdAt: new Date().toISOString() };
  answer = () => ({ status: 201, body: made });
  const { out } = await run('webhook add https://example.com/ --events run,gate');
  const { secret, ...rest } = server.asked[0]?.body ?? {};
  expect(rest).toEqual({ url: 'https://example.com/', topics: ['run', 'gate'] });
  expect(secret).toMatch(/^[\w-]{43}$/);
  expect(out).toContain(`shown this once: ${secret}`);
  const env = {
    LAUREL_API_URL: server.url,
    LAUREL_API_KEY: 'k',
    LAUREL_HOME: folder,
    LAUREL_WEBHOOK_SECRET: 'sixteen letters!',
  };
  const quiet = await laurel('webhook add https://example.com/', env, folder);
  expect(server.asked[1]?.body).toEqual({ url: 'https://example.com/', secret: 'sixteen letters!' });
  expect(quiet.out).not.toContain('sixteen');
  expect((await run('webhook add https://example.com/ --events run,all')).code).toBe(2);
});

test('receivers are listed and removed, and what was sent is shown', async () => {
  const at = new Date().toISOString();
  answer = () => ({ body: { items: [{ id: 'w1', url: 'https://example.com/', topics: ['run'], createdAt: at }] } });
  expect((await run('webhook list')).out).toContain('https://example.com/');
  answer = () => ({ body: {} });
  expect((await run('webhook remove w1')).out).toContain('w1 is removed');
  expect(server.asked.at(-1)).toMatchObject({ method: 'DELETE', path: '/api/v1/webhooks/w1' });
  const delivery = { event: 7, createdAt: at, type: 'run.ended', subject: 'r', attempts: 2, lastStatus: 500 };
  const items = [{ ...delivery, state: 'pending', lastError: 'answered 500' }];
  answer = ({ path }) => ({ body: path.endsWith('/test') ? { event: 7 } : { items, nextPageToken: null } });
  expect((await run('webhook deliveries w1')).out).toContain('answered 500');
  expect(await run('webhook test w1')).toMatchObject({ code: 1, side: expect.stringContaining('answered 500') });
  items[0] = { ...delivery, state: 'delivered', lastStatus: 204, lastError: null as unknown as string };
  expect(await run('webhook test w1')).toMatchObject({
    code: 0,
    out: 'The receiver took the event and answered 204.\n',
  });
});

test('events are sent again, one by its number or all that were given up', async () => {
  answer = ({ body }) => ({ status: 202, body: { redelivered: body?.event === undefined ? 3 : 1 } });
  expect((await run('webhook redeliver w1 7')).out).toBe('1 event is sent again. See laurel webhook deliveries w1.\n');
  expect(server.asked.at(-1)).toMatchObject({ path: '/api/v1/webhooks/w1/redeliver', body: { event: 7 } });
  expect((await run('webhook redeliver w1')).out).toContain('3 events are sent again.');
  expect(server.asked.at(-1)?.body).toEqual({});
  answer = () => ({ status: 202, body: { redelivered: 0 } });
  expect((await run('webhook redeliver w1')).out).toContain('No delivery was given up.');
  expect((await run('webhook redeliver w1 last')).code).toBe(2);
});

test('a test event that nobody delivers is waited for no longer than asked', async () => {
  answer = ({ path }) => ({ body: path.endsWith('/test') ? { event: 7 } : { items: [], nextPageToken: null } });
  const { code, side } = await run('webhook test w1 --timeout 1s');
  expect(code).toBe(1);
  expect(side).toContain('laurel: The event was not tried within 1s; see whether a worker has the role courier');
  expect(side).toContain('laurel webhook deliveries w1');
});

test('a broken audit log fails the command', async () => {
  const broken = { events: 9, verified: 3, intact: false, firstBroken: 4, fault: 'missing', problems: [] };
  answer = () => ({ body: broken });
  expect(await run('audit verify')).toMatchObject({
    code: 1,
    side: expect.stringContaining('event 4 on: it is missing'),
  });
  answer = () => ({ body: { ...broken, firstBroken: null, fault: null, problems: ['x is not signed'] } });
  expect(await run('audit verify')).toMatchObject({ code: 1, side: expect.stringContaining('x is not signed') });
});

test('an audit log that is whole says what vouches for it', async () => {
  const whole = { events: 90, intact: true, anchors: 3, anchoredThrough: 80, removedThrough: 10 };
  answer = () => ({ body: whole });
  const { code, out } = await run('audit verify');
  expect({ code, out: out.trim() }).toEqual({
    code: 0,
    out: 'The audit log is intact: 90 events, the first 10 of them removed behind a signed checkpoint; 3 anchors agree, the last one over 80 events.',
  });
});

test('the audit log is exported as it comes, to standard output or into a file', async () => {
  answer = () => ({ body: { sequence: 1 } });
  expect(await run('audit export --format csv --after 7')).toMatchObject({ code: 0, out: '{"sequence":1}' });
  expect(server.asked[0]?.path).toBe('/api/v1/audit/export?format=csv&after=7');
  expect(await run('audit export --out audit.jsonl')).toMatchObject({ code: 0, out: '' });
  expect(await readFile(join(folder, 'audit.jsonl'), 'utf8')).toBe('{"sequence":1}');
  expect((await run('audit export --format xml')).code).toBe(2);
  answer = () => ({ status: 403, body: { code: 'Forbidden', detail: 'No.' } });
  expect((await run('audit export')).code).toBe(4);
});

test('a log of a process is read from its end', async () => {
  const { code, side } = await run('logs api');
  expect({ code, says: side.includes('laurel status') }).toEqual({ code: 3, says: true });
  expect((await run('logs ../../etc/passwd')).code).toBe(2);
});

test('help is printed as data and ends well', async () => {
  const { code, out, side } = await run('--help');
  expect({ code, side }).toEqual({ code: 0, side: '' });
  for (const part of ['Installation:', 'Models:', 'Production:', 'Exit codes: 0 done', 'laurel train churn --wait']) {
    expect(out).toContain(part);
  }
});

test('a rollout is explained in sentences, by its endpoint or by its id', async () => {
  const outcome = {
    rollout: 'churn/7',
    status: 'rolledBack',
    headline: 'Version 2 was rolled back: hardLimit: latencyP99.',
    because: ['latencyP99 was 312 ms over 130 observations (hard limit 250 ms).'],
    evidence: ['churn/7/look/2'],
    looks: 2,
    series: [
      {
        metric: 'latencyP99',
        role: 'guardrail',
        margin: null,
        hardLimit: 250,
        points: [{ n: 130, state: 'harm', champion: null, challenger: 312.44 }],
      },
    ],
  };
  answer = ({ path }) =>
    path.endsWith('/outcome')
      ? { body: outcome }
      : { body: { items: [{ id: 'churn/7', incarnation: 7 }], nextPageToken: null } };
  const { out, code } = await run('rollout explain churn');
  expect(code).toBe(0);
  expect(out).toContain(outcome.headline);
  expect(out).toContain(outcome.because[0]);
  expect(out).toMatch(/latencyP99\s+guardrail\s+-?\S*\s+312\.4\s+130\s+harm/);
  expect(server.asked.at(-1)?.path).toBe('/api/v1/rollouts/churn/7/outcome');
  await run('rollout explain churn/6');
  expect(server.asked.at(-1)?.path).toBe('/api/v1/rollouts/churn/6/outcome');
});

test('who skips a step or runs it again has to say why', async () => {
  answer = ({ method }) =>
    method === 'POST'
      ? { body: { rollout: 'churn/7', order: 'skip' } }
      : { body: { items: [{ id: 'churn/7', incarnation: 7 }], nextPageToken: null } };
  expect(await run('rollout skip churn')).toMatchObject({ code: 2, side: expect.stringContaining('--reason') });
  expect(server.asked).toEqual([]);
  expect((await run('rollout rerun churn --reason known')).code).toBe(0);
  expect(server.asked.at(-1)).toMatchObject({
    path: '/api/v1/endpoints/churn/rollouts/7/rerun',
    body: { reason: 'known' },
  });
});

test('the schema of the project file is printed without any server', async () => {
  const { out, code } = await run('schema');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual(projectJsonSchema());
  expect(server.asked).toEqual([]);
});

test("an InferenceService's manifest becomes a project file on standard output, and what is left out is said beside it", async () => {
  const manifest = (format: string) => `apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: { name: churn }
spec: { predictor: { model: { modelFormat: { name: ${format} }, storageUri: "s3://models/churn" } } }
`;
  await writeFile(join(folder, 'onnx.yaml'), manifest('onnx'));
  await writeFile(join(folder, 'sklearn.yaml'), manifest('sklearn'));
  const { code, out, side } = await run('import inferenceservice -f onnx.yaml');
  expect(code).toBe(0);
  expect(out).toMatch(/^apiVersion: laurel\/v1\nkind: ModelProject\n/);
  expect(side).toContain('Its model is s3://models/churn');
  const refused = await run('import inferenceservice -f sklearn.yaml');
  expect(refused.code).not.toBe(0);
  expect(refused.out).toBe('');
  expect(refused.side).toContain('InferenceService churn: format sklearn is not served');
});
