import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ServingTask } from './serving-process.js';

const program = fileURLToPath(new URL('serving-process.js', import.meta.url));

/** A serving process that may be killed. */
export interface Victim {
  readonly url: string;
  /** Ends it as a power cut of the process would: at once, wherever it is. */
  kill(): Promise<void>;
  /** Asks it to end, and lets it go as far as it likes. */
  askToEnd(): void;
  /** Resolves with the exit code, or `null` after a signal. */
  readonly ended: Promise<number | null>;
}

/** Starts a serving process; it answers when this resolves. */
export async function startVictim(task: ServingTask): Promise<Victim> {
  const child = fork(program, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = exitOf(child);
  child.send(task);
  const [message] = (await Promise.race([once(child, 'message'), ended.then(() => [null])])) as [
    { url: string } | null,
  ];
  if (message === null) throw new Error('a serving process ended before it answered');
  return {
    url: message.url,
    ended,
    askToEnd: () => void child.kill('SIGTERM'),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}
