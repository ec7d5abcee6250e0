import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ContainerLog, LogQuery } from './container-log.js';

/** Finds the log of a container. A text says why there is none, as a kubelet says it. */
export type FindLog = (where: { namespace: string; pod: string; container: string }) => ContainerLog | string;

export interface LogServer {
  readonly port: number;
  close(): Promise<void>;
}

/** The part of a kubelet that the API server asks for logs: `/containerLogs/NAMESPACE/POD/CONTAINER`. */
export async function startLogServer(
  certificate: { readonly certificate: string; readonly key: string },
  find: FindLog,
): Promise<LogServer> {
  const secrets = { cert: readFileSync(certificate.certificate), key: readFileSync(certificate.key) };
  const server = createServer(secrets, (request, response) => {
    answer(request, response, find).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, find: FindLog): Promise<void> {
  const url = new URL(request.url ?? '/', 'https://node');
  const [, what, namespace = '', pod = '', container = ''] = url.pathname.split('/');
  if (what !== 'containerLogs') {
    response.writeHead(404).end('the node agent serves logs only\n');
    return;
  }
  const log = find({ namespace, pod, container });
  if (typeof log === 'string') {
    response.writeHead(400).end(`${log}\n`);
    return;
  }
  const left = new AbortController();
  response.once('close', () => left.abort());
  response.writeHead(200, { 'content-type': 'text/plain' }).flushHeaders();
  for await (const text of log.read(queryOf(url.searchParams), left.signal)) {
    if (!response.write(text)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  response.end();
}

function queryOf(asked: URLSearchParams): LogQuery {
  const number = (name: string) => (asked.has(name) ? Number(asked.get(name)) : null);
  const seconds = number('sinceSeconds');
  const time = asked.get('sinceTime');
  return {
    follow: asked.get('follow') === 'true',
    tailLines: number('tailLines'),
    since: time === null ? seconds && Date.now() - seconds * 1_000 : Date.parse(time),
    timestamps: asked.get('timestamps') === 'true',
    limitBytes: number('limitBytes'),
  };
}
