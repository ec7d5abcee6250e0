import { type ErrorCode, isErrorCode, isLaurelError, LaurelError } from '@laurel/contracts';
import type { Problem } from '@laurel/contracts/schemas';
import { CommanderError } from 'commander';

/** What a script learns from how the command ends. */
export const exit = { ok: 0, failed: 1, usage: 2, notFound: 3, refused: 4 } as const;
export type ExitCode = (typeof exit)[keyof typeof exit];

const byCode: { readonly [code in ErrorCode]?: ExitCode } = {
  InvalidInput: exit.usage,
  InvalidProject: exit.usage,
  NotFound: exit.notFound,
  DataAnomaly: exit.refused,
  DataSchemaMismatch: exit.refused,
  ModelParity: exit.refused,
  ModelUnsafe: exit.refused,
  GateFailed: exit.refused,
  CanaryRejected: exit.refused,
  Conflict: exit.refused,
  StaleEpoch: exit.refused,
  StaleFence: exit.refused,
  RolloutInProgress: exit.refused,
  ApprovalRequired: exit.refused,
  AlreadyRunning: exit.refused,
  Unauthenticated: exit.refused,
  Forbidden: exit.refused,
};

/** Cause of errors that a server told: their remedy is in the error table, while our own sentences say what to do. */
export const answered = Symbol('answered');

/** Ends a command as failed after it has said everything itself. */
export class CommandFailed extends Error {}

/** The exit code of an error. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exit.ok : exit.usage;
  return isLaurelError(error) ? (byCode[error.code] ?? exit.failed) : exit.failed;
}

/** A problem of the API or of serving as the error it was there. */
export function errorOfProblem(body: unknown, fallback: string): LaurelError {
  const { code, detail, errors } = (body ?? {}) as Partial<Pick<Problem, 'code' | 'detail' | 'errors'>>;
  const known = code !== undefined && isErrorCode(code) ? code : 'Internal';
  return new LaurelError(known, detail ?? fallback, { details: errors ?? [], cause: answered });
}
