import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';

export interface HttpCluster extends AsyncDisposable {
  readonly config: KubeConfig;
}

/** An API server that says to each request what `answer` gives. */
export async function httpCluster(answer: (request: IncomingMessage) => string): Promise<HttpCluster> {
  const server = createServer((request, response) => response.end(answer(request))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: 'c', server: url, skipTLSVerify: true }, { name: 'u' });
  return {
    config,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
