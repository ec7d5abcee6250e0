import { limits } from './model-safety-limits.js';
import type { MessageReader } from './model-safety-message.js';
import { nameAt, type Range, refuse, textOf } from './model-safety-refusal.js';

/** How elements of one type are stored: bits each in `raw_data`, or numbers each in the field for that type. */
interface Storage {
  readonly bits: number;
  readonly field: string;
  readonly numbers: number;
}

const numbersIn = (field: string, bits: number, numbers = 1): Storage => ({ bits, field, numbers });

/** TensorProto.DataType of onnx-ml.proto, by number. */
const storage: readonly (Storage | undefined)[] = [
  undefined,
  numbersIn('float_data', 32),
  ...[8, 8, 16, 16, 32].map((bits) => numbersIn('int32_data', bits)),
  numbersIn('int64_data', 64),
  numbersIn('string_data', Number.NaN),
  ...[8, 16].map((bits) => numbersIn('int32_data', bits)),
  numbersIn('double_data', 64),
  ...[32, 64].map((bits) => numbersIn('uint64_data', bits)),
  numbersIn('float_data', 64, 2),
  numbersIn('double_data', 128, 2),
  numbersIn('int32_data', 16),
  ...[8, 8, 8, 8].map((bits) => numbersIn('int32_data', bits)),
  ...[4, 4, 4].map((bits) => numbersIn('int32_data', bits, 1 / 2)),
  numbersIn('int32_data', 8),
  ...[2, 2].map((bits) => numbersIn('int32_data', bits, 1 / 4)),
];

const int64 = 7;

/** What a tensor says about itself. */
export interface TensorFacts {
  readonly name: Range | undefined;
  readonly shape: Shape;
  readonly type: number;
}

/** Dimensions of a tensor so far; a dimension of 0 does not hide the others. */
export interface Shape {
  rank: number;
  elements: number;
  empty: boolean;
}

interface Gathered {
  name: Range | undefined;
  type: number;
  external: string | undefined;
  segment: boolean;
  carried: { readonly field: string; count: number } | undefined;
  readonly shape: Shape;
}

/**
 * Reads a TensorProto and refuses one that lies outside the file, whose shape is absurd, or whose elements are not
 * exactly those it carries. Errors: `ModelUnsafe`.
 */
export function checkTensor(reader: MessageReader): TensorFacts {
  const found: Gathered = {
    name: undefined,
    type: 0,
    external: undefined,
    segment: false,
    carried: undefined,
    shape: { rank: 0, elements: 1, empty: false },
  };
  let twoKinds = false;
  while (reader.advance()) twoKinds = gather(found, reader) || twoKinds;
  const tensor = `its tensor ${nameAt(found.name)}`;
  if (found.external !== undefined) refuse(`${tensor} ${found.external}; export the model with its weights inside`);
  if (found.segment) refuse(`${tensor} is only a segment of a tensor`);
  if (twoKinds) refuse(`${tensor} carries its elements twice`);
  checkElements(tensor, found);
  return found;
}

/** Takes one field in; true when it is a second kind of data. */
function gather(found: Gathered, reader: MessageReader): boolean {
  const { name } = reader.rule;
  switch (name) {
    case 'dims':
      extendAll(found.shape, reader, 'a tensor');
      return false;
    case 'data_type':
      found.type = reader.integer;
      return false;
    case 'name':
      found.name = reader.range();
      return false;
    case 'segment':
      found.segment = true;
      return false;
    case 'data_location':
      if (reader.integer !== 0) found.external ??= 'refers to data outside the file';
      return false;
    case 'external_data':
      found.external = externalReason(reader, found.external);
      return false;
    case 'doc_string':
      return false;
    case 'metadata_props':
      exhaust(reader.child());
      return false;
    default:
      return carry(found, name, name === 'raw_data' ? reader.next - reader.start : reader.count);
  }
}

function carry(found: Gathered, field: string, count: number): boolean {
  found.carried ??= { field, count: 0 };
  if (found.carried.field !== field) return true;
  found.carried.count += count;
  return false;
}

function exhaust(reader: MessageReader | undefined): void {
  while (reader?.advance()) continue;
}

/**
 * onnxruntime marks weights that already lie in memory by such a location, with the address as offset
 * (kTensorProtoMemoryAddressTag and its native-endian twin in tensorprotoutils.h): in a file it reads any memory.
 */
const addressMarker = '*/_ORT_';

function externalReason(reader: MessageReader, known: string | undefined): string {
  const entry = reader.child();
  while (entry?.advance()) {
    if (textOf(entry.range()).startsWith(addressMarker)) return 'claims to lie at an address of this process';
  }
  return known ?? 'refers to data outside the file';
}

/** Adds a dimension; `whose` is for the message. Errors: `ModelUnsafe` for a negative one, too many, or too large a product. */
export function extend(shape: Shape, dim: number, whose: string): void {
  if (dim < 0) refuse(`${whose} has the negative dimension ${dim}`);
  shape.rank += 1;
  if (shape.rank > limits.rank) refuse(`${whose} has more than ${limits.rank} dimensions`);
  if (dim === 0) shape.empty = true;
  else shape.elements *= dim;
  if (shape.elements > limits.elements)
    refuse(`${whose} claims ${BigInt(shape.elements)} elements and a file holds at most ${limits.elements}`);
}

function extendAll(shape: Shape, reader: MessageReader, whose: string): void {
  if (reader.count > limits.rank) refuse(`${whose} has more than ${limits.rank} dimensions`);
  for (const dim of reader.integers()) extend(shape, dim, whose);
}

function checkElements(tensor: string, { type, shape, carried }: Gathered): void {
  const stored = storage[type];
  if (stored === undefined) refuse(`${tensor} has the unknown element type ${type}`);
  const elements = shape.empty ? 0 : shape.elements;
  const given = carried ?? { field: stored.field, count: 0 };
  const raw = given.field === 'raw_data';
  if (given.field !== stored.field && (!raw || Number.isNaN(stored.bits)))
    refuse(`${tensor} has element type ${type} and carries ${given.field}`);
  const expected = Math.ceil(raw ? (elements * stored.bits) / 8 : elements * stored.numbers);
  if (given.count !== expected)
    refuse(`${tensor} claims ${elements} elements and carries ${given.count} ${raw ? 'bytes' : `of ${given.field}`}`);
}

/**
 * Reads a SparseTensorProto: both its tensors are checked, and what it grows to when onnxruntime makes it dense.
 * Errors: `ModelUnsafe`.
 */
export function checkSparseTensor(reader: MessageReader): void {
  const shape: Shape = { rank: 0, elements: 1, empty: false };
  const parts: { values?: TensorFacts; indices?: TensorFacts } = {};
  while (reader.advance()) {
    const child = reader.child();
    if (child !== undefined) parts[reader.rule.name as 'values' | 'indices'] = checkTensor(child);
    else extendAll(shape, reader, 'a sparse tensor');
  }
  const { values, indices } = parts;
  if (values === undefined || indices === undefined) refuse('a sparse tensor lacks its values or its indices');
  const tensor = `its sparse tensor ${nameAt(values.name)}`;
  if (shape.elements > limits.denseElements)
    refuse(`${tensor} grows to ${shape.elements} elements and at most ${limits.denseElements} are allowed`);
  const count = elementsOf(values);
  const fits = [count, count * shape.rank].includes(elementsOf(indices)) && count <= shape.elements;
  if (indices.type !== int64 || !fits) refuse(`${tensor} has indices that do not fit its values`);
}

function elementsOf({ shape }: TensorFacts): number {
  return shape.empty ? 0 : shape.elements;
}
