import { LaurelError } from '@laurel/contracts';
import {
  bytesPerElement,
  elementCount,
  emptyData,
  quoted,
  type Tensor,
  type TensorData,
  type TensorType,
} from '@laurel/domain';
import { largestBody } from '../../http/ask.js';
import { readBinaryTensor, textOf } from '../../oip/binary-tensor.js';
import { checkedShape } from '../messages/infer-request.js';
import { writeElements } from '../messages/tensor-contents.js';
import { MessageReader, type MessageShape } from '../protobuf/message-reader.js';
import type { MessageWriter } from '../protobuf/message-writer.js';
import { copyElements, type ElementKind, elementsIn, Target } from '../protobuf/repeated.js';

const tensorShape: MessageShape = {
  name: 'TensorProto',
  fields: {
    1: 'dtype',
    2: 'tensor_shape',
    4: 'tensor_content',
    5: 'float_val',
    6: 'double_val',
    7: 'int_val',
    8: 'string_val',
    10: 'int64_val',
    11: 'bool_val',
    13: 'half_val',
    16: 'uint32_val',
    17: 'uint64_val',
  },
};
const shapeShape: MessageShape = { name: 'TensorShapeProto', fields: { 2: 'dim', 3: 'unknown_rank' } };
const dimensionShape: MessageShape = { name: 'TensorShapeProto.Dim', fields: { 1: 'size', 2: 'name' } };
const maximumDimensions = 32;

interface Home {
  /** `DataType` of TensorFlow. */
  readonly dtype: number;
  readonly field: number;
  readonly kind: ElementKind;
  readonly limits: readonly [number, number] | null;
}

/** Where TensorFlow carries each type; the bits of a half are an int. */
const homes: { readonly [type in TensorType]: Home } = {
  FP32: { dtype: 1, field: 5, kind: 'float', limits: null },
  FP64: { dtype: 2, field: 6, kind: 'double', limits: null },
  INT32: { dtype: 3, field: 7, kind: 'int32', limits: [-2_147_483_648, 2_147_483_647] },
  UINT8: { dtype: 4, field: 7, kind: 'int32', limits: [0, 255] },
  INT16: { dtype: 5, field: 7, kind: 'int32', limits: [-32_768, 32_767] },
  INT8: { dtype: 6, field: 7, kind: 'int32', limits: [-128, 127] },
  BYTES: { dtype: 7, field: 8, kind: 'bytes', limits: null },
  INT64: { dtype: 9, field: 10, kind: 'int64', limits: null },
  BOOL: { dtype: 10, field: 11, kind: 'bool', limits: null },
  UINT16: { dtype: 17, field: 7, kind: 'int32', limits: [0, 65_535] },
  FP16: { dtype: 19, field: 13, kind: 'int32', limits: [0, 65_535] },
  UINT32: { dtype: 22, field: 16, kind: 'uint32', limits: [0, 4_294_967_295] },
  UINT64: { dtype: 23, field: 17, kind: 'int64', limits: null },
};

const types = new Map(Object.entries(homes).map(([type, { dtype }]) => [dtype, type as TensorType]));

function refuse(name: string, what: string): never {
  throw new LaurelError('InvalidInput', `The input ${quoted(name)} ${what}.`);
}

/**
 * Reads a `TensorProto` as the input `name`: from its `tensor_content`, or from the values of its type, the last of which
 * is repeated where there are fewer than elements, as TensorFlow has it. Errors: `InvalidInput`.
 */
export function readTensorProto(name: string, reader: MessageReader): Tensor {
  let dtype = 0;
  let shape: readonly number[] = [];
  let content: Buffer | null = null;
  const values = new MessageReader(reader.bytes, tensorShape, reader.start, reader.end);
  while (reader.advance()) {
    if (reader.field === 1) dtype = reader.integer();
    else if (reader.field === 2) shape = readShape(reader.message(shapeShape));
    else if (reader.field === 4) content = reader.chunk();
  }
  const datatype = types.get(dtype);
  if (datatype === undefined) return refuse(name, `has the TensorFlow type ${dtype}, which no model here takes`);
  const declared = { name, datatype, shape: checkedShape(name, shape) };
  if (content === null || content.length === 0) return { ...declared, data: readValues(declared, values) };
  if (datatype === 'BYTES') return refuse(name, 'has texts in tensor_content; send string_val');
  return readBinaryTensor(declared, content);
}

