import { LaurelError } from '@laurel/contracts';
import { elementCount, isTensorType, quoted, type Tensor, type TensorType } from '@laurel/domain';
import { JsonCursor, type Scalar } from '../json/json-cursor.js';
import { readTensorData } from '../json/read-tensor-data.js';
import { readBinaryTensor } from './binary-tensor.js';

/** Parameters of a request, a tensor or an output; anything but single values is not kept. */
export type Parameters = ReadonlyMap<string, Scalar>;

export interface OutputWish {
  readonly name: string;
  /** Answer it as binary; `null` where only the request says. */
  readonly binary: boolean | null;
  /** Answer the labels of the `classification` largest elements instead; 0 for the tensor itself. */
  readonly classification: number;
}

/** An inference request of the Open Inference Protocol. */
export interface InferRequest {
  readonly id: string | null;
  readonly tensors: readonly (Tensor & { readonly nullAt?: number })[];
  /** `null` for all outputs, as JSON unless `binaryOutput`. */
  readonly outputs: readonly OutputWish[] | null;
  readonly binaryOutput: boolean;
  readonly parameters: Parameters;
}

const none: Parameters = new Map();
const maximumInputs = 10_000;

function refuse(message: string): never {
  throw new LaurelError('InvalidInput', message);
}

/**
 * Reads a request: JSON of `jsonLength` bytes, then the tensors that it says are binary, in its order. Errors:
 * `InvalidInput` that names the tensor, before anything large is allocated.
 */
export function readInferRequest(body: Buffer, jsonLength: number): InferRequest {
  const cursor = new JsonCursor(body.subarray(0, jsonLength));
  let id: string | null = null;
  let inputs: RawInput[] | undefined;
  let outputs: OutputWish[] | null = null;
  let parameters = none;
  cursor.object((key) => {
    if (key === 'inputs') inputs = readInputs(cursor);
    else if (key === 'outputs') outputs = readOutputs(cursor);
    else if (key === 'id') id = readId(cursor);
    else if (key === 'parameters') parameters = readParameters(cursor);
    else cursor.skip(1);
  });
  cursor.end();
  if (inputs === undefined || inputs.length === 0) return refuse('inputs must be a list of at least one tensor.');
  const tensors = withBinary(inputs, body, jsonLength);
  return { id, tensors, outputs, binaryOutput: parameters.get('binary_data_output') === true, parameters };
}

function readId(cursor: JsonCursor): string | null {
  const id = cursor.scalar();
  if (id === null || typeof id === 'string') return id;
  return typeof id === 'number' ? String(id) : refuse('id must be a text.');
}

/** Parameters of any object; values that are lists or objects are read over, as the protocol lets servers do. */
function readParameters(cursor: JsonCursor): Parameters {
  if (cursor.peek() === 0x6e) {
    cursor.literal('null');
    return none;
  }
  const parameters = new Map<string, Scalar>();
  cursor.object((key) => {
    const next = cursor.peek();
    if (next === 0x5b || next === 0x7b) cursor.skip(2);
    else parameters.set(key, cursor.scalar());
  });
  return parameters;
}

/** An input as JSON has it; a binary one waits for its bytes. */
interface RawInput {
  readonly name: string;
  readonly datatype: TensorType;
  readonly shape: readonly number[];
  readonly binarySize: number | null;
  readonly tensor: (Tensor & { readonly nullAt?: number }) | null;
}

function readInputs(cursor: JsonCursor): RawInput[] {
  const inputs: RawInput[] = [];
  cursor.list((index) => {
    if (index >= maximumInputs) cursor.fail(`there are more than ${maximumInputs} inputs`);
    inputs.push(readInput(cursor, index));
  });
  return inputs;
}

