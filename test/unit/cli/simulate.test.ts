import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Asked, aServer, laurel } from './fake-server.js';

const churn = resolve('examples/churn');
const nobody = 'http://127.0.0.1:9';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'laurel-cli-'));
});
afterEach(() => rm(folder, { recursive: true }));

const run = (commandLine: string, url = nobody) =>
  laurel(commandLine, { LAUREL_API_URL: url, LAUREL_HOME: folder }, folder);

test('a rollout is simulated from its project file, without a server', async () => {
  const { code, out } = await run(`-o json simulate rollout ${churn} --runs 3 --requests-per-second 200`);
  expect(code).toBe(0);
  const report = JSON.parse(out);
  expect(report).toMatchObject({ project: 'churn', runs: 3, traffic: { requestsPerSecond: 200 } });
  expect(report.scenarios[0]).toMatchObject({ name: 'no difference', truth: 'harmless' });
  expect(report.scenarios.length).toBeGreaterThan(3);
});

test('the same seed gives the same report, and a table by default', async () => {
  const commandLine = `simulate rollout ${churn} --runs 2 --requests-per-second 100 --seed 3 --effect errorRate=+0.2`;
  const [first, second] = [await run(commandLine), await run(commandLine)];
  expect(first.out).toBe(second.out);
  expect(first.out).toContain('errorRate +0.2');
  expect(first.out).toContain('Missed harm');
});

test.each([
  ['--effect speed=3', '"speed=3" is no metric=number'],
  ['--effect errorRate=fast', 'errorRate must be a number, not "fast"'],
  ['--effect latencyP99=20x', 'latencyP99 must be a number of milliseconds or a duration, not "20x"'],
  ['--effect errorRate=1 --effect errorRate=2', 'errorRate is given twice'],
  ['--baseline accuracy=2', '--baseline accuracy must be a number from 0 to 1, not 2'],
  ['--baseline latencyP99=1ms', 'must be above its latencyP50'],
  ['--requests-per-second 0', 'It must be a number above 0'],
  ['--label-delay soon', 'It must be a duration'],
])('%s is refused in a sentence', async (options, sentence) => {
  const { code, side } = await run(`simulate rollout ${churn} ${options}`);
  expect({ code, said: side.includes(sentence) ? sentence : side }).toEqual({ code: 2, said: sentence });
});

test('a file that is not there is named', async () => {
  const { code, side } = await run('simulate rollout no/laurel.yaml');
  expect(code).toBe(3);
  expect(side).toContain('There is no file or folder');
});

test('a plan asks for the traffic where nobody knows it', async () => {
  const { code, side } = await run(`rollout plan ${churn} --runs 1`);
  expect(code).toBe(2);
  expect(side).toContain('Nothing is known of the traffic of endpoint "churn"; name it with --requests-per-second.');
});

test('a plan takes the traffic that the API has seen, without copies for a shadow', async () => {
  const items = Array.from({ length: 100 }, (_, index) => [
    { second: 1_000 + index, arm: 'champion', version: 1, requests: 40, errors: 0 },
    { second: 1_000 + index, arm: 'shadow', version: 2, requests: 40, errors: 0 },
  ]).flat();
  const answer = ({ path }: Asked) =>
    path.endsWith('/traffic') ? { body: { items } } : { status: 404, body: { code: 'NotFound', detail: path } };
  const server = await aServer(answer);
  const { code, out } = await run(`-o json rollout plan ${churn} --runs 1`, server.url);
  await server.close();
  expect(code).toBe(0);
  const report = JSON.parse(out);
  expect(report.traffic.requestsPerSecond).toBe(40);
  expect(report.forecast.steps[0]).toMatchObject({ text: 'shadow 100 % until 500 requests', seconds: 12.5 });
});

test('a plan that its traffic cannot reach says so in a sentence', async () => {
  const { code, out } = await run(`rollout plan ${churn} --runs 1 --requests-per-second 0.02`);
  expect(code).toBe(0);
  expect(out).toContain('the steps take longer than the deadline');
});
