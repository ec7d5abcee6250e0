import type { Tensor } from '@laurel/domain';
import { writeBinaryTensor } from '../../oip/binary-tensor.js';
import { type MessageWriter, serialise } from '../protobuf/message-writer.js';
import { writeParameter } from './parameters.js';
import { writeContents } from './tensor-contents.js';

/** `ModelInferResponse` before it is serialised. */
export interface InferAnswer {
  readonly modelName: string;
  readonly modelVersion: string;
  readonly id: string;
  readonly parameters: readonly (readonly [string, string | boolean])[];
  readonly outputs: readonly Tensor[];
  readonly raw: boolean;
}

/** `ModelStreamInferResponse` before it is serialised: an answer, or why there is none and to which request. */
export type StreamAnswer =
  | { readonly kind: 'answer'; readonly answer: InferAnswer }
  | { readonly kind: 'error'; readonly message: string; readonly id: string };

/** Serialises an answer; see `serialise` for how long the bytes hold. */
export function writeInferAnswer(answer: InferAnswer): Buffer {
  return serialise((writer) => writeAnswer(writer, answer));
}

/** Serialises an answer of a stream. The id of a failed request goes along, as Triton's does. */
export function writeStreamAnswer(one: StreamAnswer): Buffer {
  return serialise((writer) => {
    if (one.kind === 'answer') writer.message(2, () => writeAnswer(writer, one.answer));
    else {
      writer.message(2, () => writer.text(3, one.id));
      writer.text(1, one.message);
    }
  });
}

function writeAnswer(
  writer: MessageWriter,
  { modelName, modelVersion, id, parameters, outputs, raw }: InferAnswer,
): void {
  if (raw)
    for (let index = outputs.length - 1; index >= 0; index--)
      writer.chunk(6, writeBinaryTensor(outputs[index] as Tensor));
  for (let index = outputs.length - 1; index >= 0; index--) writeOutput(writer, outputs[index] as Tensor, raw);
  for (let index = parameters.length - 1; index >= 0; index--) {
    const [key, value] = parameters[index] as readonly [string, string | boolean];
    writeParameter(writer, 4, key, value);
  }
  if (id !== '') writer.text(3, id);
  writer.text(2, modelVersion);
  writer.text(1, modelName);
}

function writeOutput(writer: MessageWriter, tensor: Tensor, raw: boolean): void {
  writer.message(5, () => {
    if (!raw) writer.message(5, () => writeContents(writer, tensor));
    writer.integers(3, tensor.shape);
    writer.text(2, tensor.datatype);
    writer.text(1, tensor.name);
  });
}
