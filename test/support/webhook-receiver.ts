import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that reached the receiver. */
export interface Received {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly body: string;
  /** What was answered. */
  readonly status: number;
}

/** A receiver on loopback that can go down and come back on the same port. */
export interface WebhookReceiver {
  readonly url: string;
  readonly port: number;
  readonly received: readonly Received[];
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

type Answer = (request: Omit<Received, 'status'>, number: number) => number | ((response: ServerResponse) => void);

/** Opens a receiver that answers what `answer` says: a status, or whatever it does with the response. */
export async function openReceiver(answer: Answer = () => 204): Promise<WebhookReceiver> {
  const received: Received[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const header = (name: string) => String(request.headers[`x-laurel-${name}`]);
    const one = {
      id: header('delivery-id'),
      timestamp: header('timestamp'),
      signature: header('signature'),
      body: Buffer.concat(chunks).toString(),
    };
    const given = answer(one, received.length + 1);
    received.push({ ...one, status: typeof given === 'number' ? given : 0 });
    if (typeof given === 'function') return given(response);
    response.writeHead(given).end();
  };
  const listening = async (port: number): Promise<Server> => {
    const server = createServer((request, response) => void handle(request, response).catch(() => response.destroy()));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return server;
  };
  let server = await listening(0);
  const { port } = server.address() as AddressInfo;
  const down = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    url: `http://127.0.0.1:${port}/hook?team=growth`,
    port,
    received,
    down,
    up: async () => {
      server = await listening(port);
    },
    close: down,
  };
}

/** What the signature of a delivery must be, written out as the documentation says it. */
export function expectedSignature(
  secret: string,
  { id, timestamp, body }: Omit<Received, 'signature' | 'status'>,
): string {
  return `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}
