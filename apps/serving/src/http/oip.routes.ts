import { codeVersion, LaurelError } from '@laurel/contracts';
import type { Split } from '@laurel/domain';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { DataPlane } from '../data-plane.js';
import type { ModelRegistry } from '../model-registry.js';
import { championOf, chooseRoute, versionsOf } from '../routing/route.js';
import type { RoutingTable } from '../routing/routing-table.js';
import { setAnswerHeaders, stickyKeyHeaderOf } from './answer-headers.js';
import { parseInferRequest } from './oip-request.js';
import { inferResponse } from './oip-response.js';
import { checkedEndpoint } from './predict.routes.js';

export interface OipParts {
  readonly plane: Pick<DataPlane, 'predict'>;
  readonly table: RoutingTable;
  readonly registry: Pick<ModelRegistry, 'model' | 'isLoaded'>;
  readonly isReady: () => boolean;
}

type ModelPath = { Params: { model: string; version?: string } };

const models = ['/v2/models/:model', '/v2/models/:model/versions/:version'];

/** The Open Inference Protocol over REST; a model is an endpoint, a version its number or SemVer. */
export function oipRoutes(app: FastifyInstance, parts: OipParts): void {
  const server = { name: 'laurel', version: codeVersion, extensions: [] };
  app.get('/v2', () => server);
  app.get('/v2/', () => server);
  app.get('/v2/health/live', () => ({ live: true }));
  app.get('/v2/health/ready', (_, reply) => sendReady(reply, { ready: parts.isReady() }));
  app.get('/v2/models', () => ({ models: parts.table.splits().map(({ endpoint }) => endpoint) }));
  for (const path of models) modelRoutes(app, path, parts);
}

function modelRoutes(app: FastifyInstance, path: string, parts: OipParts): void {
  app.get<ModelPath>(path, ({ params }) => describe(parts, params));
  app.get<ModelPath>(`${path}/ready`, ({ params }, reply) => {
    const { digest } = named(parts, params);
    return sendReady(reply, { name: params.model, ready: parts.registry.isLoaded(digest) });
  });
  app.post<ModelPath>(`${path}/infer`, async (request, reply) => {
    const { model, version = null } = request.params;
    const endpoint = checkedEndpoint(model);
    const { id, rows, outputs } = parseInferRequest(request.body);
    const stickyKey = stickyKeyHeaderOf(request.headers);
    const answer = await parts.plane.predict({
      endpoint,
      version,
      rows,
      stickyKey,
      requestId: id ?? request.id,
      protocol: 'oip',
    });
    setAnswerHeaders(reply, answer);
    return inferResponse(answer, { model, id, outputs });
  });
}

function sendReady(reply: FastifyReply, body: { readonly name?: string; readonly ready: boolean }): FastifyReply {
  return reply.status(body.ready ? 200 : 503).send(body);
}

function splitNamed({ table }: OipParts, model: string): Split {
  const split = table.splitOf(checkedEndpoint(model));
  if (split !== undefined) return split;
  throw new LaurelError('NotFound', `There is no endpoint ${model} that serves.`);
}

/** The version that a path names: the one in it, or the champion. */
function named(parts: OipParts, { model, version }: ModelPath['Params']) {
  const split = splitNamed(parts, model);
  const challenger = { allowed: false, isLoaded: () => true };
  if (version !== undefined) return chooseRoute(split, { version, stickyKey: null }, { draw: 0, challenger }).version;
  const champion = championOf(split);
  if (champion !== undefined) return champion;
  throw new LaurelError('ModelNotReady', `The endpoint ${model} has no version yet.`);
}

function describe(parts: OipParts, params: ModelPath['Params']): object {
  const signature = parts.registry.model(named(parts, params).digest)?.signature;
  if (signature === undefined) throw new LaurelError('ModelNotReady', `The endpoint ${params.model} is being loaded.`);
  const tensor = ({ name, dtype, shape }: (typeof signature.inputs | typeof signature.outputs)[number]) => ({
    name,
    datatype: dtype,
    shape,
  });
  return {
    name: params.model,
    versions: versionsOf(splitNamed(parts, params.model)).map(({ version }) => String(version)),
    platform: 'onnxruntime_onnx',
    inputs: signature.inputs.map(tensor),
    outputs: signature.outputs.map(tensor),
  };
}
