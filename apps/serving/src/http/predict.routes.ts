import { LaurelError } from '@laurel/contracts';
import { isName, type Row } from '@laurel/domain';
import type { FastifyInstance } from 'fastify';
import type { DataPlane } from '../data-plane.js';
import type { AnsweredRow, PredictAnswer } from '../predictions.js';
import { setAnswerHeaders, stickyKeyHeaderOf } from './answer-headers.js';

const maximumRows = 10_000;

/** `POST /predict/{endpoint}`: raw rows in, readable predictions out. */
export function predictRoutes(app: FastifyInstance, plane: Pick<DataPlane, 'predict'>): void {
  app.post<{ Params: { endpoint: string } }>('/predict/:endpoint', async (request, reply) => {
    const answer = await plane.predict({
      endpoint: checkedEndpoint(request.params.endpoint),
      version: null,
      rows: rowsOf(request.body),
      stickyKey: stickyKeyHeaderOf(request.headers),
      requestId: request.id,
      protocol: 'predict',
    });
    setAnswerHeaders(reply, answer);
    return bodyOf(answer);
  });
}

/** Returns `name` when it may name an endpoint. Errors: `NotFound`. */
export function checkedEndpoint(name: string): string {
  if (isName(name)) return name;
  throw new LaurelError('NotFound', `"${name.slice(0, 63)}" names no endpoint.`);
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The rows of a body: `{"rows": [{…}]}`, `{"row": {…}}`, or a bare row. Their cells are checked by the model. */
function rowsOf(body: unknown): readonly Row[] {
  if (!isObject(body))
    throw new LaurelError('InvalidInput', 'The body must be a JSON object: {"rows": [{…}]} or one row.');
  const rows: readonly unknown[] = Array.isArray(body['rows'])
    ? body['rows']
    : [isObject(body['row']) ? body['row'] : body];
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
  const classes = answer.signature?.classes ?? [];
  return {
    predictions: answer.rows.map((row) => predictionOf(row, classes)),
    modelVersion: answer.version.version,
    semver: answer.version.semver,
    arm: answer.arm,
    epoch: answer.epoch,
    fallback: answer.fallback,
  };
}

function predictionOf({ predictionId, prediction }: AnsweredRow, classes: readonly string[]): object {
  const { label, value, probabilities } = prediction;
  return {
    predictionId,
    label,
    probabilities: probabilities && Object.fromEntries(classes.map((name, index) => [name, probabilities[index]])),
    value,
  };
}
