import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { isErrorCode, LaurelError } from '@laurel/contracts';

/** What the adapter says about its process; a pino logger fits. */
interface SamplerLog {
  warn(fields: object, message: string): void;
}

export interface SamplerProcess {
  /** Sends a request and gives its answer. Errors: `DependencyUnavailable`, `PythonMissing`, `Internal`. */
  call(request: object): Promise<unknown>;
  /** Ends the process. */
  close(): Promise<void>;
}

/**
 * A process answers one call after the other. One that is asked and gives no answer for so long is ended: its first answer
 * waits for Python, and any for its study's lock.
 */
const silenceMilliseconds = 60_000;
const graceMilliseconds = 2_000;
const errorLines = 20;

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

export interface SamplerProcessOptions {
  /** Interpreter with the package `laurel_sampler`; `null` when there is none. */
  readonly python: string | null;
  /** `postgres://user:password@host:port/database`. */
  readonly databaseUrl: string;
  readonly log: SamplerLog;
  /** Time without an answer after which a process that is asked is ended; a minute by default. */
  readonly silenceMilliseconds?: number;
}

interface Running {
  readonly child: Child;
  ask(id: number, request: object): Promise<unknown>;
}

/** Speaks JSON lines with `python -m laurel_sampler`; one that died is started again by the next call. */
export function openSamplerProcess(options: SamplerProcessOptions): SamplerProcess {
  let running: Running | null = null;
  let calls = 0;

  const start = (): Running => {
    const started = startChild(options, () => {
      if (running === started) running = null;
    });
    running = started;
    return started;
  };

  return {
    call: async (request) => {
      calls += 1;
      return (running ?? start()).ask(calls, request);
    },
    close: async () => {
      if (running === null) return;
      const { child } = running;
      const gone = new Promise((resolve) => void child.once('close', resolve));
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMilliseconds);
      await gone;
      clearTimeout(timer);
    },
  };
}

function startChild(options: SamplerProcessOptions, whenGone: () => void): Running {
  const { python, databaseUrl, log } = options;
  if (python === null) throw pythonMissing('none is configured');
  const child = spawn(python, ['-m', 'laurel_sampler'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', PYTHONUNBUFFERED: '1', LAUREL_DATABASE_URL: databaseUrl },
  });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const said: string[] = [];
  const note = (line: string) => said.push(...said.splice(0).slice(1 - errorLines), line);

  let silence: NodeJS.Timeout | undefined;
  const watch = () => {
    clearTimeout(silence);
    if (waiting.size === 0) return;
    silence = setTimeout(() => child.kill('SIGKILL'), options.silenceMilliseconds ?? silenceMilliseconds);
  };

  child.stdin.on('error', () => undefined);
  createInterface(child.stderr).on('line', note);
  createInterface(child.stdout).on('line', (line) => {
    const answer = answerIn(line);
    if (answer === undefined) {
      note(line);
      return;
    }
    settle(waiting.get(answer.id), answer);
    waiting.delete(answer.id);
    watch();
  });

  const lose = (error: LaurelError) => {
    whenGone();
    clearTimeout(silence);
    if (waiting.size > 0) log.warn({ why: error.message, said }, 'the sampler ended while it was asked');
    for (const answer of waiting.values()) answer.reject(error);
    waiting.clear();
  };
  child.once('error', (error) => lose(pythonMissing(error.message)));
  child.once('close', (code, signal) => lose(ended(signal ?? `exit code ${code}`)));

  return {
    child,
    ask: (id, request) => {
      const answer = Promise.withResolvers<unknown>();
      waiting.set(id, answer);
      if (waiting.size === 1) watch();
      child.stdin.write(`${JSON.stringify({ id, ...request })}\n`);
      return answer.promise;
    },
  };
}

function pythonMissing(why: string): LaurelError {
  return new LaurelError(
    'PythonMissing',
    `Sweeps need the Python environment of infra/sampler (${why}); run npm run setup.`,
  );
}

function ended(why: string): LaurelError {
  return new LaurelError('DependencyUnavailable', `The sampler ended (${why}); the call may be tried again.`);
}

interface Answer {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
}

/** `undefined` for a line that is none, such as what a library prints while Python starts. */
function answerIn(line: string): Answer | undefined {
  try {
    const read: unknown = JSON.parse(line);
    return typeof read === 'object' && read !== null && 'id' in read ? (read as Answer) : undefined;
  } catch {
    return undefined;
  }
}

function settle(asked: PromiseWithResolvers<unknown> | undefined, { answer, error }: Answer): void {
  if (error === undefined) asked?.resolve(answer);
  else asked?.reject(new LaurelError(isErrorCode(error.code) ? error.code : 'Internal', error.message));
}
