import { exitCauses, trainerExit } from '@laurel/contracts';
import { type EndCause, failureIn, type JobOutcome } from '@laurel/domain';
import type { AttemptExit } from './job-files.js';

type Ended = Extract<JobOutcome, { kind: 'ended' }>;

const meanings: { readonly [cause in EndCause]?: string } = {
  badConfiguration: ' (bad configuration)',
  badData: ' (bad data)',
  badParameters: ' (bad parameters)',
  tryAgain: ' (try again)',
};

/** Exit codes that a shell gives in place of a signal. */
const killedCode = 137;

/** What an attempt's end means; `undefined` for a trainer that says it is done. */
export function readEnd(exit: AttemptExit): Ended | undefined {
  if (exit.reason === 'stopped' || exit.reason === 'exited') {
    return exit.code === trainerExit.done ? undefined : readTrainerEnd(exit);
  }
  const { cause, message } = fromOutside[exit.reason](exit.detail ?? 'no reason given', said(exit));
  return ended(exit, cause, message);
}

interface Told {
  readonly cause: EndCause;
  readonly message: string;
}

/** Ends that the trainer did not bring about itself, by the supervisor's reason. */
const fromOutside: {
  readonly [reason in Exclude<AttemptExit['reason'], 'stopped' | 'exited'>]: (detail: string, said: string) => Told;
} = {
  notStarted: (detail) => ({ cause: 'notStarted', message: `the trainer could not be started (${detail})` }),
  noRoom: (detail) => ({ cause: 'tryAgain', message: `the machine had no room for another process (${detail})` }),
  unschedulable: (detail) => ({ cause: 'unschedulable', message: `the job found no place: ${detail}` }),
  lost: () => ({ cause: 'killed', message: 'the supervisor of the trainer was killed, and the trainer with it' }),
  nodeLost: () => ({ cause: 'nodeLost', message: 'the machine was restarted while the trainer ran' }),
  memory: (detail) => ({ cause: 'outOfMemory', message: `the trainer was killed because ${detail}` }),
  disk: (detail) => ({ cause: 'storageFull', message: `the trainer was stopped because ${detail}` }),
  hung: (_, said) => ({
    cause: 'hung',
    message: `the trainer hung: it made no progress for longer than spec.training.silence and was stopped; ${said}`,
  }),
  deadline: (_, said) => ({
    cause: 'deadline',
    message: `the trainer did not end within spec.training.deadline and was stopped; ${said}`,
  }),
};

/** A job that ended well in its own eyes but left no model. */
export function noModel(what: string): Ended {
  const message = `the trainer ended well but ${what}`;
  return { kind: 'ended', cause: 'noModel', exitCode: trainerExit.done, message };
}

function readTrainerEnd(exit: AttemptExit): Ended {
  const { reason, code, signal } = exit;
  if (reason === 'stopped' || code === trainerExit.preempted || signal === 'SIGTERM') {
    return ended(exit, 'disrupted', `the trainer was asked to stop; ${said(exit)}`);
  }
  const failure = exit.failure === null ? undefined : failureIn(exit.failure);
  if (failure !== undefined) {
    const where = failure.step === null ? '' : ` at step ${failure.step}`;
    return ended(exit, failure.cause, `the trainer gave up${where}: ${failure.message}`);
  }
  if (signal === 'SIGKILL' || code === killedCode) return readKill(exit);
  return readExitCode(exit);
}

function readKill(exit: AttemptExit): Ended {
  if (exit.oomKilled) {
    return ended(exit, 'outOfMemory', `memory ran out, and the kernel killed the trainer; ${said(exit)}`);
  }
  return ended(exit, 'killed', `the trainer was killed (SIGKILL), though memory had not run out; ${said(exit)}`);
}

/** Lines near the end by which programs without the trainer package say what an exit code cannot. */
const lastWords: readonly { readonly pattern: RegExp; readonly cause: EndCause; readonly what: string }[] = [
  { pattern: /no space left on device|ENOSPC/i, cause: 'storageFull', what: 'the disk is full' },
  {
    pattern: /^(?:[\w.]+\.)?(?:OutOfMemoryError|MemoryError)\b|killed by signal: Killed|JavaScript heap out of memory/,
    cause: 'outOfMemory',
    what: 'the trainer ran out of memory',
  },
];

function readExitCode(exit: AttemptExit): Ended {
  const { code, signal } = exit;
  const cause = code === null ? undefined : exitCauses[code];
  if (cause === undefined) {
    const last = lastWords.find(({ pattern }) => exit.lastLines.some((line) => pattern.test(line)));
    if (last !== undefined) return ended(exit, last.cause, `${last.what}; ${said(exit)}`);
  }
  const how = code === null ? `by signal ${signal ?? 'unknown'}` : `with exit code ${code}`;
  const meaning = cause === undefined ? '' : (meanings[cause] ?? '');
  return ended(exit, cause ?? 'crashed', `the trainer ended ${how}${meaning}; ${said(exit)}`);
}

function ended({ code }: AttemptExit, cause: EndCause, message: string): Ended {
  return { kind: 'ended', cause, exitCode: code, message };
}

function said({ lastLines }: AttemptExit): string {
  const lastLine = lastLines.at(-1);
  return lastLine === undefined ? 'it said nothing' : `its last line was: ${lastLine}`;
}
