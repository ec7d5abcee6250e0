import { setTimeout as delay } from 'node:timers/promises';
import { isLaurelError, type LaurelError } from '@laurel/contracts';
import { endProcess, type ProcessIdentity } from '../processes/identity.js';
import type { ProcessState, ProcessStatus } from '../stack/shapes.js';
import { type Backoff, pauseAfter } from './backoff.js';
import type { ChildSpec } from './child-spec.js';
import { launch } from './launch.js';
import { didNotStart } from './start-server.js';

/** A child that has never been ready is given up after this many starts. */
const firstStarts = 3;
const probeMilliseconds = 2_000;
const failedProbes = 3;

export interface ChildSurroundings {
  readonly log: string;
  readonly backoff: Backoff;
  /** Called after each change of state, with a sentence fragment about it. */
  readonly onChange: (child: SupervisedChild, message: string) => void;
}

/** Keeps one child running: starts it, watches it, starts it again with growing pauses, and stops it when asked. */
export class SupervisedChild {
  identity: ProcessIdentity | undefined;
  #state: ProcessState = 'waiting';
  #since = new Date();
  #restarts = 0;
  #lastExit: string | null = null;
  #failures = 0;
  #wasReady = false;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(
    readonly spec: ChildSpec,
    readonly surroundings: ChildSurroundings,
  ) {}

  get status(): ProcessStatus {
    return {
      name: this.spec.name,
      state: this.#state,
      pid: this.identity?.pid ?? null,
      restarts: this.#restarts,
      since: this.#since.toISOString(),
      log: this.surroundings.log,
      url: this.spec.url ?? null,
      lastExit: this.#lastExit,
    };
  }

  /** Returns when the child is ready for the first time. Error: `DependencyUnavailable` when it cannot be brought up. */
  start(): Promise<void> {
    return new Promise((ready, givenUp) => {
      this.#running = this.#keepRunning(ready, givenUp);
    });
  }

  /** Asks the child to end and waits; kills it after its grace period, or at once when `hurry`. */
  async stop(hurry = false): Promise<void> {
    this.#stopping.abort();
    if (this.identity !== undefined) {
      const graceMilliseconds = hurry ? 0 : this.spec.graceMilliseconds;
      await endProcess(this.identity, { signal: this.spec.stopSignal, graceMilliseconds });
    }
    await this.#running;
    this.#change('stopped', 'stopped');
  }

  async #keepRunning(ready: () => void, givenUp: (error: LaurelError) => void): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const healthyMilliseconds = await this.#runOnce(ready);
      if (this.#stopping.signal.aborted) break;
      this.#failures = healthyMilliseconds > this.surroundings.backoff.forgiveMilliseconds ? 1 : this.#failures + 1;
      if (!this.#wasReady && this.#failures >= firstStarts) {
        this.#change('failed', `given up after ${firstStarts} starts (${this.#lastExit ?? 'unknown'})`);
        givenUp(didNotStart(this.spec.name, this.#lastExit ?? 'unknown', this.surroundings.log));
        return;
      }
      const pause = pauseAfter(this.#failures, this.surroundings.backoff);
      this.#change('restarting', `${this.#lastExit ?? 'ended'}; starts again in ${pause / 1_000} s`);
      await delay(pause, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      this.#restarts += 1;
    }
    givenUp(didNotStart(this.spec.name, 'stopped before it was ready', this.surroundings.log));
  }

  /** One life of the child; returns for how many milliseconds it was well. */
  async #runOnce(ready: () => void): Promise<number> {
    const started = performance.now();
    try {
      await this.#prepares();
    } catch (error) {
      this.#lastExit = `not prepared: ${isLaurelError(error) ? error.message : String(error)}`;
      return 0;
    }
    if (this.#stopping.signal.aborted) return 0;
    const { identity, ended, ready: becomesReady } = launch(this.spec, this.surroundings.log);
    this.identity = identity;
    if (identity !== undefined) this.#change('starting', `process ${identity.pid}`);
    const patience = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(this.spec.readyMilliseconds)]);
    const isReady = (await becomesReady(patience)) && (await this.#settles());
    const healthySince = performance.now();
    if (isReady) {
      this.#wasReady = true;
      this.#change('healthy', `ready after ${((healthySince - started) / 1_000).toFixed(1)} s`);
      ready();
      await this.#watch(ended);
    } else if (identity !== undefined) await this.#endUnready(identity);
    this.#lastExit = await ended;
    this.identity = undefined;
    return isReady ? performance.now() - healthySince : 0;
  }

  async #prepares(): Promise<void> {
    if (this.spec.prepare === undefined) return;
    this.#change('starting', 'being prepared');
    await this.spec.prepare();
  }

  async #settles(): Promise<boolean> {
    try {
      await this.spec.settle?.();
      return true;
    } catch (error) {
      this.#change('starting', `up, but not usable: ${String(error)}`);
      return false;
    }
  }

  async #endUnready(identity: ProcessIdentity): Promise<void> {
    const { stopSignal: signal, graceMilliseconds } = this.spec;
    await endProcess(identity, { signal, graceMilliseconds });
  }

  /** Probes the child until it has ended. */
  async #watch(ended: Promise<string>): Promise<void> {
    const over = new AbortController();
    const end = ended.then(() => over.abort());
    let misses = 0;
    while (!over.signal.aborted && this.spec.alive !== undefined) {
      await delay(probeMilliseconds, undefined, { signal: over.signal }).catch(() => undefined);
      if (over.signal.aborted || this.#stopping.signal.aborted) break;
      misses = (await this.spec.alive()) ? 0 : misses + 1;
      if (over.signal.aborted) break;
      if (misses === failedProbes) this.#change('unresponsive', 'does not answer');
      else if (misses === 0 && this.#state === 'unresponsive') this.#change('healthy', 'answers again');
    }
    await end;
  }

  #change(state: ProcessState, message: string): void {
    if (state !== this.#state) this.#since = new Date();
    this.#state = state;
    this.surroundings.onChange(this, message);
  }
}
