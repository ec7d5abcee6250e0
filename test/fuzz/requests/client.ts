import { Agent, request as httpRequest } from 'node:http';
import type { SeedRequest } from './seeds.js';

/** What a server said to a mutant. */
export interface Said {
  readonly status: number;
  readonly text: string;
  readonly milliseconds: number;
}

/** Sends requests over kept connections. Rejects when a connection breaks without an answer. */
export function createClient(url: string, connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    send: ({ path, headers, body }: SeedRequest): Promise<Said> =>
      new Promise((resolve, reject) => {
        const startedAt = performance.now();
        const call = httpRequest(
          url + path,
          { method: 'POST', agent, headers: { ...headers, 'content-length': body.length }, timeout: 10_000 },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('end', () =>
              resolve({
                status: response.statusCode ?? 0,
                text: Buffer.concat(chunks).toString(),
                milliseconds: performance.now() - startedAt,
              }),
            );
            response.on('error', reject);
          },
        );
        call.on('timeout', () => call.destroy(new Error('no answer within 10 s')));
        call.on('error', reject);
        call.end(body);
      }),
    close: () => agent.destroy(),
  };
}
