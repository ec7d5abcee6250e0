import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { StandaloneFacts } from '@laurel/contracts';
import { buildClassifier, buildSlow } from '../../support/onnx-builder.js';
import { oneOff } from '../../support/serving-world.js';

const laurel = resolve('apps/cli/bin/laurel.mjs');
const run = promisify(execFile);
const spec = { inputs: ['tenure'], weights: [-1], bias: 5, classes: ['No', 'Yes'] };
let folder: string;
let servers: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'laurel-serve-'));
});
afterEach(async () => {
  for (const server of servers.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
    server.kill('SIGTERM');
    await once(server, 'exit');
  }
  servers = [];
  await rm(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command to its end in the empty folder, without anything from the environment but PATH. */
async function command(...args: string[]): Promise<Ended> {
  const options = { cwd: folder, env: { PATH: process.env.PATH } };
  return run(process.execPath, [laurel, ...args], options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: Ended) => ({ code: error.code, stdout: error.stdout, stderr: error.stderr }),
  );
}

async function serve(...args: string[]): Promise<{ readonly server: ChildProcess; readonly facts: StandaloneFacts }> {
  const all = [laurel, '-o', 'json', 'serve', '--port', '0', '--grpc-port', '0', ...args];
  const server = spawn(process.execPath, all, {
    cwd: folder,
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  servers.push(server);
  let text = '';
  for await (const part of server.stdout as AsyncIterable<Buffer>) {
    text += part.toString();
    if (text.endsWith('}\n')) break;
  }
  return { server, facts: JSON.parse(text) as StandaloneFacts };
}

test('from an empty folder to a first answer takes seconds, with a line that works as it stands', async () => {
  await writeFile(join(folder, 'churn.onnx'), buildClassifier(spec).model);
  const startedAt = performance.now();
  const { server, facts } = await serve('--model', 'churn.onnx');
  const { stdout } = await run('/bin/sh', ['-c', facts.models[0]?.curl ?? '']);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  expect(JSON.parse(stdout)).toMatchObject({ model_name: 'churn', outputs: [{ name: 'label', data: ['Yes'] }, {}] });
  server.kill('SIGINT');
  expect(await once(server, 'exit')).toEqual([0, null]);
  expect(await readdir(folder)).toEqual(['churn.onnx']);
});

test('laurel predict asks it with a row', async () => {
  await writeFile(join(folder, 'churn.onnx'), buildClassifier(spec).model);
  const { facts } = await serve('--model', 'churn.onnx', '--name', 'mine');
  const table = await command('predict', 'mine', 'tenure=9', '--url', facts.url);
  expect(table.stdout).toMatch(
    /^ROW +LABEL +PROBABILITIES +VERSION +PREDICTION ID\n1 +No +0\.98\d*, 0\.0\d+ +1 +[0-9a-f-]{36}\n$/,
  );
  const json = await command(
    '-o',
    'json',
    'predict',
    'mine',
    '--json',
    '[{"tenure":1},{"tenure":9}]',
    '--url',
    facts.url,
  );
  const { outputs, predictionIds } = JSON.parse(json.stdout);
  expect(outputs.label).toEqual(['Yes', 'No']);
  expect(new Set(predictionIds).size).toBe(2);
  const wrong = await command('predict', 'mine', 'age=9', '--url', facts.url);
  expect([wrong.code, wrong.stderr]).toEqual([2, 'laurel: row 1: there is no input "age"; the model takes tenure.\n']);
});

test('a request that is being answered when it is stopped gets its answer', async () => {
  await writeFile(join(folder, 'slow.onnx'), buildSlow({ ...spec, size: 768, layers: 16 }).model);
  const { server, facts } = await serve('--model', 'slow.onnx');
  const inputs = [{ name: 'tenure', datatype: 'FP32', shape: [1, 1], data: [1] }];
  const body = JSON.stringify({ inputs });
  const asking = fetch(`${facts.url}/v2/models/slow/infer`, { ...oneOff, method: 'POST', body });
  await new Promise((later) => setTimeout(later, 100));
  server.kill('SIGTERM');
  expect((await asking).status).toBe(200);
  expect(await once(server, 'exit')).toEqual([0, null]);
});

test('it ends with the command that started it', async () => {
  await writeFile(join(folder, 'churn.onnx'), buildClassifier(spec).model);
  const { server, facts } = await serve('--model', 'churn.onnx');
  server.kill('SIGKILL');
  const isGone = () =>
    fetch(facts.url, oneOff).then(
      () => false,
      () => true,
    );
  const end = performance.now() + 10_000;
  while (!(await isGone()) && performance.now() < end) await new Promise((later) => setTimeout(later, 50));
  expect(await isGone()).toBe(true);
});

test('what cannot be served ends with one sentence and an exit code that tells why', async () => {
  await writeFile(join(folder, 'churn.onnx'), buildClassifier(spec).model);
  await writeFile(join(folder, 'text.onnx'), 'this is no model');
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const serving = (...args: string[]) => command('serve', '--grpc-port', '0', ...args);
  const [missing, text, aFolder, name, noPort] = await Promise.all([
    serving('--model', 'absent.onnx'),
    serving('--model', 'text.onnx'),
    serving('--model', '.'),
    serving('--model', 'churn.onnx', '--name', 'Not Allowed'),
    serving('--model', 'churn.onnx', '--port', String(port)),
  ]);
  taken.close();
  expect([missing.code, missing.stderr]).toEqual([3, 'laurel: There is no file absent.onnx; check the path.\n']);
  expect([text.code, text.stderr]).toEqual([
    4,
    expect.stringMatching(/^laurel: text\.onnx: The model file is refused: .+\.\n$/),
  ]);
  expect([aFolder.code, aFolder.stderr]).toEqual([2, 'laurel: . is a folder; name the .onnx file in it.\n']);
  expect([name.code, name.stderr]).toEqual([2, expect.stringContaining('a model cannot be called "Not Allowed"')]);
  expect([noPort.code, noPort.stderr]).toEqual([
    1,
    expect.stringMatching(/^laurel: 127\.0\.0\.1:\d+ is taken; choose another with --port/),
  ]);
  for (const { stdout, stderr } of [missing, text, aFolder, name, noPort]) {
    expect(stdout).toBe('');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  }
});
