import { LaurelError } from '@laurel/contracts';
import { answerHeaders } from '../http/answer-headers.js';
import { largestBody, nextRequestId, predictRequest } from '../http/ask.js';
import { readBody } from '../http/body.js';
import { type Exchange, send, sendJson } from '../http/exchange.js';
import type { Router } from '../http/router.js';
import type { DataPlane } from '../plane/data-plane.js';
import type { Endpoints } from '../plane/endpoints.js';
import type { Stages } from '../plane/stages.js';
import { predictionsJson } from '../values/answered-values.js';
import { requestInput } from '../values/request-input.js';
import { modelMetadata } from './model-metadata.js';
import { modelOf, modelPaths } from './model-path.js';
import { type ExplainParts, explain } from './v1-explain.js';
import { readV1Request } from './v1-request.js';

export interface V1Parts extends ExplainParts {
  readonly plane: Pick<DataPlane, 'predict'>;
  readonly stages: Pick<Stages, 'wrote' | 'explained'>;
  readonly endpoints: Endpoints;
}

/** The v1 protocol of KServe and TensorFlow Serving; a model is an endpoint, a version its number, SemVer or label. */
export function v1Routes(router: Router, parts: V1Parts): void {
  const { endpoints } = parts;
  router.on('GET', '/v1/models', (exchange) => sendJson(exchange, { models: endpoints.names() }));
  for (const path of modelPaths) {
    router.on('GET', path, (exchange) => sendStatus(endpoints, exchange));
    router.on('GET', `${path}/metadata`, (exchange) => {
      const { model, version } = modelOf(exchange.params);
      const { version: number } = endpoints.version(model, version);
      sendJson(exchange, modelMetadata({ name: model, version: number }, endpoints.model(model, version)));
    });
    router.on('POST', `${path}:predict`, (exchange) => predict(parts, exchange));
    router.on('POST', `${path}:explain`, (exchange) => explain(parts, exchange));
    for (const method of ['classify', 'regress']) router.on('POST', `${path}:${method}`, () => refuseExamples(method));
  }
}

function refuseExamples(method: string): never {
  throw new LaurelError(
    'Unsupported',
    `:${method} takes tf.Example, which no model here reads; send rows to :predict.`,
  );
}

/** KServe's `ready` and TensorFlow Serving's state of each version, in one answer. */
function sendStatus(endpoints: Endpoints, exchange: Exchange): void {
  const { model, version } = modelOf(exchange.params);
  const ready = endpoints.isReady(model, version);
  const versions = version === null ? endpoints.versions(model) : [String(endpoints.version(model, version).version)];
  const states = versions.map((one) => ({
    version: one,
    state: endpoints.isReady(model, one) ? 'AVAILABLE' : 'LOADING',
    status: { error_code: 'OK', error_message: '' },
  }));
  sendJson(exchange, { name: model, ready, model_version_status: states }, ready ? 200 : 503);
}

async function predict({ plane, endpoints, stages }: V1Parts, exchange: Exchange): Promise<void> {
  const { request } = exchange;
  const { model, version } = modelOf(exchange.params);
  const body = await readBody(request, largestBody);
  const receivedAt = performance.now();
  const { values } = readV1Request(body);
  const answer = await plane.predict(
    predictRequest(request, {
      endpoint: model,
      version,
      input: requestInput(values, () => endpoints.model(model, version)),
      requestId: nextRequestId(),
      protocol: 'v1',
      receivedAt,
    }),
  );
  const answeredAt = performance.now();
  send(exchange, { body: `{"predictions":${predictionsJson(answer)}}`, more: answerHeaders(answer) });
  stages.wrote(answer, answeredAt);
}
