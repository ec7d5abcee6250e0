import { setTimeout as pause } from 'node:timers/promises';
import { createHistogram, type Histogram } from '../../bench/serving/histogram.js';
import {
  type Answer,
  createHttpConnection,
  type HttpConnection,
  type Target,
} from '../../bench/serving/http-connection.js';

/** An answer with the times of its request, milliseconds on the clock of `performance.now()`. */
export interface TimedAnswer extends Answer {
  /** Number of the request, from 0. */
  readonly arrival: number;
  /** When it should have been sent; it waited for a free connection since. */
  readonly intendedAt: number;
  readonly sentAt: number;
  readonly answeredAt: number;
}

export interface LoadOptions {
  readonly target: Target;
  /** Arrivals per second, evenly spaced, whatever the server does. */
  readonly rate: number;
  readonly connections: number;
  /** A whole HTTP/1.1 request for an arrival. */
  readonly request: (arrival: number) => Uint8Array;
  readonly onAnswer?: (answer: TimedAnswer) => void;
  /** A good answer after this time is no goodput. */
  readonly deadlineMilliseconds?: number;
}

/** What has been seen so far. Latencies are from each request's intended start, in milliseconds. */
export interface Seen {
  arrived: number;
  sent: number;
  answered: number;
  /** Answers with status 200 within the deadline. */
  good: number;
  readonly statuses: { [status: string]: number };
  readonly latencies: Histogram;
  /** Of answers with status 429. */
  readonly refusals: Histogram;
  /** How late the generator itself sent what had a free connection. */
  readonly lag: Histogram;
}

/** A load that runs until it is stopped. */
export interface Load {
  readonly seen: Seen;
  /** Starts another rate at once. */
  setRate(rate: number): void;
  /** Ends arrivals, waits for what is on its way, and closes the connections. Gives the seconds of arrivals. */
  stop(): Promise<number>;
}

const defaultDeadline = 1_000;
/** Nobody waits longer for the last answers. */
const lastAnswersMilliseconds = 5_000;
const tickMilliseconds = 1;

/** Sends requests at a constant rate over kept connections and shows every answer. */
export function startLoad(options: LoadOptions): Load {
  return new OpenLoad(options);
}

/** Lets a load run for some seconds. */
export async function loadFor(seconds: number, options: LoadOptions): Promise<Seen> {
  const load = startLoad(options);
  await pause(seconds * 1_000);
  await load.stop();
  return load.seen;
}

class OpenLoad implements Load {
  readonly seen: Seen = {
    arrived: 0,
    sent: 0,
    answered: 0,
    good: 0,
    statuses: {},
    latencies: createHistogram(),
    refusals: createHistogram(),
    lag: createHistogram(),
  };
  readonly #options: LoadOptions;
  readonly #connections: readonly HttpConnection[];
  readonly #idle: HttpConnection[];
  /** Intended starts of arrivals that wait for a connection; those before `#next` are gone. */
  #waiting: number[] = [];
  #next = 0;
  readonly #startedAt = performance.now();
  #dueAt = performance.now();
  #interval: number;
  #stopped = false;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#interval = 1_000 / options.rate;
    const { target, connections } = options;
    this.#connections = Array.from({ length: connections }, () => createHttpConnection(target, { keepBody: true }));
    this.#idle = [...this.#connections];
    this.#tick();
  }

  setRate(rate: number): void {
    this.#interval = 1_000 / rate;
  }

  async stop(): Promise<number> {
    this.#stopped = true;
    const seconds = (performance.now() - this.#startedAt) / 1_000;
    const end = performance.now() + lastAnswersMilliseconds;
    while (this.seen.answered < this.seen.arrived && performance.now() < end) await pause(2);
    const missing = this.seen.arrived - this.seen.answered;
    if (missing > 0) this.seen.statuses['unanswered'] = missing;
    for (const connection of this.#connections) connection.close();
    return seconds;
  }

  #tick(): void {
    if (this.#stopped) return;
    const now = performance.now();
    for (; this.#dueAt <= now; this.#dueAt += this.#interval) this.#arrive(this.#dueAt, now);
    setTimeout(() => this.#tick(), tickMilliseconds);
  }

  #arrive(intendedAt: number, now: number): void {
    this.seen.arrived += 1;
    const connection = this.#idle.pop();
    if (connection === undefined) {
      this.#waiting.push(intendedAt);
      return;
    }
    this.seen.lag.record(now - intendedAt);
    this.#send(connection, intendedAt);
  }

  #send(connection: HttpConnection, intendedAt: number): void {
    const arrival = this.seen.sent;
    this.seen.sent += 1;
    const sentAt = performance.now();
    connection.send(this.#options.request(arrival), (answer) => {
      this.#note({ ...answer, arrival, intendedAt, sentAt, answeredAt: performance.now() });
      const next = this.#takeWaiting();
      if (next === undefined) this.#idle.push(connection);
      else this.#send(connection, next);
    });
  }

  #takeWaiting(): number | undefined {
    const intendedAt = this.#waiting[this.#next];
    this.#next += 1;
    if (intendedAt !== undefined) return intendedAt;
    this.#waiting = [];
    this.#next = 0;
    return undefined;
  }

  #note(answer: TimedAnswer): void {
    const { status, answeredAt, intendedAt } = answer;
    const milliseconds = answeredAt - intendedAt;
    const name = status === 0 ? 'broken' : String(status);
    this.seen.answered += 1;
    this.seen.statuses[name] = (this.seen.statuses[name] ?? 0) + 1;
    if (status === 429) this.seen.refusals.record(answeredAt - answer.sentAt);
    if (status === 200) {
      this.seen.latencies.record(milliseconds);
      if (milliseconds <= (this.#options.deadlineMilliseconds ?? defaultDeadline)) this.seen.good += 1;
    }
    this.#options.onAnswer?.(answer);
  }
}
