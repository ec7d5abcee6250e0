import type { Prediction, Row } from '@laurel/domain';
import { v7 as uuidv7 } from 'uuid';
import { confidenceOf, type Served, type Shadowed } from '../predictions.js';

/** Takes out of a row what may not be kept. */
export type Redaction = (inputs: Row) => Row;

/** One line of the prediction log and where it belongs. */
export interface LogLine {
  readonly endpoint: string;
  readonly at: Date;
  readonly text: string;
}

/** One line per answered row, with the columns that the model takes and no others. */
export function linesOfServed(served: Served, redact: Redaction): readonly LogLine[] {
  const { request, split, answer, failure } = served;
  const version = answer?.version ?? served.chosen.version;
  return request.rows.map((row, index) => {
    const answered = answer?.rows[index];
    return line(served, {
      predictionId: answered?.predictionId ?? uuidv7(),
      epoch: split.epoch,
      arm: answer?.arm ?? served.chosen.arm,
      version: version.version,
      digest: version.digest,
      inputs: redact(knownInputs(served, row)),
      ...outputsOf(answered?.prediction),
      status: answer === null ? 'error' : 'ok',
      error: failure?.code ?? null,
      fallback: answer?.fallback ?? false,
      shadowOf: null,
    });
  });
}

/** One line per copied row; its inputs are in the line that it mirrors. */
export function linesOfShadow({ primary, version, rows, failure, milliseconds, at }: Shadowed): readonly LogLine[] {
  return (primary.answer?.rows ?? []).map(({ predictionId: shadowOf }, index) =>
    line(
      { ...primary, milliseconds, at },
      {
        predictionId: rows?.[index]?.predictionId ?? uuidv7(),
        epoch: primary.split.epoch,
        arm: 'shadow',
        version: version.version,
        digest: version.digest,
        inputs: null,
        ...outputsOf(rows?.[index]?.prediction),
        status: rows === null ? 'error' : 'ok',
        error: failure?.code ?? null,
        fallback: false,
        shadowOf,
      },
    ),
  );
}

function line({ request, split, stickyKeyHash, milliseconds, at }: Served, fields: object): LogLine {
  const text = JSON.stringify({
    ...fields,
    requestId: request.requestId,
    protocol: request.protocol,
    endpoint: split.endpoint,
    at: at.toISOString(),
    stickyKeyHash,
    latencyMs: milliseconds,
  });
  return { endpoint: split.endpoint, at, text };
}

function outputsOf(prediction: Prediction | undefined): object {
  if (prediction === undefined) return { outputs: null, confidence: null };
  return { outputs: prediction, confidence: confidenceOf(prediction) };
}

function knownInputs({ answer }: Served, row: Row): Row {
  const names = answer?.signature?.inputs.map(({ name }) => name) ?? [];
  return Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
}
