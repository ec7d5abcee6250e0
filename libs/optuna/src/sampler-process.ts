import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { isErrorCode, LaurelError } from '@laurel/contracts';

/** What the adapter says about its process; a pino logger fits. */
export interface SamplerLog {
  warn(fields: object, message: string): void;
}

export interface SamplerProcess {
  /** Sends a request and gives its answer. Errors: `DependencyUnavailable`, `PythonMissing`, `Internal`. */
  call(request: object): Promise<unknown>;
  /** Ends the process. */
  close(): Promise<void>;
}

/** Longest time for one answer: the first one waits for Python, and all for their study's lock. */
const answerMilliseconds = 60_000;
const graceMilliseconds = 2_000;
const errorLines = 20;

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

interface Running {
  readonly child: Child;
  readonly waiting: Map<number, PromiseWithResolvers<unknown>>;
}

/** Speaks JSON lines with `python -m laurel_sampler`; one that died is started again by the next call. */
export function openSamplerProcess(options: {
  readonly python: string | null;
  readonly databaseUrl: string;
  readonly log: SamplerLog;
}): SamplerProcess {
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
    call: (request) => {
      const { child, waiting } = running ?? start();
      calls += 1;
      const id = calls;
      const answer = Promise.withResolvers<unknown>();
      waiting.set(id, answer);
      const timer = setTimeout(() => child.kill('SIGKILL'), answerMilliseconds);
      child.stdin.write(`${JSON.stringify({ id, ...request })}\n`);
      return answer.promise.finally(() => clearTimeout(timer));
    },
    close: async () => {
      if (running === null) return;
      const { child } = running;
      const gone = once(child, 'close');
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMilliseconds);
      await gone;
      clearTimeout(timer);
    },
  };
}

function startChild(
  { python, databaseUrl, log }: Parameters<typeof openSamplerProcess>[0],
  whenGone: () => void,
): Running {
  if (python === null) {
    throw new LaurelError('PythonMissing', 'Sweeps need the Python environment of infra/sampler; run npm run setup.');
  }
  const child = spawn(python, ['-m', 'laurel_sampler'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', PYTHONUNBUFFERED: '1', LAUREL_DATABASE_URL: databaseUrl },
  });
  const waiting: Running['waiting'] = new Map();
  const said: string[] = [];
  child.stdin.on('error', () => undefined);
  createInterface(child.stderr).on('line', (line) => said.push(...said.splice(0).slice(1 - errorLines), line));
  createInterface(child.stdout).on('line', (line) => settle(waiting, line));
  const lose = (why: string) => {
    whenGone();
    if (waiting.size > 0) log.warn({ why, said: said.slice(-errorLines) }, 'the sampler ended while it was asked');
    const error = new LaurelError('DependencyUnavailable', `The sampler ended (${why}); the call may be tried again.`);
    for (const answer of waiting.values()) answer.reject(error);
    waiting.clear();
  };
  child.once('error', (error) => lose(error.message));
  child.once('close', (code, signal) => lose(signal ?? `exit code ${code}`));
  return { child, waiting };
}

interface Answer {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
}

function settle(waiting: Running['waiting'], line: string): void {
  const { id, answer, error } = JSON.parse(line) as Answer;
  const asked = waiting.get(id);
  waiting.delete(id);
  if (error === undefined) asked?.resolve(answer);
  else asked?.reject(new LaurelError(isErrorCode(error.code) ? error.code : 'Internal', error.message));
}
