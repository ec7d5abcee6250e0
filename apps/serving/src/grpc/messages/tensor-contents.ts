import { LaurelError } from '@laurel/contracts';
import { elementCount, emptyData, quoted, type Tensor, type TensorData, type TensorType } from '@laurel/domain';
import { textOf } from '../../oip/binary-tensor.js';
import { MessageReader, type MessageShape } from '../protobuf/message-reader.js';
import type { MessageWriter } from '../protobuf/message-writer.js';
import { copyElements, type ElementKind, elementsIn, Target } from '../protobuf/repeated.js';

/** `InferTensorContents`: one repeated field for each family of types. */
const contentsShape: MessageShape = {
  name: 'InferTensorContents',
  fields: {
    1: 'bool_contents',
    2: 'int_contents',
    3: 'int64_contents',
    4: 'uint_contents',
    5: 'uint64_contents',
    6: 'fp32_contents',
    7: 'fp64_contents',
    8: 'bytes_contents',
  },
};

const lastField = 8;

interface Home {
  readonly field: number;
  readonly kind: ElementKind;
  readonly limits: readonly [number, number] | null;
}

/** Where each type is carried; FP16 only as raw contents, as the protocol has it. */
const homes: { readonly [type in TensorType]: Home | null } = {
  BOOL: { field: 1, kind: 'bool', limits: null },
  INT8: { field: 2, kind: 'int32', limits: [-128, 127] },
  INT16: { field: 2, kind: 'int32', limits: [-32_768, 32_767] },
  INT32: { field: 2, kind: 'int32', limits: [-2_147_483_648, 2_147_483_647] },
  INT64: { field: 3, kind: 'int64', limits: null },
  UINT8: { field: 4, kind: 'uint32', limits: [0, 255] },
  UINT16: { field: 4, kind: 'uint32', limits: [0, 65_535] },
  UINT32: { field: 4, kind: 'uint32', limits: [0, 4_294_967_295] },
  UINT64: { field: 5, kind: 'int64', limits: null },
  FP16: null,
  FP32: { field: 6, kind: 'float', limits: null },
  FP64: { field: 7, kind: 'double', limits: null },
  BYTES: { field: 8, kind: 'bytes', limits: null },
};

/** May tensors of this type be answered in typed contents? */
export function hasTypedContents(type: TensorType): boolean {
  return homes[type] !== null;
}

/** A range of bytes that holds one message. */
export interface MessageRange {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

type Declared = Pick<Tensor, 'name' | 'datatype' | 'shape'>;

/**
 * Elements of a tensor from its typed contents. They are counted before anything is allocated for them. Errors:
 * `InvalidInput` for another count than the shape has, contents of another type, and a number that the type does not hold.
 */
export function readContents(tensor: Declared, range: MessageRange): Tensor {
  const { name, datatype, shape } = tensor;
  const home = homes[datatype];
  if (home === null) return refuse(name, `is ${datatype}, which has no typed contents; send raw_input_contents`);
  const length = elementCount(shape) ?? 0;
  const count = countElements(tensor, range, home);
  if (count !== length) refuse(name, `has ${count} elements for shape [${shape.join(', ')}], which has ${length}`);
  const data =
    home.kind === 'bytes' ? readTexts(name, range, length) : readElements(range, home, emptyData(datatype, length));
  return { ...tensor, data };
}

function readerOf({ bytes, start, end }: MessageRange): MessageReader {
  return new MessageReader(bytes, contentsShape, start, end);
}

function countElements({ name, datatype }: Declared, range: MessageRange, { field, kind }: Home): number {
  const reader = readerOf(range);
  let count = 0;
  while (reader.advance()) {
    if (reader.field === field) count += elementsIn(reader, kind);
    else if (reader.field <= lastField && reader.next > reader.start) {
      refuse(name, `is ${datatype} and has ${contentsShape.fields[reader.field]}; send ${contentsShape.fields[field]}`);
    }
  }
  return count;
}

function readElements(range: MessageRange, { field, kind, limits }: Home, data: TensorData): TensorData {
  const target = new Target(data as Float32Array, limits);
  const reader = readerOf(range);
  while (reader.advance()) {
    if (reader.field === field) copyElements(reader, kind as Exclude<ElementKind, 'bytes'>, target);
  }
  return data;
}

function readTexts(name: string, range: MessageRange, length: number): readonly string[] {
  const texts = emptyData('BYTES', length) as string[];
  const reader = readerOf(range);
  for (let index = 0; reader.advance(); ) {
    if (reader.field === homes.BYTES?.field) texts[index++] = textOf(name, reader.chunk());
  }
  return texts;
}

function refuse(name: string, what: string): never {
  throw new LaurelError('InvalidInput', `The input ${quoted(name)} ${what}.`);
}

/** Writes the elements of a tensor as the fields of `InferTensorContents`, in reverse. */
export function writeContents(writer: MessageWriter, { datatype, data }: Tensor): void {
  const home = homes[datatype];
  if (home === null) return;
  const { field, kind } = home;
  if (kind === 'bytes') {
    const texts = data as readonly string[];
    for (let index = texts.length - 1; index >= 0; index--) writer.text(field, texts[index] as string);
    return;
  }
  writer.message(field, () => writeElements(writer, kind, data as Exclude<TensorData, readonly string[]>));
}

/** Writes the elements of a packed field, in reverse. */
export function writeElements(
  writer: MessageWriter,
  kind: Exclude<ElementKind, 'bytes'>,
  data: Exclude<TensorData, readonly string[]>,
): void {
  if (kind === 'float' || kind === 'double' || kind === 'bool') {
    writer.raw(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  } else if (kind === 'int64') {
    const halves = new Uint32Array(data.buffer, data.byteOffset, data.length * 2);
    for (let at = halves.length - 2; at >= 0; at -= 2) writer.varintOf(halves[at] as number, halves[at + 1] as number);
  } else {
    for (let at = data.length - 1; at >= 0; at--) writer.varint(data[at] as number);
  }
}
