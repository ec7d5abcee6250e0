import type { RolloutOutcomeKind } from '@laurel/domain';
import { ApplicationFailureCategory } from '@temporalio/common';
import { ApplicationFailure } from '@temporalio/workflow';

/** Why a rollout turns back; carried by a benign failure so that the saga undoes its steps. */
export interface Rejection {
  readonly kind: Extract<RolloutOutcomeKind, 'rolledBack' | 'aborted' | 'superseded'>;
  readonly cause: string;
  readonly evidenceId: string | null;
}

/** A failure that means "turn back": expected, so it makes no error noise. */
export function rejected(rejection: Rejection): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'CanaryRejected',
    message: rejection.cause,
    nonRetryable: true,
    category: ApplicationFailureCategory.BENIGN,
    details: [rejection],
  });
}

/** The rejection inside a failure, or `undefined` for any other failure. */
export function rejectionOf(error: unknown): Rejection | undefined {
  if (!(error instanceof ApplicationFailure) || error.type !== 'CanaryRejected') return undefined;
  return error.details?.[0] as Rejection;
}
