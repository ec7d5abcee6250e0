import { createClient, LaurelRequestError } from '@laurel/client';
import { aServer, problemOf } from '../cli/fake-server.js';

type Respond = Parameters<typeof aServer>[0];
let answer: Respond;
let server: Awaited<ReturnType<typeof aServer>>;

beforeEach(async () => {
  server = await aServer((asked) => answer(asked));
});
afterEach(() => server.close());

const overloaded = (retryAfter?: string) => ({
  ...problemOf('Overloaded', 429, 'Too much.'),
  ...(retryAfter === undefined ? {} : { headers: { 'retry-after': retryAfter } }),
});

const failureOf = (call: Promise<unknown>): Promise<LaurelRequestError> =>
  call.then(
    () => Promise.reject(new Error('it was answered')),
    (error: unknown) => error as LaurelRequestError,
  );

test('rows go to /predict with the key and the sticky key', async () => {
  answer = () => ({ body: { predictions: [{ predictionId: 'p', label: 'Yes' }], modelVersion: 3 } });
  const client = createClient({ url: `${server.url}/`, apiKey: 'secret' });
  const given = await client.predict('churn', [{ tenure: 3 }], { stickyKey: 'me' });
  expect(given.predictions[0]?.label).toBe('Yes');
  expect(server.asked[0]).toMatchObject({
    method: 'POST',
    path: '/predict/churn',
    body: { rows: [{ tenure: 3 }] },
    headers: { authorization: 'Bearer secret', 'x-laurel-sticky-key': 'me' },
  });
});

test('a problem document becomes a typed error', async () => {
  answer = () => overloaded('7');
  const error = await failureOf(createClient({ url: server.url }).predict('churn', [{}]));
  expect(error).toBeInstanceOf(LaurelRequestError);
  const { code, status, retryAfter, message } = error;
  expect({ code, status, retryAfter, message }).toEqual({
    code: 'Overloaded',
    status: 429,
    retryAfter: 7,
    message: 'Too much.',
  });
});

test('an error in the form of the protocol becomes a typed error', async () => {
  answer = () => ({ status: 404, body: { error: 'NotFound: There is no endpoint x.' } });
  const error = await failureOf(createClient({ url: server.url }).metadata('x'));
  expect([error.code, error.status, error.message]).toEqual(['NotFound', 404, 'There is no endpoint x.']);
});

test('an error of another server keeps its sentence', async () => {
  answer = () => ({ status: 400, body: { error: 'unexpected shape' } });
  const error = await failureOf(createClient({ url: server.url }).metadata('x'));
  expect([error.code, error.message]).toEqual(['Http400', 'unexpected shape']);
});

test('nothing is tried again unless asked for', async () => {
  answer = () => overloaded('0');
  await failureOf(createClient({ url: server.url }).predict('churn', [{}]));
  expect(server.asked).toHaveLength(1);
});

test('a shed request is tried again as often as asked for', async () => {
  answer = () => (server.asked.length < 3 ? overloaded('0') : { body: { predictions: [], modelVersion: 1 } });
  const client = createClient({ url: server.url, retries: 2 });
  expect((await client.predict('churn', [{}])).modelVersion).toBe(1);
  expect(server.asked).toHaveLength(3);
  server.asked.length = 0;
  answer = () => overloaded('0');
  expect((await failureOf(client.predict('churn', [{}], { retries: 1 }))).code).toBe('Overloaded');
  expect(server.asked).toHaveLength(2);
});

test.each([
  ['an error of the caller', () => problemOf('InvalidInput', 400, 'No.')],
  ['a failed model', () => problemOf('ModelOutputInvalid', 500, 'NaN.')],
  ['overload without Retry-After', () => overloaded()],
])('%s is not tried again', async (_, failing) => {
  answer = failing;
  await failureOf(createClient({ url: server.url, retries: 5 }).predict('churn', [{}]));
  expect(server.asked).toHaveLength(1);
});

test('the time of a call covers its tries', async () => {
  answer = () => overloaded('60');
  const startedAt = performance.now();
  const error = await failureOf(createClient({ url: server.url, retries: 3 }).predict('churn', [{}], { timeout: 150 }));
  expect(error.code).toBe('TimedOut');
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect(server.asked).toHaveLength(1);
});

test('a signal ends a call with its own reason', async () => {
  answer = () => overloaded('60');
  const stop = new AbortController();
  const reason = new Error('the user left');
  const call = failureOf(createClient({ url: server.url, retries: 3 }).predict('churn', [{}], { signal: stop.signal }));
  setTimeout(() => stop.abort(reason), 50);
  expect(await call).toBe(reason);
});

test('nobody there is an error of its own', async () => {
  const error = await failureOf(createClient({ url: 'http://127.0.0.1:1' }).predict('churn', [{}]));
  expect([error.code, error.status]).toEqual(['Unreachable', 0]);
});

test.each([
  ['no JSON', 'text'],
  ['JSON without outputs', {}],
])('asking for an output of an answer that has none fails: %s', async (_, body) => {
  answer = () => ({ body });
  const client = createClient({ url: server.url });
  expect((await failureOf(client.infer('x', []).then((given) => given.output('y')))).code).toBe('BadAnswer');
});
