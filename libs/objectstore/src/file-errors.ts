import { isLaurelError, LaurelError } from '@laurel/contracts';

/** The `code` of a system error, or `undefined`. */
export function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

const full = new Set(['ENOSPC', 'EDQUOT']);

/** A system error of the file store as an error of the table. */
function namedFileError(error: unknown): LaurelError {
  if (isLaurelError(error)) return error;
  const code = codeOf(error);
  if (code !== undefined && full.has(code)) {
    const message = `The disk of the object store is full (${code}); free space, and the work goes on by itself.`;
    return new LaurelError('StorageFull', message, { cause: error });
  }
  if (code === 'ENOENT') {
    return new LaurelError('NotFound', 'A file that should be stored or read does not exist.', { cause: error });
  }
  return new LaurelError('DependencyUnavailable', `The object store's folder cannot be used (${code ?? 'error'}).`, {
    cause: error,
  });
}

/** `operation` with its system errors turned into errors of the table. */
export function fileErrors<Arguments extends readonly unknown[], Result>(
  operation: (...given: Arguments) => Promise<Result>,
): (...given: Arguments) => Promise<Result> {
  return async (...given) => {
    try {
      return await operation(...given);
    } catch (error) {
      throw namedFileError(error);
    }
  };
}
