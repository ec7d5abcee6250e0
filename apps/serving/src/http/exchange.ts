import type { IncomingMessage, ServerResponse } from 'node:http';

/** Parts of a path that a pattern names, by name. */
export type PathParams = Readonly<Record<string, string>>;

/** One HTTP request and its response. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly params: PathParams;
}

/** Answers an exchange; what it throws is answered as an error. */
export type Handler = (exchange: Exchange) => void | Promise<void>;

/**
 * Value of a request header by its lower-case name. Looks through the raw headers: `request.headers` would build an object
 * of all of them for each request.
 */
export function headerOf({ rawHeaders }: IncomingMessage, name: string): string | undefined {
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const given = rawHeaders[index] as string;
    if (given.length === name.length && given.toLowerCase() === name) return rawHeaders[index + 1];
  }
  return undefined;
}

const json = 'application/json';

/** Sends a body. `more` are further headers, names and values in turn. */
export function send(
  { response }: Pick<Exchange, 'response'>,
  {
    status = 200,
    type = json,
    body,
    more = [],
  }: {
    readonly status?: number;
    readonly type?: string;
    readonly body: string | Uint8Array;
    readonly more?: readonly string[];
  },
): void {
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
  response.writeHead(status, ['content-type', type, 'content-length', String(length), ...more]);
  response.end(body);
}

/** Sends a value as JSON. */
export function sendJson(exchange: Pick<Exchange, 'response'>, value: unknown, status = 200): void {
  send(exchange, { status, body: JSON.stringify(value) });
}
