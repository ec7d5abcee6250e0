import { isLaurelError } from '@laurel/contracts';

export interface OutageLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** Tries `work`; true when it succeeded. */
export type Attempt = (work: () => Promise<void>) => Promise<boolean>;

/** Attempts at something that may be away for long: its going and its coming back are logged, once each. */
export function createAttempt(log: OutageLog, what: string): Attempt {
  let failing = false;
  return async (work) => {
    try {
      await work();
      if (failing) log.info({ what }, `${what} works again`);
      failing = false;
      return true;
    } catch (error) {
      const code = isLaurelError(error) ? error.code : 'Internal';
      if (!failing) log.warn({ what, code, err: error }, `${what} does not work; serving goes on without`);
      failing = true;
      return false;
    }
  };
}
