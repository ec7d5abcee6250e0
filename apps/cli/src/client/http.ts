import { LaurelError } from '@laurel/contracts';
import { errorOfProblem } from '../exit.js';

/** Longest wait for one answer; long work answers at once with where to look. */
const patienceMilliseconds = 30_000;

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

/** Hands the body of a good answer on as it comes; how long that takes is not limited. Errors: as of `sendJson`. */
export async function receive(
  request: Omit<HttpRequest, 'method' | 'body'>,
  write: (text: string) => void | Promise<void>,
): Promise<void> {
  const response = await answerTo({ ...request, method: 'GET' }, null);
  if (!response.ok) throw errorOfProblem(parsed(await response.text()), `${request.url} answered ${response.status}.`);
  if (response.body === null) return;
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body) await write(decoder.decode(chunk, { stream: true }));
  } catch (error) {
    throw new LaurelError('DependencyUnavailable', `${request.url} broke off in the middle; ask again.`, {
      cause: error,
    });
  }
}

async function answerTo(
  { url, method, headers, body, unreachable }: HttpRequest,
  patience: number | null = patienceMilliseconds,
): Promise<Response> {
  try {
    return await fetch(url, {
      method,
      headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(patience === null ? {} : { signal: AbortSignal.timeout(patience) }),
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
