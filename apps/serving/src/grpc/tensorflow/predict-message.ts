import type { Tensor } from '@laurel/domain';
import { MessageReader, type MessageShape } from '../protobuf/message-reader.js';
import { serialise } from '../protobuf/message-writer.js';
import { readTensorProto, tensorReader, writeTensorProto } from './tensor-proto.js';

const requestShape: MessageShape = {
  name: 'PredictRequest',
  fields: { 1: 'model_spec', 2: 'inputs', 3: 'output_filter' },
};
const specShape: MessageShape = {
  name: 'ModelSpec',
  fields: { 1: 'name', 2: 'version', 3: 'signature_name', 4: 'version_label' },
};
const numberShape: MessageShape = { name: 'Int64Value', fields: { 1: 'value' } };
const entryShape: MessageShape = { name: 'PredictRequest.inputs', fields: { 1: 'key', 2: 'value' } };

const maximumTensors = 10_000;

/** `ModelSpec`: which model is meant. */
interface ModelSpec {
  readonly name: string;
  /** A number or a label; `null` lets the split choose. */
  readonly version: string | null;
  /** Empty for the default. */
  readonly signature: string;
}

/** `tensorflow.serving.PredictRequest`. */
export interface PredictMessage {
  readonly model: ModelSpec;
  readonly tensors: readonly Tensor[];
  /** Names of outputs; `null` for all. */
  readonly outputs: readonly string[] | null;
}

/** Reads a serialised `PredictRequest`. Errors: `InvalidInput` that names the field or the input. */
export function readPredictMessage(bytes: Buffer): PredictMessage {
  const reader = new MessageReader(bytes, requestShape);
  // The last of two entries with one key counts, as in any map of protobuf.
  const tensors = new Map<string, Tensor>();
  const outputs: string[] = [];
  let model: ModelSpec = { name: '', version: null, signature: '' };
  while (reader.advance()) {
    if (reader.field === 1) model = readSpec(reader.message(specShape));
    else if (reader.field === 2) {
      if (tensors.size >= maximumTensors) reader.fail(`has more than ${maximumTensors} elements`);
      const tensor = readEntry(reader.message(entryShape));
      tensors.set(tensor.name, tensor);
    } else if (reader.field === 3) {
      if (outputs.length >= maximumTensors) reader.fail(`has more than ${maximumTensors} elements`);
      outputs.push(reader.text());
    }
  }
  return { model, tensors: [...tensors.values()], outputs: outputs.length > 0 ? outputs : null };
}

function readSpec(reader: MessageReader): ModelSpec {
  let name = '';
  let version: string | null = null;
  let signature = '';
  while (reader.advance()) {
    if (reader.field === 1) name = reader.text();
    else if (reader.field === 2) version = readNumber(reader.message(numberShape));
    else if (reader.field === 3) signature = reader.text();
    else if (reader.field === 4) version = reader.text();
  }
  return { name, version, signature };
}

function readNumber(reader: MessageReader): string {
  let value = 0n;
  while (reader.advance()) if (reader.field === 1) value = reader.bigInteger(true);
  return String(value);
}

function readEntry(reader: MessageReader): Tensor {
  let name = '';
  let value: MessageReader | null = null;
  while (reader.advance()) {
    if (reader.field === 1) name = reader.text();
    else if (reader.field === 2) value = tensorReader(reader);
  }
  return value === null
    ? reader.fail(`${JSON.stringify(name.slice(0, 60))} has no tensor`)
    : readTensorProto(name, value);
}

/** `tensorflow.serving.PredictResponse` before it is serialised. */
export interface PredictAnswerMessage {
  readonly name: string;
  readonly version: number;
  readonly signature: string;
  readonly outputs: readonly Tensor[];
}

/** Serialises a `PredictResponse`; see `serialise` for how long the bytes hold. */
export function writePredictAnswer({ name, version, signature, outputs }: PredictAnswerMessage): Buffer {
  return serialise((writer) => {
    writer.message(2, () => {
      writer.text(3, signature);
      writer.message(2, () => writer.integer(1, version));
      writer.text(1, name);
    });
    for (const output of outputs.toReversed()) {
      writer.message(1, () => {
        writer.message(2, () => writeTensorProto(writer, output));
        writer.text(1, output.name);
      });
    }
  });
}
