import { codeVersion, LaurelError } from '@laurel/contracts';
import { answerHeaders } from '../http/answer-headers.js';
import { largestBody, nextRequestId, predictRequest } from '../http/ask.js';
import { readBody } from '../http/body.js';
import { type Exchange, headerOf, send, sendJson } from '../http/exchange.js';
import type { Router } from '../http/router.js';
import type { DataPlane } from '../plane/data-plane.js';
import type { Endpoints } from '../plane/endpoints.js';
import type { Stages } from '../plane/stages.js';
import { listed, refuse } from '../values/refuse.js';
import { requestInput } from '../values/request-input.js';
import { scoringType } from './content-type.js';
import { readCsv } from './csv.js';
import { scoringAnswer } from './scoring-answer.js';
import { readScoringRequest, rowValues, type ScoringRequest } from './scoring-request.js';

export interface MlflowParts {
  readonly plane: Pick<DataPlane, 'predict'>;
  readonly stages: Pick<Stages, 'wrote'>;
  readonly endpoints: Endpoints;
  readonly isReady: () => boolean;
}

/** Names the endpoint that a request to `/invocations` means. */
const endpointHeader = 'x-laurel-endpoint';

/** MLflow's scoring server, which is also the contract of SageMaker containers; `/ping` answers TorchServe's clients too. */
export function mlflowRoutes(router: Router, parts: MlflowParts): void {
  for (const path of ['/ping', '/health']) {
    router.on('GET', path, (exchange) => {
      const ready = parts.isReady();
      sendJson(exchange, { status: ready ? 'Healthy' : 'Unhealthy' }, ready ? 200 : 503);
    });
  }
  router.on('GET', '/version', (exchange) => send(exchange, { body: codeVersion, type: 'text/plain; charset=utf-8' }));
  for (const path of ['/invocations', '/invocations/:endpoint']) {
    router.on('POST', path, (exchange) => invoke(parts, exchange));
  }
}

async function invoke({ plane, endpoints, stages }: MlflowParts, exchange: Exchange): Promise<void> {
  const { request, params } = exchange;
  const type = scoringType(headerOf(request, 'content-type'));
  const endpoint = params['endpoint'] ?? headerOf(request, endpointHeader) ?? onlyEndpoint(endpoints);
  const body = await readBody(request, largestBody);
  const receivedAt = performance.now();
  const asked = type === 'text/csv' ? readCsvRequest(body) : readScoringRequest(body);
  const answer = await plane.predict(
    predictRequest(request, {
      endpoint,
      version: null,
      input: requestInput(asked.values, () => modelFor(endpoints, endpoint, type)),
      requestId: nextRequestId(),
      protocol: 'invocations',
      receivedAt,
    }),
  );
  const answeredAt = performance.now();
  send(exchange, { body: scoringAnswer(answer, asked), more: answerHeaders(answer) });
  stages.wrote(answer, answeredAt);
}

function readCsvRequest(body: Buffer): ScoringRequest {
  return { values: rowValues(readCsv(body), 'The CSV file'), probabilities: false, notices: [] };
}

function modelFor(endpoints: Endpoints, endpoint: string, type: ReturnType<typeof scoringType>) {
  const model = endpoints.model(endpoint, null);
  if (model.signature !== null || type !== 'text/csv') return model;
  return refuse(
    'The model is a bare graph that takes tensors, which CSV cannot tell; send instances or inputs as JSON.',
  );
}

function onlyEndpoint(endpoints: Endpoints): string {
  const names = endpoints.names();
  const [only] = names;
  if (only === undefined)
    throw new LaurelError('NotFound', 'No endpoint is served yet; train and promote a model first.');
  if (names.length === 1) return only;
  return refuse(
    `${names.length} endpoints are served: ${listed(names)}; ask /invocations/NAME or send the header X-Laurel-Endpoint.`,
  );
}
