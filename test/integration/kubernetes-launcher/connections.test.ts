import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { createTransport } from '../../../libs/kubernetes/src/api/transport.js';
import { clusterIsHere, testCluster } from '../../support/kubernetes/test-cluster.js';

/** Passes bytes on to the API server, and counts the connections by which they come. */
async function countingConfig() {
  const config = new KubeConfig();
  config.loadFromFile((await testCluster()).kubeconfig);
  const [cluster, user] = [config.getCurrentCluster(), config.getCurrentUser()];
  if (cluster === null || user === null) throw new Error('the kubeconfig names no cluster');
  const port = Number(new URL(cluster.server).port);
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    const onward = connect(port, '127.0.0.1');
    sockets.push(socket);
    for (const one of [socket, onward]) one.on('error', () => undefined);
    socket.pipe(onward).pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const counted = new KubeConfig();
  const at = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  counted.loadFromClusterAndUser({ ...cluster, server: at }, user);
  return {
    config: counted,
    sockets,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

const here = clusterIsHere() ? test : test.skip;

here(
  'requests to an API server go over connections that are kept',
  async () => {
    await using counting = await countingConfig();
    const transport = createTransport(counting.config);
    for (let number = 0; number < 20; number += 1) {
      await transport.json({ method: 'GET', path: '/version', signal: AbortSignal.timeout(10_000) });
    }
    expect(counting.sockets.length).toBeLessThanOrEqual(2);
  },
  180_000,
);
