import type { ModelSignature, Prediction, Row, ServingPolicy, Split, Tensor } from '@laurel/domain';
import type { RunnableModel } from '@laurel/ports';
import { createBlockBuffer } from '../../../apps/serving/src/log/block-buffer.js';
import { type Entry, rowsOf } from '../../../apps/serving/src/log/record-facts.js';
import { newPredictionIds } from '../../../apps/serving/src/plane/prediction-ids.js';
import type { PredictAnswer, Served, Shadowed } from '../../../apps/serving/src/predictions.js';

/** A model with two classes and one probability, which is that of the second. */
export const twoClasses: ModelSignature = {
  task: 'binary',
  inputs: [],
  outputs: [
    { name: 'label', dtype: 'INT64', shape: [-1], role: 'label' },
    { name: 'probability', dtype: 'FP32', shape: [-1, 1], role: 'probabilities' },
  ],
  classes: ['No', 'Yes'],
};

export const version = { version: 3, digest: `sha256:${'3'.repeat(64)}`, semver: '1.3.0' } as const;
export const nine = Date.parse('2026-01-31T09:59:59.123Z');

/** A model that says nothing but what it takes and gives. */
export function modelOf(
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  signature: ModelSignature | null,
): RunnableModel {
  const open = ({ name, datatype, shape }: Tensor) => ({ name, datatype, shape: [-1, ...shape.slice(1)] });
  return { signature, inputs: inputs.map(open), outputs: outputs.map(open) } as unknown as RunnableModel;
}

export function splitOf(log?: Partial<ServingPolicy['log']>, endpoint = 'churn', epoch = 7): Split {
  return {
    endpoint,
    epoch,
    fence: 1,
    incarnation: 1,
    arms: [{ ...version, role: 'champion', weight: 100 }],
    shadow: null,
    stickyKey: null,
    salt: 'churn/1',
    baseline: null,
    appliedBy: 'test',
    appliedAt: '2026-01-31T09:00:00.000Z',
    reason: 'test',
    policy: {
      sla: { latencyMilliseconds: null, confidence: null },
      batching: { maximumRows: 64 },
      log: { durability: 'relaxed', sample: 100, redact: [], ...log },
    },
  };
}

/** What happened to a request; `rows` sends raw rows instead of the tensors. */
export function servedOf(given: {
  readonly split: Split;
  readonly model: RunnableModel | null;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly rows?: readonly Row[];
  readonly withBatch?: boolean;
  readonly at?: number;
  readonly stickyKey?: string;
  readonly requestId?: string;
}): Served {
  const { split, model, inputs, outputs, rows, at = nine } = given;
  const count = rows?.length ?? inputs[0]?.shape[0] ?? 1;
  const answer: PredictAnswer = {
    endpoint: split.endpoint,
    epoch: split.epoch,
    arm: 'champion',
    version,
    fallback: false,
    model,
    batch: given.withBatch ? { rows: count, tensors: inputs } : null,
    rows: count,
    ids: newPredictionIds(at),
    outputs,
    predictions: () => [],
  };
  return {
    request: {
      endpoint: split.endpoint,
      version: null,
      input: rows === undefined ? { kind: 'tensors', tensors: inputs } : { kind: 'rows', rows },
      rows: count,
      stickyKey: null,
      header: () => undefined,
      requestId: given.requestId ?? 'request-1',
      protocol: 'predict',
      deadline: null,
      priority: 0,
      isCancelled: () => false,
      client: 'test',
    },
    split,
    chosen: { arm: 'champion', version },
    answer,
    failure: null,
    stickyKey: given.stickyKey ?? null,
    milliseconds: 1.25,
    at,
  };
}

/** A copy of a request that the shadow answered. */
export function copyOf(primary: Served, predictions: readonly Prediction[]): Shadowed {
  return {
    primary,
    version: { version: 4, digest: `sha256:${'4'.repeat(64)}`, semver: '1.4.0' },
    answer: { ids: newPredictionIds(primary.at), predictions, differs: predictions.map(() => false) },
    failure: null,
    milliseconds: 2,
    at: primary.at,
  };
}

/** `rows` rows of one FP32 column each. */
export function floatColumns(
  names: readonly string[],
  rows: number,
  valueOf: (row: number, column: number) => number,
): readonly Tensor[] {
  return names.map((name, column) => ({
    name,
    datatype: 'FP32',
    shape: [rows, 1],
    data: Float32Array.from({ length: rows }, (_, row) => valueOf(row, column)),
  }));
}

export function churnOutputs(probabilities: readonly number[]): readonly Tensor[] {
  const rows = probabilities.length;
  return [
    {
      name: 'label',
      datatype: 'INT64',
      shape: [rows],
      data: BigInt64Array.from(probabilities, (p) => (p > 0.5 ? 1n : 0n)),
    },
    { name: 'probability', datatype: 'FP32', shape: [rows, 1], data: Float32Array.from(probabilities) },
  ];
}

/** Entries as one block of a segment. */
export function blockOf(entries: readonly Entry[]): Buffer {
  const buffer = createBlockBuffer();
  for (const entry of entries)
    if (!buffer.add(entry, rowsOf(entry))) throw new Error('an entry cannot be written down');
  return buffer.take().block;
}
