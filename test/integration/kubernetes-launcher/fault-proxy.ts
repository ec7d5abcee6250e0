import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as forward, type RequestOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';

export interface ProxiedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

/** What happens to a request instead of being handed on. */
export type Fault =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: object;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Handed on after a while. */
  | { readonly kind: 'late'; readonly milliseconds: number }
  /** Handed on, and the connection is broken instead of the answer. */
  | { readonly kind: 'answerLost' }
  /** Handed on, and the connection is broken this long after the answer began. */
  | { readonly kind: 'cut'; readonly milliseconds: number };

export interface FaultProxy extends AsyncDisposable {
  /** Leads to the API server through the proxy, with all rights. */
  readonly config: KubeConfig;
  /** Asked for each request; `undefined` hands it on. */
  fault: (request: ProxiedRequest) => Fault | undefined;
  readonly seen: readonly ProxiedRequest[];
  /** Nobody listens any more, and every connection breaks. */
  down(): Promise<void>;
  up(): Promise<void>;
}

/** Real HTTP in front of a real API server. */
export async function startFaultProxy(kubeconfig: string): Promise<FaultProxy> {
  const upstream = new KubeConfig();
  upstream.loadFromFile(kubeconfig);
  const target = new URL(upstream.getCurrentCluster()?.server ?? '');
  const seen: ProxiedRequest[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((incoming, answer) => {
    void handle(proxy, { incoming, answer, upstream, target, seen });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const down = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const proxy: FaultProxy = {
    config: configFor(port),
    fault: () => undefined,
    seen,
    down,
    up: () => listen(port),
    [Symbol.asyncDispose]: async () => {
      if (server.listening) await down();
    },
  };
  return proxy;
}

function configFor(port: number): KubeConfig {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: 'proxy', server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
    { name: 'anybody' },
  );
  return config;
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly answer: ServerResponse;
  readonly upstream: KubeConfig;
  readonly target: URL;
  readonly seen: ProxiedRequest[];
}

async function handle(proxy: FaultProxy, { incoming, answer, upstream, target, seen }: Exchange): Promise<void> {
  const url = new URL(incoming.url ?? '/', target);
  const request = { method: incoming.method ?? 'GET', path: url.pathname, query: url.searchParams };
  seen.push(request);
  const fault = proxy.fault(request);
  if (fault?.kind === 'answer') {
    answer.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
    answer.end(JSON.stringify(fault.body));
    return;
  }
  if (fault?.kind === 'late') await delay(fault.milliseconds);
  const options: RequestOptions = {
    method: request.method,
    host: target.hostname,
    port: target.port,
    path: incoming.url,
    headers: { ...incoming.headers, host: target.host },
  };
  await upstream.applyToHTTPSOptions(options);
  const onward = forward(options, (reply) => {
    if (fault?.kind === 'answerLost') {
      incoming.socket.destroy();
      return;
    }
    answer.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(answer);
    reply.on('error', () => answer.destroy());
    if (fault?.kind === 'cut') setTimeout(() => incoming.socket.destroy(), fault.milliseconds).unref();
  });
  onward.on('error', () => incoming.socket.destroy());
  answer.on('close', () => onward.destroy());
  incoming.pipe(onward);
}

/** The API's own shape of a refusal. */
export function refusal(code: number, reason: string, message: string): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message };
}
