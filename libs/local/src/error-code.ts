import { LaurelError } from '@laurel/contracts';

/** The system's code of an error, such as `ENOENT`. Does not ask for a class: errors may come from another realm. */
function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

export function isAbsent(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

/** Whether a folder could not take a name because there is another one. */
export function isTaken(error: unknown): boolean {
  return codeOf(error) === 'ENOTEMPTY' || codeOf(error) === 'EEXIST';
}

const full: readonly (string | undefined)[] = ['ENOSPC', 'EDQUOT'];

/** What `work` gives; what it throws, as `namedError` has it. */
export async function withNamedErrors<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw namedError(error);
  }
}

/** A full disk as an error of the table; anything else as it is. */
export function namedError(error: unknown): unknown {
  const code = codeOf(error);
  if (!full.includes(code)) return error;
  const message = `The disk of the jobs folder is full (${code}); free space, and the run goes on by itself.`;
  return new LaurelError('StorageFull', message, { cause: error });
}
