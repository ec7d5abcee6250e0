import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LaurelError } from '@laurel/contracts';
import { errorOfProblem } from '../exit.js';

/** Longest wait for one answer; long work answers at once with where to look. */
const patienceMilliseconds = 30_000;
/** Longest time that a file may take. */
const fileMilliseconds = 3_600_000;

export interface HttpRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly headers: { readonly [name: string]: string };
  readonly body?: unknown;
  /** Said when nobody answers. */
  readonly unreachable: string;
}

/** Sends JSON, reads JSON. Errors: the answer's problem; `DependencyUnavailable` when nobody answers. */
export async function sendJson(request: HttpRequest): Promise<{ readonly body: unknown; readonly headers: Headers }> {
  const response = await answerTo(request);
  const text = await response.text();
  const body = parsed(text);
  if (response.ok) return { body, headers: response.headers };
  throw errorOfProblem(body, `${request.url} answered ${response.status}.`);
}

/** Writes the bytes of an answer to `path`. Errors: as of `sendJson`. */
export async function saveAnswer(request: HttpRequest, path: string): Promise<void> {
  const response = await answerTo(request, fileMilliseconds);
  if (!response.ok || response.body === null) {
    throw errorOfProblem(parsed(await response.text()), `${request.url} answered ${response.status}.`);
  }
  try {
    await pipeline(Readable.fromWeb(response.body), createWriteStream(path));
  } catch (error) {
    throw new LaurelError('DependencyUnavailable', `${request.url} broke off; try again.`, { cause: error });
  }
}

async function answerTo(
  { url, method, headers, body, unreachable }: HttpRequest,
  patience = patienceMilliseconds,
): Promise<Response> {
  try {
    return await fetch(url, {
      method,
      headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patience),
    });
  } catch (error) {
    throw new LaurelError('DependencyUnavailable', unreachable, { cause: error });
  }
}

function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