function readInput(cursor: JsonCursor, index: number): RawInput {
  let name: string | undefined;
  let datatype: TensorType | undefined;
  let shape: readonly number[] | undefined;
  let parameters = none;
  let dataAt = -1;
  let tensor: RawInput['tensor'] = null;
  cursor.object((key) => {
    if (key === 'name') {
      name = cursor.string();
      cursor.input = name;
    } else if (key === 'datatype') datatype = readDatatype(cursor, name ?? `${index}`);
    else if (key === 'shape') shape = readShape(cursor, name ?? `${index}`);
    else if (key === 'parameters') parameters = readParameters(cursor);
    else if (key === 'data') {
      cursor.peek();
      dataAt = cursor.at;
      if (name !== undefined && datatype !== undefined && shape !== undefined)
        tensor = readData(cursor, { name, datatype, shape });
      else cursor.skip(2);
    } else cursor.skip(2);
  });
  cursor.input = null;
  if (name === undefined) return refuse(`inputs[${index}] has no name.`);
  if (datatype === undefined) return refuse(`The input ${quoted(name)} has no datatype.`);
  if (shape === undefined) return refuse(`The input ${quoted(name)} has no shape.`);
  const size = parameters.get('binary_data_size');
  if (size !== undefined && dataAt >= 0) return refuse(`The input ${quoted(name)} has both data and binary_data_size.`);
  if (size === undefined && dataAt < 0) return refuse(`The input ${quoted(name)} has no data.`);
  if (size === undefined && tensor === null)
    tensor = readData(new JsonCursor(cursor.bytes, dataAt), { name, datatype, shape });
  return { name, datatype, shape, tensor, binarySize: size === undefined ? null : binarySize(name, size) };
}

function binarySize(name: string, size: Scalar): number {
  if (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0) return size;
  return refuse(`The input ${quoted(name)} has a binary_data_size that is no number of bytes.`);
}

function readDatatype(cursor: JsonCursor, name: string): TensorType {
  const text = cursor.string();
  if (isTensorType(text)) return text;
  return refuse(`The input ${quoted(name)} has the datatype ${quoted(text)}, which is none of the protocol.`);
}

function readShape(cursor: JsonCursor, name: string): readonly number[] {
  const shape: number[] = [];
  cursor.list((axis) => {
    if (axis >= 32) refuse(`The input ${quoted(name)} has more than 32 dimensions.`);
    shape.push(cursor.dimension());
  });
  if (elementCount(shape) === undefined)
    refuse(`The input ${quoted(name)} has shape [${shape.join(', ')}], more elements than any body holds.`);
  return shape;
}

function readData(
  cursor: JsonCursor,
  tensor: Pick<Tensor, 'name' | 'datatype' | 'shape'>,
): Tensor & { readonly nullAt?: number } {
  cursor.input = tensor.name;
  const length = elementCount(tensor.shape) ?? 0;
  // An element takes two bytes at least, with its comma: a shape may not make room for what cannot be there.
  if (length > (cursor.bytes.length - cursor.at) / 2 + 1) return refuse(wrongCount(tensor, 'fewer'));
  const { data, count, nullAt } = readTensorData(cursor, tensor.datatype, length);
  if (count !== length) return refuse(wrongCount(tensor, count > length ? 'more' : `${count}`));
  return nullAt < 0 ? { ...tensor, data } : { ...tensor, data, nullAt };
}

function wrongCount({ name, shape }: Pick<Tensor, 'name' | 'shape'>, given: string): string {
  return `The input ${quoted(name)} has ${given} values for shape [${shape.join(', ')}], which has ${elementCount(shape)}.`;
}

function withBinary(inputs: readonly RawInput[], body: Buffer, jsonLength: number): InferRequest['tensors'] {
  let at = jsonLength;
  const tensors = inputs.map(({ binarySize: size, tensor, ...declared }) => {
    if (tensor !== null) return tensor;
    const bytes = body.subarray(at, at + (size ?? 0));
    if (bytes.length !== size) {
      return refuse(`The input ${quoted(declared.name)} says ${size} binary bytes and ${bytes.length} are left.`);
    }
    at += bytes.length;
    return readBinaryTensor(declared, bytes);
  });
  if (at !== body.length) refuse(`${body.length - at} bytes follow the last tensor; binary_data_size must cover them.`);
  return tensors;
}

function readOutputs(cursor: JsonCursor): OutputWish[] {
  const outputs: OutputWish[] = [];
  cursor.list((index) => {
    let name: string | undefined;
    let parameters = none;
    cursor.object((key) => {
      if (key === 'name') name = cursor.string();
      else if (key === 'parameters') parameters = readParameters(cursor);
      else cursor.skip(2);
    });
    outputs.push(outputWish(name ?? refuse(`outputs[${index}] has no name.`), parameters));
  });
  return outputs;
}

/** What an output's parameters ask for. Errors: `InvalidInput`. */
export function outputWish(name: string, parameters: Parameters): OutputWish {
  const binary = parameters.get('binary_data');
  const classification = parameters.get('classification') ?? 0;
  if (typeof classification !== 'number' || !Number.isSafeInteger(classification) || classification < 0) {
    return refuse(`The output ${quoted(name)} asks for a classification that is no number of classes.`);
  }
  return { name, binary: typeof binary === 'boolean' ? binary : null, classification };
}
