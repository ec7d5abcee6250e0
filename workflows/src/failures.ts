import { type ErrorCode, isErrorCode } from '@laurel/contracts';
import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure, TimeoutFailure } from '@temporalio/workflow';

/** A failure reduced to what a business outcome may carry. */
export interface CodedFailure {
  readonly code: ErrorCode;
  readonly message: string;
}

/**
 * The code and sentence of a failed activity or child, or `undefined` for what is no failure of the world:
 * a cancellation, or a bug in workflow code.
 */
export function codedFailure(error: unknown): CodedFailure | undefined {
  if (error instanceof ApplicationFailure) return fromApplication(error);
  if (!(error instanceof ActivityFailure) && !(error instanceof ChildWorkflowFailure)) return undefined;
  if (error.cause instanceof ApplicationFailure) return fromApplication(error.cause);
  if (error.cause instanceof TimeoutFailure) {
    return {
      code: 'DeadlineExceeded',
      message: `${nameOf(error)} did not end in time; see laurel status, then try again.`,
    };
  }
  return undefined;
}

function fromApplication(failure: ApplicationFailure): CodedFailure {
  const type = failure.type ?? 'Internal';
  return { code: isErrorCode(type) ? type : 'Internal', message: failure.message };
}

function nameOf(error: ActivityFailure | ChildWorkflowFailure): string {
  return error instanceof ActivityFailure ? error.activityType : error.workflowType;
}
