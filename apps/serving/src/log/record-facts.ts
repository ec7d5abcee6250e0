import type { Prediction, Row, Tensor } from '@laurel/domain';
import { newPredictionIds } from '../plane/prediction-ids.js';
import type { Served, Shadowed } from '../predictions.js';
import type { ContextFacts } from './record-contexts.js';

/** One request, or one copy of it, on its way to the disk. */
export type Entry = Served | Shadowed;

/** What was sent, as far as it is known: tensors in the order of the model, tensors in any, or raw rows. */
type LoggedInput =
  | { readonly kind: 'batch' | 'tensors'; readonly tensors: readonly Tensor[] }
  | { readonly kind: 'rows'; readonly rows: readonly Row[] }
  | null;

/** What is written of a request. */
export interface RecordFacts extends ContextFacts {
  /** Id of the first row. */
  readonly id: string;
  readonly shadowOf: string | null;
  readonly rows: number;
  readonly requestId: string;
  readonly at: number;
  readonly milliseconds: number;
  readonly stickyKey: string | null;
  readonly input: LoggedInput;
  /** Predictions of a copy, whose tensors are not kept. */
  readonly predictions: readonly Prediction[] | null;
}

const noTensors: readonly Tensor[] = [];

function isCopy(entry: Entry): entry is Shadowed {
  return 'primary' in entry;
}

/** Id of the first row of the request that decides whether an entry is in the sample: a copy follows its primary. */
export function samplingId(entry: Entry): string | null {
  const { answer } = isCopy(entry) ? entry.primary : entry;
  return answer === null ? null : answer.ids.at(0);
}

/** Rows that an entry has in the log. */
export function rowsOf(entry: Entry): number {
  const { answer, request } = isCopy(entry) ? entry.primary : entry;
  return answer === null ? request.rows : answer.rows;
}

export function factsOf(entry: Entry): RecordFacts {
  return isCopy(entry) ? factsOfCopy(entry) : factsOfServed(entry);
}

function factsOfServed({ request, split, chosen, answer, failure, stickyKey, milliseconds, at }: Served): RecordFacts {
  return {
    split,
    model: answer === null ? null : answer.model,
    outputs: answer === null ? noTensors : answer.outputs,
    failed: answer === null,
    error: failure === null ? null : failure.code,
    fallback: answer?.fallback ?? false,
    protocol: request.protocol,
    arm: answer === null ? chosen.arm : answer.arm,
    version: answer === null ? chosen.version : answer.version,
    id: (answer === null ? newPredictionIds(at) : answer.ids).at(0),
    shadowOf: null,
    rows: answer === null ? request.rows : answer.rows,
    requestId: request.requestId,
    at,
    milliseconds,
    stickyKey,
    input: answer?.batch == null ? request.input : { kind: 'batch', tensors: answer.batch.tensors },
    predictions: null,
  };
}

/** A copy's inputs are in the record that it mirrors. */
function factsOfCopy({ primary, version, answer, failure, milliseconds, at }: Shadowed): RecordFacts {
  const { request, split, stickyKey } = primary;
  return {
    split,
    model: null,
    outputs: noTensors,
    failed: answer === null,
    error: failure?.code ?? null,
    fallback: false,
    protocol: request.protocol,
    arm: 'shadow',
    version,
    id: (answer?.ids ?? newPredictionIds(at)).at(0),
    shadowOf: primary.answer?.ids.at(0) ?? null,
    rows: primary.answer?.rows ?? request.rows,
    requestId: request.requestId,
    at,
    milliseconds,
    stickyKey,
    input: null,
    predictions: answer?.predictions ?? [],
  };
}
