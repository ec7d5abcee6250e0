import { createServer } from 'node:net';

/**
 * Takes a port for this process until it ends, so that two stacks which choose at the same moment do not both find it free.
 * False: another process of this machine has taken it. Only Linux has names that vanish with their process (unix(7),
 * abstract sockets); elsewhere every claim is granted.
 */
export function claimPort(port: number): Promise<boolean> {
  if (process.platform !== 'linux') return Promise.resolve(true);
  return new Promise((resolve) => {
    const name = createServer((socket) => socket.destroy()).unref();
    name.once('error', () => resolve(false));
    name.listen(`\0laurel-port-${port}`, () => resolve(true));
  });
}
