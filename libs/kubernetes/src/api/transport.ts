import { IsomorphicFetchHttpLibrary, type KubeConfig, RequestContext } from '@kubernetes/client-node';
import { createConnections } from './connections.js';

export interface ApiRequest {
  readonly method: 'DELETE' | 'GET' | 'PATCH' | 'POST';
  readonly path: string;
  readonly query?: { readonly [name: string]: string | number | boolean | undefined };
  readonly body?: object;
  /** Of the body; JSON by default, and a merge patch for `PATCH`. */
  readonly contentType?: string;
  readonly signal: AbortSignal;
}

/** An answer with a status from 400 on, in the shape that `readFailure` reads. */
class ApiRefusal extends Error {
  constructor(
    readonly code: number,
    readonly body: string,
    readonly headers: { readonly [name: string]: string },
  ) {
    super(`HTTP ${code}`);
  }
}

/** Speaks HTTP to the API server of a kubeconfig. */
export interface Transport {
  json<T>(request: ApiRequest): Promise<T>;
  stream(request: ApiRequest): Promise<AsyncIterable<Uint8Array>>;
}

/**
 * The SDK's own HTTP with its credentials, below its typed clients: those take no signal, turn times into another type
 * than watched objects have, and a broken connection of their log and watch ends the process or is not told.
 */
export function createTransport(config: KubeConfig): Transport {
  const http = new IsomorphicFetchHttpLibrary();
  const connections = createConnections(config);

  async function send({ method, path, query = {}, body, contentType, signal }: ApiRequest) {
    const context = new RequestContext(`${config.getCurrentCluster()?.server ?? ''}${path}`, method);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) context.setQueryParam(name, String(value));
    }
    if (body !== undefined) {
      const usual = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
      context.setHeaderParam('content-type', contentType ?? usual);
      context.setBody(JSON.stringify(body));
    }
    context.setSignal(signal);
    await connections.apply(context);
    const answer = await http.send(context).toPromise();
    if (answer.httpStatusCode < 400) return answer;
    throw new ApiRefusal(answer.httpStatusCode, await answer.body.text(), answer.headers);
  }

  return {
    json: async <T>(request: ApiRequest) => JSON.parse(await (await send(request)).body.text()) as T,
    stream: async (request) => (await send(request)).body.stream() ?? nothing(),
  };
}

async function* nothing(): AsyncIterable<Uint8Array> {}
