import { codeVersion, LaurelError } from '@laurel/contracts';
import { answerHeaders } from '../http/answer-headers.js';
import { largestBody, nextRequestId, predictRequest } from '../http/ask.js';
import { readBody } from '../http/body.js';
import { type Exchange, headerOf, send, sendJson } from '../http/exchange.js';
import type { Router } from '../http/router.js';
import type { DataPlane } from '../plane/data-plane.js';
import type { Endpoints } from '../plane/endpoints.js';
import type { Stages } from '../plane/stages.js';
import { readInferRequest } from './infer-request.js';
import { writeInferResponse } from './infer-response.js';
import { modelConfig } from './model-config.js';
import { readRawRequest } from './raw-request.js';

export interface OipParts {
  readonly plane: Pick<DataPlane, 'predict'>;
  readonly stages: Pick<Stages, 'wrote'>;
  readonly endpoints: Endpoints;
  readonly isReady: () => boolean;
}

/** Extensions of the Open Inference Protocol that are served, by Triton's names. */
export const extensions = ['binary_tensor_data', 'classification', 'model_repository', 'parameters', 'statistics'];

const serverDescription = { name: 'laurel', version: codeVersion, extensions: [...extensions, 'model_configuration'] };

/** The paths of a model: without version and by version. */
export const modelPaths = ['/v2/models/:model', '/v2/models/:model/versions/:version'];

/** The Open Inference Protocol over REST; a model is an endpoint, a version its number or SemVer. */
export function oipRoutes(router: Router, parts: OipParts): void {
  const { endpoints, isReady } = parts;
  router.on('GET', '/v2', (exchange) => sendJson(exchange, serverDescription));
  router.on('GET', '/v2/health/live', (exchange) => sendJson(exchange, { live: true }));
  router.on('GET', '/v2/health/ready', (exchange) => sendReady(exchange, { ready: isReady() }));
  router.on('GET', '/v2/models', (exchange) => sendJson(exchange, { models: endpoints.names() }));
  for (const path of modelPaths) {
    router.on('GET', path, (exchange) => sendJson(exchange, describe(parts, exchange)));
    router.on('GET', `${path}/ready`, (exchange) => {
      const { model = '', version = null } = exchange.params;
      sendReady(exchange, { name: model, ready: endpoints.isReady(model, version) });
    });
    router.on('GET', `${path}/config`, (exchange) => {
      const { model = '', version = null } = exchange.params;
      sendJson(exchange, modelConfig(model, endpoints.model(model, version)));
    });
    router.on('POST', `${path}/infer`, (exchange) => infer(parts, exchange));
  }
}

function sendReady(exchange: Exchange, body: { readonly name?: string; readonly ready: boolean }): void {
  sendJson(exchange, body, body.ready ? 200 : 503);
}

function describe({ endpoints }: OipParts, { params }: Exchange): object {
  const { model = '', version = null } = params;
  const { inputs, outputs } = endpoints.model(model, version);
  return { name: model, versions: endpoints.versions(model), platform: 'onnxruntime_onnx', inputs, outputs };
}

async function infer({ plane, endpoints, stages }: OipParts, exchange: Exchange): Promise<void> {
  const { request, params } = exchange;
  const { model = '', version = null } = params;
  const body = await readBody(request, largestBody);
  const receivedAt = performance.now();
  const jsonLength = headerLengthOf(headerOf(request, 'inference-header-content-length'), body.length);
  const asked =
    jsonLength === 0 ? readRawRequest(endpoints.model(model, version), body) : readInferRequest(body, jsonLength);
  const { parameters, tensors, id } = asked;
  const answer = await plane.predict(
    predictRequest(request, {
      endpoint: model,
      version,
      input: { kind: 'tensors', tensors },
      requestId: id ?? nextRequestId(),
      protocol: 'oip',
      receivedAt,
      timeout: timeoutOf(parameters.get('timeout')),
      priority: priorityOf(parameters.get('priority')),
    }),
  );
  const answeredAt = performance.now();
  const { body: given, jsonLength: givenLength } = writeInferResponse(answer, { ...asked, model });
  const more = answerHeaders(answer);
  if (givenLength !== null) more.push('Inference-Header-Content-Length', String(givenLength));
  send(exchange, { body: given, type: givenLength === null ? 'application/json' : 'application/octet-stream', more });
  stages.wrote(answer, answeredAt);
}

/** Bytes of JSON at the start of a body. Errors: `InvalidInput`. */
function headerLengthOf(header: string | undefined, bodyLength: number): number {
  if (header === undefined) return bodyLength;
  const length = Number(header);
  if (/^\d+$/.test(header) && length <= bodyLength) return length;
  throw new LaurelError(
    'InvalidInput',
    `Inference-Header-Content-Length is "${header.slice(0, 20)}" and the body has ${bodyLength} bytes; send the length of its JSON.`,
  );
}

/** The parameter `timeout`, microseconds, as milliseconds; 0 is none, as Triton has it. */
export function timeoutOf(value: unknown): number | null {
  return typeof value === 'number' && value > 0 ? value / 1000 : null;
}

/** The parameter `priority`: Triton's 1 is the highest and 0 the default, which here goes last. */
export function priorityOf(value: unknown): number {
  return typeof value === 'number' && value > 0 ? value - 1_000_000 : 0;
}
