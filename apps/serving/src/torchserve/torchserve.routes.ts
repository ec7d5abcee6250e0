import { answerHeaders } from '../http/answer-headers.js';
import { largestBody, nextRequestId, predictRequest } from '../http/ask.js';
import { readBody } from '../http/body.js';
import { type Exchange, headerOf, send } from '../http/exchange.js';
import type { Router } from '../http/router.js';
import type { DataPlane } from '../plane/data-plane.js';
import type { Endpoints } from '../plane/endpoints.js';
import type { Stages } from '../plane/stages.js';
import type { PredictAnswer } from '../predictions.js';
import { byClass, predictionsJson, rowsJson } from '../values/answered-values.js';
import { refuse } from '../values/refuse.js';
import { requestInput } from '../values/request-input.js';
import { readTorchServeBody } from './torchserve-body.js';

export interface TorchServeParts {
  readonly plane: Pick<DataPlane, 'predict'>;
  readonly stages: Pick<Stages, 'wrote'>;
  readonly endpoints: Endpoints;
}

/**
 * TorchServe's inference API with JSON, as the body or in a form: one row (an object, or the value of a model of one
 * input), or a list with one per row. One row is answered by itself, a list by a list. `/ping` is with MLflow's routes.
 */
export function torchServeRoutes(router: Router, parts: TorchServeParts): void {
  for (const path of ['/predictions/:model', '/predictions/:model/:version']) {
    for (const method of ['POST', 'PUT'] as const) router.on(method, path, (exchange) => predict(parts, exchange));
  }
}

async function predict({ plane, endpoints, stages }: TorchServeParts, exchange: Exchange): Promise<void> {
  const { request, params } = exchange;
  const { model = '', version = null } = params;
  const received = await readBody(request, largestBody);
  const receivedAt = performance.now();
  const body = readTorchServeBody(received, headerOf(request, 'content-type'));
  const isList = Array.isArray(body);
  const instances: readonly unknown[] = isList ? body : [body];
  if (instances.length === 0) refuse('The list is empty; send at least one row.');
  const answer = await plane.predict(
    predictRequest(request, {
      endpoint: model,
      version,
      input: requestInput({ kind: 'instances', instances, path: 'body' }, () => endpoints.model(model, version)),
      requestId: nextRequestId(),
      protocol: 'torchserve',
      receivedAt,
    }),
  );
  const answeredAt = performance.now();
  send(exchange, { body: bodyOf(answer, isList), more: answerHeaders(answer) });
  stages.wrote(answer, answeredAt);
}

/** A number of a regression, label and probabilities by class of a classifier, the elements of a bare graph. */
function bodyOf(answer: PredictAnswer, isList: boolean): string {
  const signature = answer.model?.signature ?? null;
  if (signature === null && answer.model !== null)
    return (isList ? null : rowsJson(answer)?.[0]) ?? predictionsJson(answer);
  const values = answer.predictions().map((prediction) => {
    const { label, value, probabilities } = prediction;
    if (label === null) return value;
    return { label, probabilities: probabilities && byClass(probabilities, signature?.classes ?? []) };
  });
  return JSON.stringify(isList ? values : values[0]);
}