/** What a message of a `TensorProto` is read with. */
export function tensorReader(outer: MessageReader): MessageReader {
  return outer.message(tensorShape);
}

function readShape(reader: MessageReader): readonly number[] {
  const shape: number[] = [];
  while (reader.advance()) {
    if (reader.field === 3 && reader.flag()) reader.fail('is set; say the real shape');
    if (reader.field !== 2) continue;
    if (shape.length >= maximumDimensions) reader.fail(`has more than ${maximumDimensions} dimensions`);
    shape.push(readDimension(reader.message(dimensionShape)));
  }
  return shape;
}

function readDimension(reader: MessageReader): number {
  let size = 0;
  while (reader.advance()) if (reader.field === 1) size = reader.integer();
  return size;
}

type Declared = Pick<Tensor, 'name' | 'datatype' | 'shape'>;

function readValues({ name, datatype, shape }: Declared, values: MessageReader): TensorData {
  const { field, kind, limits } = homes[datatype];
  const length = elementCount(shape) ?? 0;
  const count = countValues(restarted(values), field, kind);
  if (count > length) refuse(name, `has ${count} values for shape [${shape.join(', ')}], which has ${length}`);
  if (count === 0 && length > 0) refuse(name, `has no tensor_content and no ${tensorShape.fields[field]}`);
  // A few values may fill a large tensor, yet none that could not have been sent.
  if (count < length && length * (bytesPerElement(datatype) ?? 4) > largestBody) {
    refuse(name, `has shape [${shape.join(', ')}], more elements than any message holds`);
  }
  if (kind === 'bytes') return readTexts(name, { length, values: restarted(values) });
  const bits = datatype === 'FP16' ? new Uint16Array(length) : emptyData(datatype, length);
  const target = new Target(bits as Uint16Array, limits);
  const reader = restarted(values);
  while (reader.advance()) if (reader.field === field) copyElements(reader, kind, target);
  if (count > 0 && count < length) target.data.fill(target.data[count - 1] as never, count);
  return datatype === 'FP16' ? new Float16Array(target.data.buffer as ArrayBuffer) : bits;
}

function restarted({ bytes, shape, start, end }: MessageReader): MessageReader {
  return new MessageReader(bytes, shape, start, end);
}

function countValues(reader: MessageReader, field: number, kind: ElementKind): number {
  let count = 0;
  while (reader.advance()) if (reader.field === field) count += elementsIn(reader, kind);
  return count;
}

function readTexts(
  name: string,
  { length, values }: { readonly length: number; readonly values: MessageReader },
): readonly string[] {
  const texts = emptyData('BYTES', length) as string[];
  let at = 0;
  while (values.advance()) if (values.field === homes.BYTES.field) texts[at++] = textOf(name, values.chunk());
  if (at > 0) texts.fill(texts[at - 1] as string, at);
  return texts;
}

/** Writes a tensor with the values of its type, which clients read as `float_val` and so on, in reverse. */
export function writeTensorProto(writer: MessageWriter, { datatype, shape, data }: Tensor): void {
  const { dtype, field, kind } = homes[datatype];
  if (kind === 'bytes') {
    const texts = data as readonly string[];
    for (let index = texts.length - 1; index >= 0; index--) writer.text(field, texts[index] as string);
  } else {
    const numbers = data as Exclude<TensorData, readonly string[]>;
    const bits = datatype === 'FP16' ? new Uint16Array(numbers.buffer, numbers.byteOffset, numbers.length) : numbers;
    writer.message(field, () => writeElements(writer, kind, bits));
  }
  writer.message(2, () => {
    for (const size of shape.toReversed()) writer.message(2, () => writer.integer(1, size));
  });
  writer.integer(1, dtype);
}
