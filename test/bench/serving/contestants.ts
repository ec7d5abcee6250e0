import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Outputs, readGrpcAnswer, readHttpAnswer } from './answers.js';
import type { Candidate, Ground, RunningCandidate } from './candidate.js';
import { runClosedLoop } from './closed-loop.js';
import { cores } from './cores.js';
import { openGrpcClient, runGrpcLoop } from './grpc-load.js';
import { ask } from './http-connection.js';
import { runOpenLoop } from './open-loop.js';
import { programFolder } from './places.js';
import type { Prepared } from './prepared.js';
import { difference } from './reference.js';
import type { Call } from './requests.js';
import type { Measured } from './samples.js';
import type { Scenario } from './scenarios.js';

/** Whatever is measured, one at a time. */
export interface Contestant {
  readonly name: string;
  takes(scenario: Scenario): boolean;
  /** What is wrong with its answers to this scenario, or `null`. */
  check(scenario: Scenario): Promise<string | null>;
  /** Lets it run alone for some seconds under the scenario's load. */
  measure(scenario: Scenario, load: { readonly seconds: number; readonly rate: number }): Promise<Measured>;
  stop(): Promise<void>;
}

type Prepare = (scenario: Scenario) => Promise<Prepared>;

/** How long a stopped server is given to notice that it goes on, before anything is sent. */
const wakeMilliseconds = 300;
const answerPatience = 60_000;

/** A server that is up as a contestant; it stands still while it is not its turn. */
export function serverContestant(candidate: Candidate, running: RunningCandidate, prepare: Prepare): Contestant {
  const awake = async <T>(action: () => Promise<T>): Promise<T> => {
    running.resume();
    try {
      await pause(wakeMilliseconds);
      return await action();
    } finally {
      running.pause();
    }
  };
  return {
    name: candidate.name,
    takes: (scenario) => candidate.takes(scenario),
    check: (scenario) =>
      awake(async () => {
        const { calls } = await prepare(scenario);
        for (const { call, expected } of calls) {
          const problem = await problemOf(running, scenario, { call, expected });
          if (problem !== null && candidate.kind !== 'ceiling') return problem;
        }
        return null;
      }),
    measure: (scenario, load) =>
      awake(async () => measureServer(running, scenario, { ...load, ...(await prepare(scenario)) })),
    stop: () => running.stop(),
  };
}

/** Waits until a server that listens also answers: some load their models afterwards. */
export async function untilAnswering(running: RunningCandidate, scenario: Scenario, prepare: Prepare): Promise<void> {
  const [first] = (await prepare(scenario)).calls;
  const end = performance.now() + answerPatience;
  for (;;) {
    try {
      if (first !== undefined) await answerOf(running, scenario, first.call);
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
      await pause(200);
    }
  }
}

async function problemOf(
  running: RunningCandidate,
  scenario: Scenario,
  { call, expected }: { readonly call: Call; readonly expected: Outputs },
): Promise<string | null> {
  try {
    return difference(await answerOf(running, scenario, call), expected);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function answerOf({ http, grpc }: RunningCandidate, { encoding }: Scenario, call: Call): Promise<Outputs> {
  if (encoding !== 'grpc') {
    if (http === null) throw new Error('it does not listen for HTTP');
    return readHttpAnswer(await ask(http, call.bytes));
  }
  if (grpc === null) throw new Error('it does not listen for gRPC');
  const client = openGrpcClient(grpc);
  try {
    return readGrpcAnswer(await client.call(call));
  } finally {
    client.close();
  }
}

async function measureServer(
  { http, grpc }: RunningCandidate,
  { encoding, load }: Scenario,
  given: Prepared & { readonly seconds: number; readonly rate: number },
): Promise<Measured> {
  const { seconds, rate, requests } = given;
  const calls = given.calls.map(({ call }) => call);
  if (encoding === 'grpc') {
    if (grpc === null) throw new Error('it does not listen for gRPC');
    const client = openGrpcClient(grpc);
    try {
      return await runGrpcLoop(client, calls, { concurrency: load.connections, seconds });
    } finally {
      client.close();
    }
  }
  if (http === null) throw new Error('it does not listen for HTTP');
  const { connections } = load;
  if (load.kind === 'closed') return runClosedLoop({ target: http, requests, connections, seconds });
  const bytes = calls.map((call) => call.bytes);
  const { latency, statuses, achieved } = await runOpenLoop({
    target: http,
    requests: bytes,
    rate,
    seconds,
    connections,
  });
  const sent = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  return { perSecond: achieved, ...latency, failed: sent - (statuses['200'] ?? 0) };
}

/** onnxruntime without a server, in a process of its own on the servers' core. */
export function inProcess({ fixtures, pinning }: Ground): Contestant {
  return {
    name: 'in-process',
    takes: ({ encoding }) => encoding === 'binary',
    check: async () => null,
    measure: async ({ model, rows }, { seconds }) => {
      const { width } = fixtures.models[model];
      const program = [process.execPath, join(programFolder, 'in-process.js'), fixtures.folder, model];
      const [file = '', ...args] = [...pinning(cores.server), ...program, ...[width, rows, seconds].map(String)];
      const { stdout } = await promisify(execFile)(file, args);
      const { runs, milliseconds } = JSON.parse(stdout) as { readonly runs: number; readonly milliseconds: number };
      return { perSecond: runs / (milliseconds / 1_000), p50: null, p99: null, p999: null, failed: 0 };
    },
    stop: async () => undefined,
  };
}
