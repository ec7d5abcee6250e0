import { randomUUID } from 'node:crypto';
import { isLaurelError } from '@laurel/contracts';
import { readBytes, sendJson } from './http.js';

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
    const { url, key } = this.options;
    return readBytes({
      url: `${url}/api/v1/${path}`,
      headers: { accept, ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
      unreachable: this.unreachable,
    });
  }

  private get unreachable(): string {
    return `The API at ${this.options.url} does not answer; start it with laurel up.`;
  }

  /** `undefined` where there is no such thing (yet). */
  async find<Answer>(path: string): Promise<Answer | undefined> {
    try {
      return await this.get<Answer>(path);
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

  private async send(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    write?: { readonly body: unknown; readonly key: string },
  ): Promise<unknown> {
    const { url, key } = this.options;
    const answer = await sendJson({
      method,
      url: `${url}/api/v1/${path}`,
      headers: {
        accept: 'application/json',
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(write === undefined ? {} : { 'idempotency-key': write.key }),
      },
      ...(write === undefined ? {} : { body: write.body }),
      unreachable: this.unreachable,
    });
    return answer.body;
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
