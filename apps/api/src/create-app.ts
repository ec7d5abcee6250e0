import type { IncomingMessage } from 'node:http';
import type { Tracer } from '@laurel/telemetry';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { AppModule } from './app.module.js';
import { Denials } from './audit/denials.js';
import { NestLog } from './http/nest-log.js';
import { answerWithRequestId, requestIdOf } from './http/request-id.js';
import { observeRequests } from './http/request-observation.js';
import { traceRequests } from './http/request-traces.js';
import { mlflowApi } from './mlflow/index.js';
import { serveMlflow } from './mlflow/serve.js';
import type { ApiPorts } from './ports.js';
import { ApiDocument } from './system/api-document.js';

/** Largest request body, in bytes. */
const bodyLimit = 1_048_576;

/** The assembled application; it listens when told to. Closing it ends what is open. Without `tracer`, no traces are written. */
export async function createApp(ports: ApiPorts, tracer: Tracer | null = null): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit,
    genReqId: (request: IncomingMessage) => requestIdOf(request),
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: false, caseSensitive: true, maxParamLength: 300 },
  });
  const server = adapter.getInstance();
  answerWithRequestId(server);
  letGoWhenClosing(server, ports.settings.closing);
  if (tracer !== null) traceRequests(server, tracer);
  observeRequests(server, ports);
  const denials = new Denials(ports.audit, ports.logger);
  serveMlflow(server, { ports, denials }, mlflowApi);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.over(ports, denials), adapter, {
    logger: new NestLog(ports.logger),
    abortOnError: false,
  });
  app.get(ApiDocument).build(app);
  await app.init();
  await server.ready();
  return app;
}

/** Answers given while the process stops end their connections, which would else be kept alive for a minute. */
function letGoWhenClosing(server: FastifyInstance, closing: AbortSignal): void {
  server.addHook('onSend', async (_request, reply) => {
    if (closing.aborted) reply.header('connection', 'close');
  });
}
