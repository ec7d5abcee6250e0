import type { PredictionRecord, Split } from '@laurel/domain';
import { v7 as uuidv7 } from 'uuid';
import { type AnsweredRow, confidenceOf, type Served, type Shadowed } from '../predictions.js';

/** While a split has a challenger or a shadow, its predictions are kept row by row for the watcher. */
export function isObserved({ arms, shadow }: Split): boolean {
  return shadow !== null || arms.some(({ role }) => role === 'challenger');
}

type Said = Pick<PredictionRecord, 'label' | 'value' | 'confidence'>;

const nothing: Said = { label: null, value: null, confidence: null };

function saidBy(row: AnsweredRow | undefined): Said {
  if (row === undefined) return nothing;
  const { label, value } = row.prediction;
  return { label, value, confidence: confidenceOf(row.prediction) };
}

/**
 * One record per row of a request, under the arm that was chosen. An arm that failed said nothing, even when another
 * one answered in its place.
 */
export function recordsOfServed(served: Served): readonly PredictionRecord[] {
  const { request, split, chosen, answer, failure } = served;
  return request.rows.map((_, index) => {
    const row = answer?.rows[index];
    return {
      predictionId: row?.predictionId ?? uuidv7(),
      endpoint: split.endpoint,
      epoch: split.epoch,
      arm: chosen.arm,
      version: chosen.version.version,
      digest: chosen.version.digest,
      at: served.at.toISOString(),
      stickyKeyHash: served.stickyKeyHash,
      ...(failure === null ? saidBy(row) : nothing),
      latencyMilliseconds: served.milliseconds,
      status: failure === null ? 'ok' : 'error',
      fallback: answer?.fallback ?? false,
      shadowOf: null,
    };
  });
}

/** One record per copied row; `shadowOf` names the prediction it mirrors. */
export function recordsOfShadow({ primary, version, rows, at, milliseconds }: Shadowed): readonly PredictionRecord[] {
  return (primary.answer?.rows ?? []).map(({ predictionId: shadowOf }, index) => ({
    predictionId: rows?.[index]?.predictionId ?? uuidv7(),
    endpoint: primary.split.endpoint,
    epoch: primary.split.epoch,
    arm: 'shadow',
    version: version.version,
    digest: version.digest,
    at: at.toISOString(),
    stickyKeyHash: primary.stickyKeyHash,
    ...saidBy(rows?.[index]),
    latencyMilliseconds: milliseconds,
    status: rows === null ? 'error' : 'ok',
    fallback: false,
    shadowOf,
  }));
}
