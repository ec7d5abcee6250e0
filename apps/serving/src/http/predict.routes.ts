import { LaurelError } from '@laurel/contracts';
import type { Prediction, Row } from '@laurel/domain';
import { JsonCursor } from '../json/json-cursor.js';
import type { DataPlane } from '../plane/data-plane.js';
import type { Stages } from '../plane/stages.js';
import type { PredictAnswer } from '../predictions.js';
import { answerHeaders } from './answer-headers.js';
import { largestBody, nextRequestId, predictRequest } from './ask.js';
import { readBody } from './body.js';
import { type Exchange, send } from './exchange.js';
import type { Router } from './router.js';

const maximumRows = 10_000;

export interface PredictParts {
  readonly plane: Pick<DataPlane, 'predict'>;
  readonly stages: Pick<Stages, 'wrote'>;
}

/** `POST /predict/{endpoint}`: raw rows in, readable predictions out. */
export function predictRoutes(router: Router, parts: PredictParts): void {
  router.on('POST', '/predict/:endpoint', (exchange) => predict(parts, exchange));
}

async function predict({ plane, stages }: PredictParts, exchange: Exchange): Promise<void> {
  const { request, params } = exchange;
  const received = await readBody(request, largestBody);
  const receivedAt = performance.now();
  const body = readJson(received);
  const answer = await plane.predict(
    predictRequest(request, {
      endpoint: params['endpoint'] ?? '',
      version: null,
      input: { kind: 'rows', rows: rowsOf(body) },
      requestId: nextRequestId(),
      protocol: 'predict',
      receivedAt,
    }),
  );
  const answeredAt = performance.now();
  send(exchange, { body: JSON.stringify(bodyOf(answer)), more: answerHeaders(answer) });
  stages.wrote(answer, answeredAt);
}

/** A body as JSON, nested at most 32 deep. Errors: `InvalidInput`. */
export function readJson(body: Buffer): unknown {
  const cursor = new JsonCursor(body);
  const value = cursor.value();
  cursor.end();
  return value;
}

/** Is it an object of JSON? */
export function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The rows of a body: `{"rows": [{…}]}`, `{"row": {…}}`, or a bare row. Their cells are checked by the model. */
function rowsOf(body: unknown): readonly Row[] {
  if (!isObject(body))
    throw new LaurelError('InvalidInput', 'The body must be a JSON object: {"rows": [{…}]} or one row.');
  const rows: readonly unknown[] = Array.isArray(body['rows'])
    ? body['rows']
    : [isObject(body['row']) ? body['row'] : body];
  return checkedRows(rows);
}

/** Rows are objects, 1 to 10,000 of them. Errors: `InvalidInput`. */
function checkedRows(rows: readonly unknown[]): readonly Row[] {
  if (rows.length === 0) throw new LaurelError('InvalidInput', 'rows is empty; send at least one row.');
  if (rows.length > maximumRows) {
    throw new LaurelError('InvalidInput', `rows has ${rows.length} rows; send at most ${maximumRows} at once.`);
  }
  const wrong = rows.findIndex((row) => !isObject(row));
  if (wrong >= 0) {
    const message = 'a row must be an object of column names and values';
    throw new LaurelError('InvalidInput', `rows[${wrong}]: ${message}.`, {
      details: [{ path: `rows[${wrong}]`, message }],
    });
  }
  return rows as readonly Row[];
}

function bodyOf(answer: PredictAnswer): object {
  const classes = answer.model?.signature?.classes ?? [];
  return {
    predictions: answer.predictions().map((prediction, row) => ({
      predictionId: answer.ids.at(row),
      ...readable(prediction, classes),
    })),
    modelVersion: answer.version.version,
    semver: answer.version.semver,
    arm: answer.arm,
    epoch: answer.epoch,
    fallback: answer.fallback,
  };
}

/** A prediction with its probabilities by class. */
function readable({ label, value, probabilities }: Prediction, classes: readonly string[]): object {
  const byClass = probabilities && Object.fromEntries(classes.map((name, index) => [name, probabilities[index]]));
  return { label, probabilities: byClass, value };
}
