import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LaurelError } from '@laurel/contracts';
import { errorOfProblem } from '../exit.js';

/** Longest wait for one answer; long work answers at once with where to look. */
const patienceMilliseconds = 30_000;
/** Longest time that an answer without bounds may take. */
const streamMilliseconds = 3_600_000;

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

/** Writes the bytes of an answer to `path`. Errors: as of `sendJson`. */
export async function saveAnswer(request: HttpRequest, path: string): Promise<void> {
  await stream(request, async (body) => pipeline(Readable.fromWeb(body), createWriteStream(path)));
}

/** Hands the text of a good answer on as it comes. Errors: as of `sendJson`. */
export async function receive(request: HttpRequest, write: (text: string) => void | Promise<void>): Promise<void> {
  const decoder = new TextDecoder();
  await stream(request, async (body) => {
    for await (const chunk of body) await write(decoder.decode(chunk, { stream: true }));
  });
}

/** Reads an answer that is not JSON. Errors as of `sendJson`. */
export async function readBytes(request: HttpRequest): Promise<Uint8Array> {
  const response = await answerTo(request);
  if (response.ok) return new Uint8Array(await response.arrayBuffer());
  throw errorOfProblem(parsed(await response.text()), `${request.url} answered ${response.status}.`);
}

async function stream(request: HttpRequest, use: (body: ReadableStream<Uint8Array>) => Promise<void>): Promise<void> {
  const response = await answerTo(request, streamMilliseconds);
  if (!response.ok) throw errorOfProblem(parsed(await response.text()), `${request.url} answered ${response.status}.`);
  if (response.body === null) return;
  try {
    await use(response.body);
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
