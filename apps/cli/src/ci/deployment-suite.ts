import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createClient, type LaurelClient, LaurelRequestError, type Tensor } from '@laurel/client';
import {
  isLaurelError,
  LaurelError,
  type StandaloneFacts,
  type StandaloneMessage,
  trainerFiles,
} from '@laurel/contracts';
import {
  agreementCheck,
  type CheckName,
  type CheckResult,
  checked,
  measureText,
  milliseconds,
  type Prediction,
  type Row,
} from '@laurel/domain';
import { servingProgram } from '../client/serving-program.js';
import type { ModelSuiteInput } from './feature-suite.js';
import type { LoadedModel } from './model-folder.js';

/** A served answer is of the same bytes by the same code: only the rounding of a batch of another size may differ. */
const tolerance = 1e-5;
/** Requests that are timed, after as many that are not. */
const timedRequests = 20;
const startMilliseconds = 60_000;

/** Starts `laurel serve` on the model, asks it over HTTP, compares with predictions in this process, and stops it. */
export async function deploymentSuite({ at, data, model, engine }: ModelSuiteInput): Promise<readonly CheckResult[]> {
  const rows = await engine.readRows(data.parts.holdout, { offset: 0, limit: at.tests.deployment.rows });
  const starts: CheckName = { suite: 'deployment', name: 'serving starts' };
  const name = at.project.metadata.name;
  const file = join(model.folder, trainerFiles.model);
  const child = fork(servingProgram, ['--model', `${name}=${file}`, '--port=0', '--grpc-port=0'], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 2, 'ipc'],
  });
  try {
    const { url } = await serving(child);
    const client = createClient({ url });
    const limit = milliseconds(at.tests.deployment.latency ?? at.project.spec.serving.sla.latency);
    return [
      checked(starts, null),
      await sameAnswers(client, { name, model, rows }),
      await fastEnough(client, { name, model, rows }, limit),
      await stops(child),
    ];
  } catch (error) {
    if (!isLaurelError(error)) throw error;
    const found = error.message.replace(/\.$/, '');
    return [checked(starts, { expected: `laurel serve to answer for ${trainerFiles.model}`, found })];
  } finally {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  }
}

function serving(child: ChildProcess): Promise<StandaloneFacts> {
  return new Promise((resolve, reject) => {
    const fail = (message: string) => reject(new LaurelError('ModelNotReady', message));
    const timer = setTimeout(() => fail(`it did not start within ${startMilliseconds / 1_000} s`), startMilliseconds);
    timer.unref();
    child.on('message', (message: StandaloneMessage) => {
      if (message.laurel === 'serving') resolve(message);
      if (message.laurel === 'failed') reject(new LaurelError(message.code, message.message));
    });
    child.once('error', ({ message }) => fail(message));
    child.once('exit', (code, signal) => fail(`its process died (${signal ?? `exit code ${code}`})`));
  });
}

interface Asked {
  readonly name: string;
  readonly model: LoadedModel;
  readonly rows: readonly Row[];
}

async function ask(client: LaurelClient, { name, model }: Asked, rows: readonly Row[]): Promise<readonly Prediction[]> {
  const { outputs } = await client.infer(name, model.runnable.encode(rows).tensors as readonly Tensor[]);
  const wanted = model.runnable.outputs.flatMap((spec) => outputs.find((output) => output.name === spec.name) ?? []);
  model.runnable.check(wanted, rows.length);
  return model.runnable.decode(wanted, rows.length);
}

async function sameAnswers(client: LaurelClient, asked: Asked): Promise<CheckResult> {
  const name: CheckName = { suite: 'deployment', name: 'served answers' };
  try {
    const [found, wanted] = [await ask(client, asked, asked.rows), await asked.model.runnable.predict(asked.rows)];
    return agreementCheck(name, { found, wanted, tolerance, like: 'the same model in this process' });
  } catch (error) {
    return checked(name, { expected: 'answers over HTTP', found: `a refusal: ${refusalOf(error)}` });
  }
}

async function fastEnough(client: LaurelClient, asked: Asked, limit: number): Promise<CheckResult> {
  const name: CheckName = { suite: 'deployment', name: 'time of a request' };
  const one = asked.rows.slice(0, 1);
  const times: number[] = [];
  try {
    for (let request = 0; request < 2 * timedRequests; request += 1) {
      const startedAt = performance.now();
      await ask(client, asked, one);
      if (request >= timedRequests) times.push(performance.now() - startedAt);
    }
  } catch (error) {
    return checked(name, { expected: 'answers over HTTP', found: `a refusal: ${refusalOf(error)}` });
  }
  const median = times.sort((a, b) => a - b)[timedRequests / 2] ?? Number.POSITIVE_INFINITY;
  const expected = `a median of at most ${limit} ms for one row`;
  return checked(name, median <= limit ? null : { expected, found: `${measureText(median)} ms` });
}

function refusalOf(error: unknown): string {
  if (!isLaurelError(error) && !(error instanceof LaurelRequestError)) throw error;
  return error.message.replace(/\.$/, '');
}

async function stops(child: ChildProcess): Promise<CheckResult> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const [code, signal] = (await ended) as [number | null, NodeJS.Signals | null];
  const breach = { expected: 'exit code 0 after SIGTERM', found: signal ?? `exit code ${code}` };
  return checked({ suite: 'deployment', name: 'serving stops' }, code === 0 ? null : breach);
}
