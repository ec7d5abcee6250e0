import { Agent, request } from 'node:http';
import type { TrackingServer } from '../../mlflow/servers.js';

/** One call of MLflow's API. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/api/2.0/mlflow/`. */
  readonly path: string;
  readonly body: object;
}

/** Times in milliseconds. */
export interface Measured {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly calls: number;
}

/** A client with connections that stay open, as the Python client's do. */
export interface TrackingClient {
  /** The parsed answer. Error: any status but 200. */
  send<Answer>(call: Call): Promise<Answer>;
  close(): void;
}

export function openClient({ url, token }: Pick<TrackingServer, 'url' | 'token'>, connections: number): TrackingClient {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const headers = {
    'content-type': 'application/json',
    ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
  };
  return {
    send: <Answer>({ method, path, body }: Call) =>
      new Promise<Answer>((resolve, reject) => {
        const text = JSON.stringify(body);
        const sent = request(`${url}/api/2.0/mlflow/${path}`, {
          method,
          agent,
          headers: { ...headers, 'content-length': Buffer.byteLength(text) },
        });
        sent.once('error', reject);
        sent.once('response', (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.once('error', reject);
          answer.once('end', () => {
            const said = Buffer.concat(chunks).toString('utf8');
            if (answer.statusCode === 200) resolve(JSON.parse(said === '' ? '{}' : said) as Answer);
            else reject(new Error(`${method} ${path} gave ${answer.statusCode}: ${said.slice(0, 300)}`));
          });
        });
        sent.end(text);
      }),
    close: () => agent.destroy(),
  };
}

/** Lets each of so many clients do `work` again and again until the time is over; the first tenth is not counted. */
export async function measure(
  clients: number,
  seconds: number,
  work: (client: number) => Promise<void>,
): Promise<Measured> {
  const begun = performance.now();
  const counted = begun + seconds * 100;
  const over = begun + seconds * 1_000;
  const times: number[] = [];
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let now = performance.now(); now < over; now = performance.now()) {
        await work(client);
        if (now >= counted) times.push(performance.now() - now);
      }
    }),
  );
  const elapsed = (performance.now() - counted) / 1_000;
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { perSecond: sorted.length / elapsed, p50: at(0.5), p99: at(0.99), calls: sorted.length };
}
