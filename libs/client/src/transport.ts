import { errorOf, LaurelRequestError } from './errors.js';

/** What every call takes. */
export interface CallOptions {
  /** Ends the call; it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Milliseconds until the call is given up, with all its tries; default 30,000. */
  readonly timeout?: number;
  /** Further tries after 429 and 503 that say when (`Retry-After`); default: those of the client. */
  readonly retries?: number;
}

export interface TransportOptions {
  /** Such as `http://127.0.0.1:8480`. */
  readonly url: string;
  readonly apiKey?: string;
  /** Milliseconds; default of every call. */
  readonly timeout?: number;
  /** Default of every call; 0 unless given. */
  readonly retries?: number;
  /** Stands in for the `fetch` of the runtime. */
  readonly fetch?: typeof fetch;
}

/** One request, before it is sent. */
export interface Outgoing {
  readonly path: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: { readonly [name: string]: string };
  /** Statuses that are an answer, beside those below 300. */
  readonly expected?: readonly number[];
}

/** Sends a request, again where that is asked for, and has its body read before time is up. */
export type Transport = <Answer>(
  outgoing: Outgoing,
  options: CallOptions,
  read: (response: Response) => Promise<Answer>,
) => Promise<Answer>;

const defaultTimeout = 30_000;

/** A transport to one server. */
export function createTransport(options: TransportOptions): Transport {
  const base = options.url.replace(/\/+$/, '');
  return async (outgoing, call, read) => {
    const timeout = call.timeout ?? options.timeout ?? defaultTimeout;
    const timer = AbortSignal.timeout(timeout);
    const signal = call.signal === undefined ? timer : AbortSignal.any([call.signal, timer]);
    const retries = call.retries ?? options.retries ?? 0;
    try {
      for (let attempt = 0; ; attempt++) {
        const response = await (options.fetch ?? fetch)(
          base + outgoing.path,
          requestOf(outgoing, options.apiKey, signal),
        );
        if (response.ok || outgoing.expected?.includes(response.status)) return await read(response);
        const error = await errorOf(response);
        if (attempt >= retries || !mayRetry(error)) throw error;
        await pause((error.retryAfter ?? 0) * 1000, signal);
      }
    } catch (error) {
      if (error instanceof LaurelRequestError) throw error;
      call.signal?.throwIfAborted();
      if (timer.aborted)
        throw new LaurelRequestError('TimedOut', `${base} did not answer within ${timeout} ms.`, { cause: error });
      throw new LaurelRequestError('Unreachable', `${base} does not answer.`, { cause: error });
    }
  };
}

function mayRetry({ status, retryAfter }: LaurelRequestError): boolean {
  return (status === 429 || status === 503) && retryAfter !== null;
}

function requestOf({ body, headers }: Outgoing, apiKey: string | undefined, signal: AbortSignal): RequestInit {
  const authorization = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  if (body === undefined) return { headers: { ...authorization, ...headers }, signal };
  return {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...authorization, ...headers },
    signal,
  };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
