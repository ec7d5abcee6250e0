import { type InferAnswer, type InferOptions, inferRequest, modelPath, readInferAnswer } from './infer.js';
import type { Tensor, TensorSpec } from './tensor.js';
import { type CallOptions, createTransport, type TransportOptions } from './transport.js';

/** A raw row: column to value. */
export type Row = {
  readonly [column: string]: string | number | boolean | null | readonly (string | number | boolean)[];
};

/** The answer to one row. */
export interface Prediction {
  readonly predictionId: string;
  /** `null` for a regression. */
  readonly label: string | null;
  /** By class; `null` where the model gives none. */
  readonly probabilities: { readonly [label: string]: number } | null;
  /** `null` for a classifier. */
  readonly value: number | null;
}

/** The answer of an endpoint to rows. */
export interface PredictAnswer {
  /** One per row, in their order. */
  readonly predictions: readonly Prediction[];
  readonly modelVersion: number;
  readonly semver: string;
  readonly arm: 'champion' | 'challenger' | 'baseline' | 'pinned';
  readonly epoch: number;
  /** Another version than the chosen one, or the baseline, had to answer. */
  readonly fallback: boolean;
}

export interface PredictOptions extends CallOptions {
  /** Keeps a caller with one version during a rollout. */
  readonly stickyKey?: string;
}

/** What a model says of itself. */
export interface ModelMetadata {
  readonly name: string;
  readonly versions: readonly string[];
  readonly platform: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** Asks one server. Every call rejects with a `LaurelRequestError`, or with the reason of its signal. */
export interface LaurelClient {
  /** Asks an endpoint with raw rows (`POST /predict/{endpoint}`). */
  predict(endpoint: string, rows: readonly Row[], options?: PredictOptions): Promise<PredictAnswer>;
  /** Asks a model with tensors (Open Inference Protocol V2). */
  infer(model: string, tensors: readonly Tensor[], options?: InferOptions): Promise<InferAnswer>;
  metadata(model: string, options?: CallOptions & { readonly version?: string }): Promise<ModelMetadata>;
  /** Can this model be asked? Without a name: can all? */
  ready(model?: string, options?: CallOptions & { readonly version?: string }): Promise<boolean>;
  live(options?: CallOptions): Promise<boolean>;
}

const notReady = [400, 404, 503];

/** A client of the server at `url`; it keeps nothing open itself. */
export function createClient(options: TransportOptions): LaurelClient {
  const send = createTransport(options);
  const asks = (path: string, call: CallOptions) => send({ path, expected: notReady }, call, isOk);
  return {
    predict: (endpoint, rows, { stickyKey, ...call } = {}) =>
      send(
        {
          path: `/predict/${encodeURIComponent(endpoint)}`,
          body: JSON.stringify({ rows }),
          headers: stickyKey === undefined ? {} : { 'x-laurel-sticky-key': stickyKey },
        },
        call,
        (response) => response.json() as Promise<PredictAnswer>,
      ),
    infer: async (model, tensors, call = {}) =>
      await send(inferRequest(model, tensors, call), call, (response) => readInferAnswer(model, response)),
    metadata: (model, { version, ...call } = {}) =>
      send({ path: modelPath(model, version) }, call, (response) => response.json() as Promise<ModelMetadata>),
    ready: (model, { version, ...call } = {}) =>
      asks(model === undefined ? '/v2/health/ready' : `${modelPath(model, version)}/ready`, call),
    live: (call = {}) => asks('/v2/health/live', call),
  };
}

async function isOk(response: Response): Promise<boolean> {
  await response.body?.cancel();
  return response.ok;
}
