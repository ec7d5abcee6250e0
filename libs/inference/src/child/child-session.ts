import { LaurelError } from '@laurel/contracts';
import type { Tensor, TensorSpec } from '@laurel/domain';
import { firstLine, type GraphFacts, type Session, specsOf } from '../session.js';
import type { GraphProcess, GraphProcessOptions } from './graph-process.js';
import { openProcess } from './open-process.js';
import { Restarts } from './restarts.js';
import { RunsInFlight } from './runs-in-flight.js';

/** Where deaths and new starts are told. */
interface ChildLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

export interface ChildSessionOptions extends Omit<GraphProcessOptions, 'model'> {
  /** What errors and the log call the model. */
  readonly name: string;
  /** A run that takes longer ends the process. Default 30 s. */
  readonly longestRunMilliseconds?: number;
  /** A release waits for runs in flight at most this long. Default 30 s. */
  readonly longestReleaseMilliseconds?: number;
  readonly log?: ChildLog | undefined;
}

/** A session in a process of its own. */
export interface ChildSession extends Session {
  /** `undefined` while there is none. */
  pid(): number | undefined;
}

const defaultLongestMilliseconds = 30_000;

/**
 * Opens a graph in a child process, which is started again when it dies: the model's bytes are kept for that. Runs may be
 * asked for before others are answered. Errors: `ModelUnsafe` for a graph that does not load or ends its process,
 * `DependencyUnavailable` when the system starts none.
 */
export async function openChildSession(model: Uint8Array, options: ChildSessionOptions): Promise<ChildSession> {
  const session = new KeptSession(model, options);
  await session.open();
  return session;
}

class KeptSession implements ChildSession {
  readonly #model: Uint8Array;
  readonly #options: ChildSessionOptions;
  readonly #restarts = new Restarts();
  #specs: Pick<Session, 'inputs' | 'outputs'> = { inputs: [], outputs: [] };
  #runs: RunsInFlight;
  #process: GraphProcess | null = null;
  #starting: Promise<unknown> | null = null;
  #isRunning = false;
  #limit: NodeJS.Timeout | undefined;
  #pause: NodeJS.Timeout | undefined;
  /** Why there is no process, or why it is about to end. */
  #why = '';
  #released: Promise<void> | null = null;
  #idle: (() => void) | undefined;
  #ended: (() => void) | undefined;

  constructor(model: Uint8Array, options: ChildSessionOptions) {
    this.#model = model;
    this.#options = options;
    this.#runs = this.#newRuns();
  }

  get inputs(): readonly TensorSpec[] {
    return this.#specs.inputs;
  }

  get outputs(): readonly TensorSpec[] {
    return this.#specs.outputs;
  }

  async open(): Promise<void> {
    const facts = await this.#start();
    try {
      this.#specs = specsOf(facts, this.#options.outputs);
      this.#runs = this.#newRuns();
    } catch (error) {
      await this.release();
      throw error;
    }
  }

  pid(): number | undefined {
    return this.#process?.pid;
  }

  lastRunMilliseconds(): number {
    return this.#runs.lastRunMilliseconds;
  }

  async run(tensors: readonly Tensor[]): Promise<readonly Tensor[]> {
    if (this.#released) throw new LaurelError('ModelNotReady', 'The model has been released; ask again.');
    if (this.#process !== null) return this.#runs.add(tensors);
    throw new LaurelError(
      'ModelNotReady',
      `${this.#subject()} ${this.#why} and is being started again; ask again in a second.`,
    );
  }

  release(): Promise<void> {
    this.#released ??= this.#end();
    return this.#released;
  }

  #subject(): string {
    return `The process that runs ${this.#options.name}`;
  }

  #newRuns(): RunsInFlight {
    return new RunsInFlight({
      ...this.#specs,
      send: (frame) => this.#process?.send(frame),
      headChanged: (isRunning) => this.#watch(isRunning),
    });
  }

  async #start(): Promise<GraphFacts> {
    const { process, facts } = await openProcess(
      { ...this.#options, model: this.#model },
      { answered: (frame) => this.#runs.answer(frame), died: (how) => this.#died(how) },
    );
    this.#process = process;
    process.hold(false);
    this.#restarts.up();
    return facts;
  }

  /** A run has come to the head, or none is left. */
  #watch(isRunning: boolean): void {
    clearTimeout(this.#limit);
    if (isRunning !== this.#isRunning) this.#process?.hold(isRunning);
    this.#isRunning = isRunning;
    if (!isRunning) return this.#idle?.();
    const milliseconds = this.#options.longestRunMilliseconds ?? defaultLongestMilliseconds;
    this.#limit = setTimeout(() => {
      this.#why = `was ended, because a run took longer than ${milliseconds} ms,`;
      this.#process?.kill();
    }, milliseconds);
  }

  #died(how: string): void {
    this.#process = null;
    this.#why ||= `died (${how})`;
    this.#runs.rejectAll(new LaurelError('ModelOutputInvalid', `${this.#subject()} ${this.#why} during this run.`));
    this.#ended?.();
    if (this.#released === null) this.#restartLater();
  }

  #restartLater(): void {
    const { name, log } = this.#options;
    const retryInMilliseconds = this.#restarts.died();
    log?.warn({ model: name, retryInMilliseconds }, `the process of a model ${this.#why}`);
    this.#pause = setTimeout(() => {
      this.#starting = this.#restart();
    }, retryInMilliseconds).unref();
  }

  async #restart(): Promise<void> {
    const { name, log } = this.#options;
    try {
      await this.#start();
      this.#why = '';
      log?.info({ model: name, pid: this.pid() }, 'the process of a model is started again');
    } catch (error) {
      this.#why = `did not start (${firstLine(error)})`;
      if (this.#released === null) this.#restartLater();
    }
  }

  async #end(): Promise<void> {
    clearTimeout(this.#pause);
    await this.#starting;
    const milliseconds = this.#options.longestReleaseMilliseconds ?? defaultLongestMilliseconds;
    const limit = setTimeout(() => this.#process?.kill(), milliseconds);
    if (this.#runs.count > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#idle = resolve;
      await promise;
    }
    await this.#endProcess();
    clearTimeout(limit);
  }

  async #endProcess(): Promise<void> {
    const process = this.#process;
    if (process === null) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ended = resolve;
    process.hold(true);
    process.end();
    await promise;
  }
}
