import { LaurelError } from '@laurel/contracts';
import { writeJson } from '../processes/json-file.js';
import { stopJobs } from '../supervisor/leftovers.js';
import { createSupervisor, type Supervisor } from '../supervisor/supervisor.js';
import { homeFiles } from './home.js';
import type { HomeHolder } from './home-lock.js';
import type { RunningStack, StackPorts, StackProgress, StackStatus, StackUrls } from './shapes.js';
import { type StackPlan, workerGroup } from './stack-plan.js';

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface SupervisedStackInput {
  readonly home: string;
  readonly ports: StackPorts;
  readonly plan: StackPlan;
  /** This process, as it holds LAUREL_HOME; let go with `release`. */
  readonly holder: HomeHolder;
  readonly release: () => void;
  readonly onProgress?: ((progress: StackProgress) => void) | undefined;
}

/** A stack supervised by this process: the supervisor, its status file and the signals that stop it, tied together. */
export class SupervisedStack implements RunningStack {
  readonly home: string;
  readonly ports: StackPorts;
  readonly urls: StackUrls;
  readonly environment: Readonly<Record<string, string>>;
  readonly #supervisor: Supervisor;
  readonly #stopped = Promise.withResolvers<void>();
  #state: StackStatus['state'] = 'starting';
  #failure: StackStatus['failure'] = null;
  #stopping: Promise<void> | undefined;

  constructor(readonly input: SupervisedStackInput) {
    const { home, ports, plan, onProgress } = input;
    this.home = home;
    this.ports = ports;
    this.urls = plan.urls;
    this.environment = plan.variables;
    this.#supervisor = createSupervisor({
      home,
      groups: plan.groups,
      onChange: () => this.#publish(),
      afterStop: async (group) => {
        if (group === workerGroup) await stopJobs(home);
      },
      ...(onProgress === undefined ? {} : { onProgress }),
    });
    for (const signal of stopSignals) process.on(signal, this.#onSignal);
  }

  get stopped(): Promise<void> {
    return this.#stopped.promise;
  }

  /** Returns when all is healthy. Error: that of the child that cannot be brought up, after everything has been stopped. */
  async start(): Promise<void> {
    this.#publish();
    try {
      await this.#supervisor.start();
    } catch (error) {
      await this.#stopAfter(error);
    }
    if (this.#stopping !== undefined) {
      await this.#stopping;
      throw new LaurelError(
        'DependencyUnavailable',
        'the start was interrupted before all was healthy; nothing is left running.',
      );
    }
    this.#state = 'running';
    this.#publish();
    this.input.onProgress?.({
      process: 'stack',
      state: 'healthy',
      message: `everything is up; state lies in ${this.home}`,
    });
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  status(): Promise<StackStatus> {
    return Promise.resolve(this.#status());
  }

  async #stopAfter(error: unknown): Promise<void> {
    if (this.#stopping !== undefined) return;
    const known =
      error instanceof LaurelError
        ? error
        : new LaurelError('Internal', `the stack did not start: ${String(error)}`, { cause: error });
    this.#failure = { code: known.code, message: known.message };
    await this.stop();
    throw known;
  }

  async #stopAll(): Promise<void> {
    this.#state = 'stopping';
    this.#publish();
    await this.#supervisor.stop();
    this.#state = this.#failure === null ? 'down' : 'failed';
    this.#publish();
    this.input.release();
    for (const signal of stopSignals) process.off(signal, this.#onSignal);
    this.#stopped.resolve();
  }

  /** The first signal stops in order, a second one at once. */
  readonly #onSignal = (): void => {
    if (this.#stopping === undefined) void this.stop();
    else void this.#supervisor.stop(true);
  };

  #status(): StackStatus {
    const { pid, startedAt } = this.input.holder;
    const over = this.#state === 'down' || this.#state === 'failed';
    const where = over
      ? { supervisor: null, ports: null, urls: null }
      : { supervisor: { pid, startedAt }, ports: this.ports, urls: this.urls };
    const processes = this.#supervisor.processes();
    return { home: this.home, state: this.#state, ...where, processes, failure: this.#failure };
  }

  #publish(): void {
    writeJson(homeFiles(this.home).status, this.#status());
  }
}
