import { finalExits, trainerExit } from '@laurel/contracts';
import type { JobOutcome } from '@laurel/domain';
import type { AttemptExit } from './job-files.js';

type Unsuccessful = Exclude<JobOutcome, { kind: 'done' }>;

const meanings: { readonly [code: number]: string } = {
  [trainerExit.badParameters]: 'bad parameters',
  [trainerExit.badData]: 'bad data',
  [trainerExit.tryAgain]: 'try again',
  [trainerExit.badConfiguration]: 'bad configuration',
};

/** What an attempt's end means; `undefined` for a trainer that says it is done. */
export function readEnd(exit: AttemptExit): Unsuccessful | undefined {
  const said = exit.lastLine === '' ? 'it said nothing' : `its last line was: ${exit.lastLine}`;
  switch (exit.reason) {
    case 'notStarted': {
      const message = `the trainer could not be started (${exit.error ?? 'no reason given'}); check spec.training.command.`;
      return { kind: 'failed', code: null, retryable: false, message, errorCode: 'TrainerFailed' };
    }
    case 'hung':
      return {
        kind: 'hung',
        message: `the trainer was silent for longer than spec.training.silence and was stopped; ${said}`,
      };
    case 'deadline': {
      const message = `the trainer did not end within spec.training.deadline and was stopped; ${said}`;
      return { kind: 'failed', code: exit.code, retryable: false, message, errorCode: 'TrainerFailed' };
    }
    case 'stopped':
      return exit.code === trainerExit.done ? undefined : preempted(said);
    case 'exited':
      break;
  }
  return readExitCode(exit, said);
}

function preempted(said: string): Unsuccessful {
  return { kind: 'preempted', message: `the trainer was asked to stop; ${said}` };
}

/** A job that ended well in its own eyes but left no model. */
export function noModel(missing: readonly string[]): Unsuccessful {
  const message = `the trainer ended well but did not write ${missing.join(' and ')} to LAUREL_OUTPUT_DIR.`;
  return { kind: 'failed', code: 0, retryable: false, message, errorCode: 'TrainerWroteNoModel' };
}

function readExitCode({ code, signal, lastLine }: AttemptExit, said: string): Unsuccessful | undefined {
  if (code === trainerExit.done) return undefined;
  if (code === trainerExit.preempted || signal === 'SIGTERM') {
    return preempted(said);
  }
  if (signal === 'SIGKILL') {
    const message = `the trainer was killed (SIGKILL), most likely because memory ran out; ${said}`;
    return { kind: 'failed', code, retryable: true, message, errorCode: 'TrainerCrashed' };
  }
  if (/no space left on device|ENOSPC/i.test(lastLine)) {
    return { kind: 'failed', code, retryable: true, message: `the disk is full; ${said}`, errorCode: 'StorageFull' };
  }
  const retryable = code === null || !finalExits.includes(code);
  const how = code === null ? `by signal ${signal ?? 'unknown'}` : `with exit code ${code}${meaningOf(code)}`;
  const errorCode = retryable ? 'TrainerCrashed' : 'TrainerFailed';
  return { kind: 'failed', code, retryable, message: `the trainer ended ${how}; ${said}`, errorCode };
}

function meaningOf(code: number): string {
  const meaning = meanings[code];
  return meaning === undefined ? '' : ` (${meaning})`;
}
