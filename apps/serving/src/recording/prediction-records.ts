import type { Prediction, PredictionRecord, Split } from '@laurel/domain';
import { newPredictionIds } from '../plane/prediction-ids.js';
import { confidenceOf, countedArm, type Served, type Shadowed } from '../predictions.js';
import { hashOfKey } from '../routing/route.js';

/** While a split has a challenger or a shadow, its predictions are kept row by row for the watcher. */
export function isObserved({ arms, shadow }: Split): boolean {
  return shadow !== null || arms.some(({ role }) => role === 'challenger');
}

type Said = Pick<PredictionRecord, 'label' | 'value' | 'confidence'>;

const nothing: Said = { label: null, value: null, confidence: null };

function saidBy(prediction: Prediction | undefined): Said {
  if (prediction === undefined) return nothing;
  const { label, value } = prediction;
  return { label, value, confidence: confidenceOf(prediction) };
}

/**
 * One record per row of a request, under the arm that was chosen. An arm that failed said nothing, even when another
 * one answered in its place.
 */
export function recordsOfServed(served: Served): readonly PredictionRecord[] {
  const { request, split, chosen, answer, failure } = served;
  const ids = answer?.ids ?? newPredictionIds(served.at);
  const predictions = failure === null ? (answer?.predictions() ?? []) : [];
  const common = {
    endpoint: split.endpoint,
    epoch: split.epoch,
    arm: countedArm(chosen),
    version: chosen.version.version,
    digest: chosen.version.digest,
    at: new Date(served.at).toISOString(),
    stickyKeyHash: hashOfKey(split.salt, served.stickyKey),
    latencyMilliseconds: served.milliseconds,
    status: failure === null ? ('ok' as const) : ('error' as const),
    fallback: answer?.fallback ?? false,
    shadowOf: null,
  };
  return Array.from({ length: request.rows }, (_, row) => ({
    ...common,
    predictionId: ids.at(row),
    ...saidBy(predictions[row]),
  }));
}

/** One record per copied row; `shadowOf` names the prediction it mirrors. */
export function recordsOfShadow({ primary, version, answer, at, milliseconds }: Shadowed): readonly PredictionRecord[] {
  const { split } = primary;
  const ids = answer?.ids ?? newPredictionIds(at);
  const common = {
    endpoint: split.endpoint,
    epoch: split.epoch,
    arm: 'shadow' as const,
    version: version.version,
    digest: version.digest,
    at: new Date(at).toISOString(),
    stickyKeyHash: hashOfKey(split.salt, primary.stickyKey),
    latencyMilliseconds: milliseconds,
    status: answer === null ? ('error' as const) : ('ok' as const),
    fallback: false,
  };
  return Array.from({ length: primary.answer?.rows ?? 0 }, (_, row) => ({
    ...common,
    predictionId: ids.at(row),
    ...saidBy(answer?.predictions[row]),
    shadowOf: primary.answer?.ids.at(row) ?? null,
  }));
}
