import type { LaurelError } from '@laurel/contracts';
import type { ModelSignature, Prediction, Row, ServedArm, Split, VersionRef } from '@laurel/domain';

/** One request, whatever its protocol was. */
export interface PredictRequest {
  readonly endpoint: string;
  /** A version number or SemVer that the caller insists on; `null` lets the split choose. */
  readonly version: string | null;
  readonly rows: readonly Row[];
  /** From the request's header; the split's sticky column is looked up where this is `null`. */
  readonly stickyKey: string | null;
  readonly requestId: string;
  readonly protocol: 'predict' | 'oip';
}

export interface AnsweredRow {
  readonly predictionId: string;
  readonly prediction: Prediction;
}

/** The answer to one request. */
export interface PredictAnswer {
  readonly endpoint: string;
  readonly epoch: number;
  readonly arm: ServedArm;
  readonly version: VersionRef;
  /** True when another arm than the chosen one, or the baseline, had to answer. */
  readonly fallback: boolean;
  /** `null` when the baseline answers for a version that is not loaded. */
  readonly signature: ModelSignature | null;
  readonly rows: readonly AnsweredRow[];
}

/** Which version a request was given, and as what. */
export interface Route {
  readonly arm: ServedArm;
  readonly version: VersionRef;
}

/** What happened to one request; everything that counts, logs or copies requests is told this. */
export interface Served {
  readonly request: PredictRequest;
  readonly split: Split;
  /** What was chosen; `answer` may come from elsewhere. */
  readonly chosen: Route;
  readonly answer: PredictAnswer | null;
  /** Why the chosen version did not answer. */
  readonly failure: LaurelError | null;
  readonly stickyKeyHash: number | null;
  readonly milliseconds: number;
  readonly at: Date;
}

/** What a shadow said about a request that had been answered. */
export interface Shadowed {
  readonly primary: Served;
  readonly version: VersionRef;
  /** One entry per row; `null` when the shadow failed. */
  readonly rows: readonly (AnsweredRow & { readonly shadowOf: string; readonly differs: boolean })[] | null;
  readonly failure: LaurelError | null;
  readonly milliseconds: number;
  readonly at: Date;
}

/** Largest probability of a prediction, or `null`. */
export function confidenceOf({ probabilities }: Prediction): number | null {
  return probabilities === null ? null : Math.max(...probabilities);
}
