import type { IncomingMessage } from 'node:http';
import { LaurelError } from '@laurel/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { denialOf } from '../audit/denial-of.js';
import type { Denials } from '../audit/denials.js';
import type { ApiPorts } from '../ports.js';
import { createDoorkeeper, type Doorkeeper, demandOwnRun } from './access.js';
import { type Arguments, argumentsOf } from './arguments.js';
import { mlflowErrorOf, unknownEndpoint } from './errors.js';
import { type MlflowByteRoute, type MlflowRoute, mlflowPrefixes, pathsOf } from './route.js';
import { mlflowVersion } from './server.js';

/** Largest message in bytes where its route says nothing else. */
const messageLimit = 1_000_000;

/** MLflow's API: every route states who may call it, and there are no others. */
export interface MlflowApi {
  readonly routes: readonly MlflowRoute[];
  readonly byteRoutes: readonly MlflowByteRoute[];
}

/**
 * Serves MLflow's API on Fastify itself: its arguments, errors and access are MLflow's own, so nothing of Nest's chain
 * would be of use, and logging is called so often that the chain would cost. `/health` and `/version` are MLflow's too.
 */
export function serveMlflow(
  server: FastifyInstance,
  { ports, denials }: { readonly ports: ApiPorts; readonly denials: Denials },
  { routes, byteRoutes }: MlflowApi,
): void {
  const sinks = { logger: ports.logger, denials };
  const letIn = createDoorkeeper(ports, ports.settings);
  server.get('/health', { exposeHeadRoute: false }, async () => 'OK');
  server.get('/version', { exposeHeadRoute: false }, async () => mlflowVersion);
  void server.register(async (scope) => {
    speakMlflow(scope, sinks);
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    for (const route of routes) serveMessages(scope, { route, ports, letIn });
    for (const prefix of mlflowPrefixes) {
      scope.all(`${prefix}/mlflow/*`, unserved);
      scope.all(`${prefix}/mlflow-artifacts/*`, unserved);
    }
  });
  void server.register(async (scope) => {
    speakMlflow(scope, sinks);
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    for (const route of byteRoutes) serveBytes(scope, { route, ports, letIn });
  });
}

interface Served<Route> {
  readonly route: Route;
  readonly ports: ApiPorts;
  readonly letIn: Doorkeeper;
}

function serveMessages(scope: FastifyInstance, { route, ports, letIn }: Served<MlflowRoute>): void {
  const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const caller = await letIn(request, route.allow);
    const args = await readArguments(request);
    if (route.allow !== 'viewer') demandOwnRun(caller, args.runId());
    const path = argumentsOf(request.params, { query: false });
    const answer = await route.answer({ args, path, ports, caller, request });
    reply.header('content-type', 'application/json');
    return JSON.stringify(answer);
  };
  mount(scope, route, { handler, bodyLimit: route.bodyLimit ?? messageLimit });
}

function serveBytes(scope: FastifyInstance, { route, ports, letIn }: Served<MlflowByteRoute>): void {
  const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const caller = await letIn(request, route.allow);
    const args = argumentsOf(request.query, { query: true });
    if (route.allow !== 'viewer') demandOwnRun(caller, runOfArtifact(request.params));
    const path = argumentsOf(request.params, { query: false });
    return route.handle({ args, path, ports, caller, request, reply });
  };
  mount(scope, route, { handler, bodyLimit: route.bodyLimit });
}

/** Artifacts of a run lie under `<experiment>/<run>/artifacts/`. */
function runOfArtifact(params: unknown): string | undefined {
  const place = (params as { readonly '*'?: string })['*'] ?? '';
  return place.split('/').includes('..') ? undefined : /^\d+\/([0-9a-f]{32})\/artifacts\//.exec(place)?.[1];
}

function mount(
  scope: FastifyInstance,
  route: MlflowRoute | MlflowByteRoute,
  options: {
    readonly handler: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
    readonly bodyLimit: number;
  },
): void {
  const method = [route.method].flat();
  for (const url of pathsOf(route)) scope.route({ method, url, exposeHeadRoute: false, ...options });
}

/**
 * Errors in this scope are in MLflow's form; what failed inside is logged with the request id, never shown. A refusal is
 * in the audit log before it is answered.
 */
function speakMlflow(
  scope: FastifyInstance,
  { logger, denials }: Pick<ApiPorts, 'logger'> & { readonly denials: Denials },
): void {
  scope.setErrorHandler(async (error, request, reply) => {
    const { status, body } = mlflowErrorOf(error);
    const denial = denialOf(error, request);
    if (denial !== undefined) await denials.record(denial);
    if (status >= 500) {
      const path = request.url.split('?', 1)[0];
      logger.error({ err: error, requestId: request.id, code: body.error_code, path }, body.message);
    }
    if (status === 401) reply.header('www-authenticate', 'Bearer');
    await reply.status(status).send(body);
  });
}

async function unserved(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { status, body } = unknownEndpoint(request.method, request.url.split('?', 1)[0] ?? '/');
  await reply.status(status).send(body);
}

/** A GET has its arguments in its query, or where that is empty in its body; all others have them in the body. */
async function readArguments(request: FastifyRequest): Promise<Arguments> {
  if (request.method !== 'GET') return argumentsOf(parsed(request.body), { query: false });
  const query = request.query as object;
  if (Object.keys(query).length > 0) return argumentsOf(query, { query: true });
  return argumentsOf(parsed(await bodyOf(request.raw)), { query: false });
}

/** Whatever the content type says: MLflow's server reads every body as JSON. */
function parsed(body: unknown): unknown {
  if (typeof body !== 'string' || body === '') return undefined;
  try {
    return JSON.parse(body) as unknown;
  } catch (error) {
    throw new LaurelError('InvalidInput', 'The body is not JSON; send one JSON object in UTF-8.', { cause: error });
  }
}

/** Fastify leaves the bodies of GET requests alone. */
async function bodyOf(message: IncomingMessage): Promise<string | undefined> {
  if (message.headers['content-length'] === undefined && message.headers['transfer-encoding'] === undefined)
    return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > messageLimit) throw new LaurelError('TooLarge', 'The body is too large; send it in several requests.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
