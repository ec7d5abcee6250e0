import type { Server } from 'node:http';
import { Server as ListeningServer } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/** New connections are still taken for this long, so that whoever watches readiness sends no more. */
const lameDuckMilliseconds = 250;
/** Callers that keep a connection open get this long to send the request that tells them it closes. */
const idleMilliseconds = 2_000;
/** Requests in progress get this long to be answered. */
const busyMilliseconds = 20_000;
const stepMilliseconds = 25;

/** Ends an application without cutting off anybody who is being answered. */
export interface Drain {
  /** Takes no new connections, closes each after its next answer, and returns when none is left or time is up. */
  drain(): Promise<void>;
}

/** Watches an application so that it can be drained later. Call before it listens. */
export function createDrain(app: FastifyInstance): Drain {
  let draining = false;
  let answering = 0;
  app.addHook('onRequest', async (_, reply) => {
    answering += 1;
    reply.raw.once('close', () => {
      answering -= 1;
    });
  });
  app.addHook('onSend', async (_, reply) => {
    if (draining) reply.header('connection', 'close');
  });
  return {
    drain: async () => {
      draining = true;
      await pause(lameDuckMilliseconds);
      await nextTurn();
      stopListening(app.server);
      const startedAt = performance.now();
      for (;;) {
        const waited = performance.now() - startedAt;
        const open = await connectionsOf(app.server);
        if (open === 0 || waited >= busyMilliseconds || (waited >= idleMilliseconds && answering === 0)) break;
        await pause(stepMilliseconds);
      }
      await app.close();
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
