import { LaurelError } from '@laurel/contracts';
import type { Explanation } from '@laurel/domain';
import { explainSettings, maximumRows } from '../explain/explain-limits.js';
import type { Explained } from '../explain/explain-rows.js';
import type { Explainer } from '../explain/explainer.js';
import { largestBody } from '../http/ask.js';
import { readBody } from '../http/body.js';
import { type Exchange, send } from '../http/exchange.js';
import type { Endpoints } from '../plane/endpoints.js';
import type { Stages } from '../plane/stages.js';
import { predictionsJson } from '../values/answered-values.js';
import { refuse } from '../values/refuse.js';
import { requestInput } from '../values/request-input.js';
import { modelOf } from './model-path.js';
import { readV1Request } from './v1-request.js';

export interface ExplainParts {
  readonly endpoints: Endpoints;
  readonly explainer: Pick<Explainer, 'explain'>;
  readonly stages: Pick<Stages, 'explained'>;
}

const stillMilliseconds = 40_000;

/**
 * `:explain` of the v1 protocol: `:predict` with `parameters` (`permutations`, `seed`), answered with an explanation per
 * row beside the predictions. Without a version, the champion is explained. Nothing of it is in the prediction log.
 */
export async function explain({ endpoints, explainer, stages }: ExplainParts, exchange: Exchange): Promise<void> {
  const { request } = exchange;
  const { socket } = request;
  const { model: endpoint, version: wanted } = modelOf(exchange.params);
  const received = await readBody(request, largestBody);
  const receivedAt = performance.now();
  const { values, parameters } = readV1Request(received, { takesParameters: true });
  const settings = explainSettings(parameters);
  const version = endpoints.version(endpoint, wanted);
  const model = endpoints.model(endpoint, wanted);
  if (model.signature === null) throw bareGraph();
  const input = requestInput(values, () => model);
  if (input.kind !== 'rows') throw bareGraph();
  const { rows } = input;
  if (rows.length > maximumRows) refuse(`There are ${rows.length} rows; at most ${maximumRows} are explained at once.`);
  // An explanation may take half a minute, in which nothing moves on the connection.
  exchange.response.setTimeout(stillMilliseconds);
  const isCancelled = () => socket.destroyed;
  const startedAt = performance.now();
  const explained = await explainer.explain({ endpoint, version, model, rows, isCancelled, ...settings });
  const answeredAt = performance.now();
  const body = bodyOf(explained, { ...settings, classes: model.signature.classes });
  send(exchange, { body, more: ['x-laurel-version', String(version.version), 'x-laurel-digest', version.digest] });
  stages.explained(endpoint, { receivedAt, startedAt, answeredAt });
}

function bareGraph(): LaurelError {
  return new LaurelError(
    'Unsupported',
    'The model is a bare graph without a background set; only models that Laurel packaged can be explained.',
  );
}

interface Asked {
  readonly permutations: number;
  readonly seed: number;
  readonly classes: readonly string[];
}

function bodyOf(explained: Explained, { permutations, seed, classes }: Asked): string {
  const { answer, explanations, backgroundRows, evaluations } = explained;
  const explainer = { method: 'permutationShap', permutations, seed, backgroundRows, evaluations };
  const written = explanations.map((explanation) => explanationBody(explanation, classes));
  return `{"predictions":${predictionsJson(answer)},"explanations":${JSON.stringify(written)},"explainer":${JSON.stringify(explainer)}}`;
}

/**
 * One explanation: numbers of a regression, lists in the order of `classes` of a classifier. `base` and the attributions
 * sum to the prediction, but for `additivityError`.
 */
function explanationBody(explanation: Explanation, classes: readonly string[]): object {
  const { features, baseValues, predictions, attributions, standardErrors } = explanation;
  const isList = classes.length > 0;
  const numbers = (values: readonly number[]) => (isList ? values : values[0]);
  const byFeature = (values: readonly (readonly number[])[]) =>
    Object.fromEntries(features.map((feature, index) => [feature, numbers(values[index] ?? [])]));
  const errors = predictions.map((prediction, output) =>
    Math.abs(attributions.reduce((sum, of) => sum + (of[output] ?? 0), baseValues[output] ?? 0) - prediction),
  );
  return {
    ...(isList ? { classes } : {}),
    base: numbers(baseValues),
    attributions: byFeature(attributions),
    standardErrors: standardErrors && byFeature(standardErrors),
    additivityError: Math.max(...errors),
  };
}
