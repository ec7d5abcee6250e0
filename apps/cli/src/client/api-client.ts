import { randomUUID } from 'node:crypto';
import { isLaurelError } from '@laurel/contracts';
import { type HttpRequest, readBytes, receive, saveAnswer, sendJson } from './http.js';

type Query = { readonly [name: string]: string | number | undefined };

/** Items read per request while a whole list is wanted. */
const pageSize = 200;

/** The control plane as the command sees it. Errors carry the code and the sentence of the problem. */
export class ApiClient {
  constructor(private readonly options: { readonly url: string; readonly key: string | null }) {}

  /** Base address, for messages. */
  get url(): string {
    return this.options.url;
  }

  async get<Answer>(path: string, query: Query = {}): Promise<Answer> {
    return (await this.send('GET', path + queryText(query))) as Answer;
  }

  /** The bytes of an answer that is not JSON, in the media type `accept` where it comes in several. */
  bytes(path: string, accept = '*/*'): Promise<Uint8Array> {
    const { headers, ...request } = this.request('GET', path);
    return readBytes({ ...request, headers: { ...headers, accept } });
  }

  /** `undefined` where there is no such thing (yet). */
  async find<Answer>(path: string, query: Query = {}): Promise<Answer | undefined> {
    try {
      return await this.get<Answer>(path, query);
    } catch (error) {
      if (isLaurelError(error) && error.code === 'NotFound') return undefined;
      throw error;
    }
  }

  /** Sends under one idempotency key, and once more when the connection breaks: one call, one effect. */
  async post<Answer>(path: string, body: unknown = {}): Promise<Answer> {
    const key = randomUUID();
    try {
      return (await this.send('POST', path, { body, key })) as Answer;
    } catch (error) {
      if (!wasCutOff(error)) throw error;
      return (await this.send('POST', path, { body, key })) as Answer;
    }
  }

  async remove(path: string): Promise<void> {
    await this.send('DELETE', path);
  }

  /** Sending it again has no further effect. */
  async put<Answer>(path: string, body: unknown): Promise<Answer> {
    return (await this.send('PUT', path, { body, key: randomUUID() })) as Answer;
  }

  /** The newest `limit` items of a paged list. */
  async list<Item>(path: string, limit: number, query: Query = {}): Promise<readonly Item[]> {
    const items: Item[] = [];
    let token: string | null = null;
    do {
      const page: { readonly items: readonly Item[]; readonly nextPageToken: string | null } = await this.get(path, {
        ...query,
        pageSize: Math.min(pageSize, limit - items.length),
        pageToken: token ?? undefined,
      });
      items.push(...page.items);
      token = page.nextPageToken;
    } while (token !== null && items.length < limit);
    return items;
  }

  /** Writes the bytes that a path answers to a file. */
  async download(path: string, query: Query, file: string): Promise<void> {
    await saveAnswer(this.request('GET', path + queryText(query)), file);
  }

  /** The text of an answer that may be long, as it comes. */
  async receive(path: string, query: Query, write: (text: string) => void | Promise<void>): Promise<void> {
    await receive(this.request('GET', path + queryText(query)), write);
  }

  private async send(
    method: HttpRequest['method'],
    path: string,
    write?: { readonly body: unknown; readonly key: string },
  ): Promise<unknown> {
    const { headers, ...request } = this.request(method, path);
    if (write === undefined) return (await sendJson({ ...request, headers })).body;
    const keyed = { ...headers, 'idempotency-key': write.key };
    return (await sendJson({ ...request, headers: keyed, body: write.body })).body;
  }

  private request(method: HttpRequest['method'], path: string): HttpRequest {
    const { url, key } = this.options;
    return {
      method,
      url: `${url}/api/v1/${path}`,
      headers: { accept: 'application/json', ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
      unreachable: `The API at ${url} does not answer; start it with laurel up.`,
    };
  }
}

/** The server was reached, and the connection broke before its answer: it may have done the work. */
function wasCutOff(error: unknown): boolean {
  if (!isLaurelError(error) || error.code !== 'DependencyUnavailable') return false;
  const socket = (error.options.cause as { readonly cause?: { readonly code?: string } } | undefined)?.cause;
  return socket?.code === 'ECONNRESET' || socket?.code === 'UND_ERR_SOCKET';
}

function queryText(query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
