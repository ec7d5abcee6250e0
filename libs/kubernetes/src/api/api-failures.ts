import { isLaurelError, LaurelError } from '@laurel/contracts';

/** What came instead of an answer. `status` is HTTP's, `null` without a connection. */
export interface ApiFailure {
  readonly status: number | null;
  /** The API's own word, such as `AlreadyExists`. */
  readonly reason: string;
  readonly message: string;
  readonly transient: boolean;
  /** What the server asks for, in milliseconds. */
  readonly retryAfterMilliseconds: number | null;
}

const transientStatuses: readonly number[] = [408, 429, 500, 502, 503, 504];

/** Reads an error of the SDK or of a connection. */
export function readFailure(error: unknown): ApiFailure {
  const status = numberIn(error, 'code') ?? numberIn(error, 'statusCode');
  if (status === null || status < 100) {
    return {
      status: null,
      reason: '',
      message: connectionMessage(error),
      transient: true,
      retryAfterMilliseconds: null,
    };
  }
  const { reason, message } = statusIn(error);
  const retryAfter = retryAfterOf(error);
  const transient = transientStatuses.includes(status);
  return { status, reason, message: message || `HTTP ${status}`, transient, retryAfterMilliseconds: retryAfter };
}

/** The error as Laurel says it, in one sentence. */
export function translated({ status, reason, message }: ApiFailure, what: string, cause: unknown): LaurelError {
  switch (status) {
    case 401:
      return new LaurelError(
        'Unauthenticated',
        `the cluster does not know Laurel's credentials (${what}: ${message}); renew the kubeconfig or the service account's token.`,
        { cause },
      );
    case 403:
      return new LaurelError('Forbidden', forbidden(what, message), { cause });
    case 404:
      return new LaurelError('NotFound', `the cluster has nothing to ${what} (${message}); check namespace and name.`, {
        cause,
      });
    case 409:
      return new LaurelError('Conflict', `the cluster did not ${what} (${reason}: ${message}); read it again.`, {
        cause,
      });
    case 413:
    case 422:
      return new LaurelError(
        'InvalidProject',
        `the cluster refuses to ${what} (${message}); correct spec.training, spec.serving.router or the installation's Kubernetes settings.`,
        { cause },
      );
    case null:
    default:
      return new LaurelError('Internal', `the cluster did not ${what} (HTTP ${status ?? 'none'}: ${message}).`, {
        cause,
      });
  }
}

/** Whether the cluster said that an object is there already, or is another one than was read. */
export function isConflict(error: unknown): boolean {
  return isLaurelError(error) && error.code === 'Conflict';
}

/** A field that server-side apply would have taken from somebody else. */
export interface OwnedField {
  readonly field: string;
  readonly manager: string;
}

/** Who owns what server-side apply was refused for; empty when it was refused for another reason. */
export function ownersIn(error: unknown): readonly OwnedField[] {
  if (!isConflict(error)) return [];
  const body = fieldOf(fieldOf(error, 'cause'), 'body');
  const causes = fieldOf(fieldOf(typeof body === 'string' ? parsed(body) : body, 'details'), 'causes');
  if (!Array.isArray(causes)) return [];
  return causes.flatMap((cause: unknown) => {
    const manager = /^conflict with "([^"]+)"/.exec(String(fieldOf(cause, 'message')))?.[1];
    const isOwned = fieldOf(cause, 'reason') === 'FieldManagerConflict' && manager !== undefined;
    return isOwned ? [{ field: String(fieldOf(cause, 'field')).replace(/^\./, ''), manager }] : [];
  });
}

/** Whether what was read is out of date by now (409, 410): reading it again may help. */
export function isOutdated(error: unknown): boolean {
  return (
    (isConflict(error) && ownersIn(error).length === 0) ||
    (isLaurelError(error) && readFailure(error.cause).status === 410)
  );
}

/** Whether the cluster said that there is no such object. */
export function isNotFound(error: unknown): boolean {
  return isLaurelError(error) && error.code === 'NotFound';
}

/** What was asked for, or `undefined` where the cluster says that there is no such object. */
export async function unlessAbsent<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** `jobs.batch is forbidden: User "U" cannot create resource "jobs" in API group "batch" in the namespace "N"`. */
const refusal =
  /User "([^"]+)" cannot (\S+) resource "([^"]+)"(?: in API group "([^"]*)")?(?: in the namespace "([^"]+)")?/;

function forbidden(what: string, message: string): string {
  const found = refusal.exec(message);
  if (found === null) return `the cluster does not allow Laurel to ${what} (${message}); ask its administrator.`;
  const [, user = '', verb = '', resource = '', group = '', namespace] = found;
  const kind = group === '' ? resource : `${resource}.${group}`;
  const account = /^system:serviceaccount:([^:]+):(.+)$/.exec(user);
  const who = account === null ? `user ${user}` : `service account ${account[2]} of namespace ${account[1]}`;
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  return `${who} may not ${verb} ${kind}${where}; bind it to the role in infra/kubernetes/rbac.yaml.`;
}

interface Status {
  readonly reason: string;
  readonly message: string;
}

/** The API's `Status` object in the body, which the SDK hands over as text or as an object. */
function statusIn(error: unknown): Status {
  const body = fieldOf(error, 'body');
  const status = typeof body === 'string' ? parsed(body) : body;
  const reason = fieldOf(status, 'reason');
  const message = fieldOf(status, 'message') ?? (typeof body === 'string' ? body : undefined);
  return {
    reason: typeof reason === 'string' ? reason : '',
    message: typeof message === 'string' ? message.trim().slice(0, 1_000) : '',
  };
}

/** Seconds, or a date. */
function retryAfterOf(error: unknown): number | null {
  const headers = fieldOf(error, 'headers');
  const text = fieldOf(headers, 'retry-after') ?? fieldOf(headers, 'Retry-After');
  if (typeof text !== 'string') return null;
  const seconds = Number(text);
  const milliseconds = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(text) - Date.now();
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : null;
}

/** The innermost reason that says something: `fetch failed` alone does not. */
function connectionMessage(error: unknown): string {
  const cause = fieldOf(error, 'cause');
  if (cause !== undefined && cause !== null) return connectionMessage(cause);
  const code = fieldOf(error, 'code');
  const message = fieldOf(error, 'message');
  if (typeof message === 'string' && message !== '') return message;
  return typeof code === 'string' ? code : 'no connection';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function numberIn(value: unknown, name: string): number | null {
  const field = fieldOf(value, name);
  return typeof field === 'number' ? field : null;
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as { readonly [name: string]: unknown })[name];
}
