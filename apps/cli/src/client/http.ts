import { LaurelError } from '@laurel/contracts';
import { errorOfProblem } from '../exit.js';

/** Longest wait for one answer; long work answers at once with where to look. */
const patienceMilliseconds = 30_000;

export interface HttpRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
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

/** Reads an answer that is not JSON. Errors as of `sendJson`. */
export async function readBytes(request: Omit<HttpRequest, 'method' | 'body'>): Promise<Uint8Array> {
  const response = await answerTo({ ...request, method: 'GET' });
  if (response.ok) return new Uint8Array(await response.arrayBuffer());
  throw errorOfProblem(parsed(await response.text()), `${request.url} answered ${response.status}.`);
}

async function answerTo({ url, method, headers, body, unreachable }: HttpRequest): Promise<Response> {
  try {
    return await fetch(url, {
      method,
      headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patienceMilliseconds),
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
