import type { LaurelError } from '@laurel/contracts';
import type { Prediction, Row, ServedArm, Split, Tensor, VersionRef } from '@laurel/domain';
import type { Batch, RunnableModel } from '@laurel/ports';
import type { PredictionIds } from './plane/prediction-ids.js';
import type { RequestTrace } from './tracing/request-trace.js';

/** What the caller sent: raw rows, or tensors by input name. `nullAt` is where a tensor says that a value is missing. */
export type RequestInput =
  | { readonly kind: 'rows'; readonly rows: readonly Row[] }
  | { readonly kind: 'tensors'; readonly tensors: readonly (Tensor & { readonly nullAt?: number })[] };

/** How a request came in. */
export type Protocol = 'predict' | 'oip' | 'oip-grpc' | 'v1' | 'invocations' | 'torchserve' | 'tfserving' | 'explain';

/** One request, whatever its protocol was. */
export interface PredictRequest {
  readonly endpoint: string;
  /** A version number, SemVer or label that the caller insists on; `null` lets the split choose. */
  readonly version: string | null;
  readonly input: RequestInput;
  /** Number of rows of `input`. */
  readonly rows: number;
  /** From the request's header; the split's sticky column is looked up where this is `null`. */
  readonly stickyKey: string | null;
  /** Value of a request header by its lower-case name, for header rules. */
  readonly header: (name: string) => string | undefined;
  readonly requestId: string;
  readonly protocol: Protocol;
  /** On the clock of `performance.now()`; `null` waits as long as the server does. */
  readonly deadline: number | null;
  /** Lower goes first among requests that wait; 0 where nothing is said. */
  readonly priority: number;
  /** True once nobody waits for the answer any more. */
  readonly isCancelled: () => boolean;
  /** Whose limits the request counts against: a checked API key or a network address. */
  readonly client: string;
  /** When the whole message was there, on the clock of `performance.now()`; absent where nobody measures. */
  readonly receivedAt?: number;
  /** `null` or absent where nobody asked for traces, or not for one of this request. */
  readonly trace?: RequestTrace | null;
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
  readonly model: RunnableModel | null;
  readonly rows: number;
  /** What the model was asked; `null` when no model was. */
  readonly batch: Batch | null;
  readonly ids: PredictionIds;
  /** Checked outputs in the order of the model; what a constant baseline does not say is left out. */
  readonly outputs: readonly Tensor[];
  /** The outputs as predictions, one per row; empty for a bare graph. */
  predictions(): readonly Prediction[];
}

/** Which version a request was given, and as what. */
export interface Route {
  readonly arm: ServedArm;
  readonly version: VersionRef;
  /** A header rule chose it, and not the draw. */
  readonly byHeader?: boolean;
}

/** The arm a request counts under. Those who choose by a header are no random sample: they stay out of comparisons. */
export function countedArm({ arm, byHeader }: Route): ServedArm {
  return byHeader === true ? 'pinned' : arm;
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
  readonly stickyKey: string | null;
  readonly milliseconds: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What a shadow said about a request that had been answered. */
export interface Shadowed {
  readonly primary: Served;
  readonly version: VersionRef;
  /** `null` when the shadow failed. */
  readonly answer: {
    readonly ids: PredictionIds;
    readonly predictions: readonly Prediction[];
    /** Per row: another label, or a value beyond the tolerance. */
    readonly differs: readonly boolean[];
  } | null;
  readonly failure: LaurelError | null;
  readonly milliseconds: number;
  readonly at: number;
}

/** Largest probability of a prediction, or `null`. */
export function confidenceOf({ probabilities }: Prediction): number | null {
  return probabilities === null ? null : Math.max(...probabilities);
}
