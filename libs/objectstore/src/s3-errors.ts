import { S3ServiceException } from '@aws-sdk/client-s3';
import { isLaurelError, LaurelError } from '@laurel/contracts';

/** HTTP status of a failed S3 call, or `undefined` when there was no answer. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

function isMissing(error: unknown): boolean {
  return error instanceof S3ServiceException && (error.name === 'NoSuchKey' || statusOf(error) === 404);
}

/** What `ask` answers, or `undefined` when there is no such object. */
export async function ifThere<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

const fullNames = new Set(['InsufficientStorage', 'QuotaExceeded', 'XMinioStorageFull', 'InsufficientCapacity']);

/** An S3 failure as an error of the table; `bucket` is named in the message. */
export function namedS3Error(bucket: string, error: unknown): LaurelError {
  if (isLaurelError(error)) return error;
  const name = error instanceof Error ? error.name : 'error';
  if (statusOf(error) === 507 || fullNames.has(name)) {
    return new LaurelError('StorageFull', `The bucket ${bucket} is full (${name}); free space and try again.`, {
      cause: error,
    });
  }
  return new LaurelError(
    'DependencyUnavailable',
    `The bucket ${bucket} cannot be used (${name}); check endpoint, credentials and permissions.`,
    { cause: error },
  );
}
