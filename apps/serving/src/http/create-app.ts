import { randomUUID } from 'node:crypto';
import type { ApiKeys } from '@laurel/ports';
import type { Logger } from '@laurel/telemetry';
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import { sendError, sendNotFound } from './errors.js';
import { requireKey } from './guard.js';
import { type HealthParts, healthRoutes } from './health.routes.js';
import { type OipParts, oipRoutes } from './oip.routes.js';
import { predictRoutes } from './predict.routes.js';

const largestBody = 4 * 1024 * 1024;

export interface AppParts extends OipParts, HealthParts {
  readonly log: Logger;
  /** Who may call; `null` lets anybody, for a process that only this machine can reach. */
  readonly apiKeys: Pick<ApiKeys, 'authenticate'> | null;
}

/** The HTTP application of a serving process. While it closes, requests on open connections are still answered. */
export function createApp(parts: AppParts): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = parts.log;
  const app: FastifyInstance = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: largestBody,
    genReqId: () => randomUUID(),
    return503OnClosing: false,
    forceCloseConnections: 'idle',
  });
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  app.setNotFoundHandler(sendNotFound);
  if (parts.apiKeys !== null) requireKey(app, parts.apiKeys);
  healthRoutes(app, parts);
  oipRoutes(app, parts);
  predictRoutes(app, parts.plane);
  return app;
}
