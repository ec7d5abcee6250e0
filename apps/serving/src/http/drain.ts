import type { Server } from 'node:http';
import { Server as ListeningServer } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';

/** New connections are still taken for this long, so that whoever watches readiness sends no more. */
const lameDuckMilliseconds = 250;
/** Callers that keep a connection open get this long to send the request that tells them it closes. */
const idleMilliseconds = 2_000;
/** Requests in progress get this long to be answered. */
const busyMilliseconds = 20_000;
const stepMilliseconds = 25;

/** Ends a server without cutting off anybody who is being answered. */
export interface Drain {
  /** Takes no new connections, closes each after its next answer, and returns when none is left or time is up. */
  drain(): Promise<void>;
}

/** Watches a server so that it can be drained later. Call before it listens. `isBusy` tells of requests that have begun. */
export function createDrain(server: Server, isBusy: () => boolean): Drain {
  let draining = false;
  server.prependListener('request', (_, response) => {
    if (draining) response.shouldKeepAlive = false;
  });
  return {
    drain: async () => {
      draining = true;
      await pause(lameDuckMilliseconds);
      await nextTurn();
      stopListening(server);
      const startedAt = performance.now();
      for (;;) {
        const waited = performance.now() - startedAt;
        const open = await connectionsOf(server);
        if (open === 0 || waited >= busyMilliseconds || (waited >= idleMilliseconds && !isBusy())) break;
        await pause(stepMilliseconds);
      }
      server.closeAllConnections();
    },
  };
}

/**
 * Closes the listening socket only. Called right after the loop has taken what waited at the socket, because the kernel
 * resets what it has not; an HTTP server's own `close` would also cut connections that look
 * idle.
 */
function stopListening(server: Server): void {
  if (server.listening) ListeningServer.prototype.close.call(server);
}

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.getConnections((error, count) => resolve(error ? 0 : count));
  });
}
