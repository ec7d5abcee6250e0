import { isErrorCode, LaurelError } from '@laurel/contracts';
import {
  isGrpcServiceError,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

const unavailable = 'Temporal does not answer; the request was not carried out, try again or see laurel status.';

/** Runs a client call and gives its failures their code. */
export async function translated<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw translate(error);
  }
}

function translate(error: unknown): unknown {
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
    const { type, message } = error.cause;
    if (type != null && isErrorCode(type)) return new LaurelError(type, message, { cause: error });
  }
  if (error instanceof WorkflowNotFoundError) {
    return new LaurelError('NotFound', `workflow ${error.workflowId} is not running; see laurel get runs.`, {
      cause: error,
    });
  }
  const outage =
    error instanceof ServiceError ||
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
    isGrpcServiceError(error);
  return outage ? new LaurelError('DependencyUnavailable', unavailable, { cause: error }) : error;
}
