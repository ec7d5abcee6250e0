import { setTimeout as pause } from 'node:timers/promises';
import { createHistogram, type Histogram } from './histogram.js';
import { createHttpConnection, type HttpConnection, type Target } from './http-connection.js';

export interface OpenLoopOptions {
  readonly target: Target;
  /** Whole HTTP/1.1 requests, sent one after the other, again and again. */
  readonly requests: readonly Uint8Array[];
  /** Arrivals per second, evenly spaced, whatever the server does. */
  readonly rate: number;
  readonly seconds: number;
  /** Arrivals beyond this many at once wait in the generator, and their waiting counts. */
  readonly connections: number;
  /** A good answer after this time is no goodput, and nobody waits longer after the last arrival. */
  readonly deadlineMilliseconds?: number;
}

/** Latencies are of answers with status 200, in milliseconds from when the request should have been sent. */
export interface OpenLoopResult {
  readonly planned: number;
  /** Requests per second that were really sent; below `planned` when all connections were busy. */
  readonly achieved: number;
  /** Answers with status 200 within the deadline, per second. */
  readonly goodput: number;
  /** How often each status came; `broken` for a connection that ended, `unanswered` for what was left in the end. */
  readonly statuses: { readonly [status: string]: number };
  readonly latency: { readonly p50: number; readonly p99: number; readonly p999: number; readonly max: number };
}

interface Run {
  readonly options: OpenLoopOptions;
  readonly startedAt: number;
  readonly latencies: Histogram;
  readonly statuses: Map<string, number>;
  readonly idle: HttpConnection[];
  /** Arrivals that wait for a connection; those before `next` are gone. */
  readonly waiting: { arrivals: number[]; next: number };
  sent: number;
  answered: number;
  good: number;
}

const defaultDeadline = 1_000;

/** Sends requests at a constant rate and measures from each one's intended start, so that a slow server hides nothing. */
export async function runOpenLoop(options: OpenLoopOptions): Promise<OpenLoopResult> {
  const { target, rate, seconds, deadlineMilliseconds = defaultDeadline } = options;
  const connections = Array.from({ length: options.connections }, () =>
    createHttpConnection(target, { keepBody: false }),
  );
  const run: Run = {
    options,
    startedAt: performance.now(),
    latencies: createHistogram(),
    statuses: new Map(),
    idle: [...connections],
    waiting: { arrivals: [], next: 0 },
    sent: 0,
    answered: 0,
    good: 0,
  };
  const total = Math.floor(rate * seconds);
  await arrivals(run, total);
  const sentInTime = run.sent;
  const end = performance.now() + deadlineMilliseconds;
  while (run.answered < total && performance.now() < end) await pause(5);
  for (const connection of connections) connection.close();
  return resultOf(run, { total, sentInTime });
}

/** Resolves when the last request should have been sent. */
function arrivals(run: Run, total: number): Promise<void> {
  const interval = 1_000 / run.options.rate;
  let arrived = 0;
  return new Promise((resolve) => {
    const tick = () => {
      const now = performance.now() - run.startedAt;
      for (; arrived < total && arrived * interval <= now; arrived += 1) arrive(run, arrived);
      if (arrived === total) resolve();
      else setImmediate(tick);
    };
    tick();
  });
}

function arrive(run: Run, arrival: number): void {
  const connection = run.idle.pop();
  if (connection === undefined) run.waiting.arrivals.push(arrival);
  else send(run, connection, arrival);
}

function send(run: Run, connection: HttpConnection, arrival: number): void {
  const { requests, rate } = run.options;
  const request = requests[arrival % requests.length];
  if (request === undefined) throw new Error('the open loop has no request to send');
  run.sent += 1;
  connection.send(request, ({ status }) => {
    note(run, status, performance.now() - run.startedAt - (arrival * 1_000) / rate);
    const next = takeWaiting(run);
    if (next === undefined) run.idle.push(connection);
    else send(run, connection, next);
  });
}

function takeWaiting({ waiting }: Run): number | undefined {
  const arrival = waiting.arrivals[waiting.next];
  if (arrival === undefined) {
    waiting.arrivals = [];
    waiting.next = 0;
    return undefined;
  }
  waiting.next += 1;
  return arrival;
}

function note(run: Run, status: number, milliseconds: number): void {
  const name = status === 0 ? 'broken' : String(status);
  run.answered += 1;
  run.statuses.set(name, (run.statuses.get(name) ?? 0) + 1);
  if (status !== 200) return;
  run.latencies.record(milliseconds);
  if (milliseconds <= (run.options.deadlineMilliseconds ?? defaultDeadline)) run.good += 1;
}

function resultOf(run: Run, { total, sentInTime }: { total: number; sentInTime: number }): OpenLoopResult {
  const { rate, seconds } = run.options;
  const { latencies, statuses, answered, good } = run;
  const unanswered = total - answered;
  return {
    planned: rate,
    achieved: sentInTime / seconds,
    goodput: good / seconds,
    statuses: { ...Object.fromEntries(statuses), ...(unanswered > 0 ? { unanswered } : {}) },
    latency: {
      p50: latencies.at(0.5),
      p99: latencies.at(0.99),
      p999: latencies.at(0.999),
      max: latencies.at(1),
    },
  };
}
