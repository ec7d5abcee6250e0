import { LaurelError } from '@laurel/contracts';
import { elementCount, isTensorType, quoted, type Tensor, type TensorType } from '@laurel/domain';
import { readBinaryTensor } from '../../oip/binary-tensor.js';
import { type OutputWish, outputWish, type Parameters } from '../../oip/infer-request.js';
import { MessageReader, type MessageShape, wire } from '../protobuf/message-reader.js';
import { noParameters, type ReadParameters, readParameter } from './parameters.js';
import { type MessageRange, readContents } from './tensor-contents.js';

const requestShape: MessageShape = {
  name: 'ModelInferRequest',
  fields: {
    1: 'model_name',
    2: 'model_version',
    3: 'id',
    4: 'parameters',
    5: 'inputs',
    6: 'outputs',
    7: 'raw_input_contents',
  },
};
const inputShape: MessageShape = {
  name: 'ModelInferRequest.inputs',
  fields: { 1: 'name', 2: 'datatype', 3: 'shape', 4: 'parameters', 5: 'contents' },
};
const outputShape: MessageShape = { name: 'ModelInferRequest.outputs', fields: { 1: 'name', 2: 'parameters' } };

const maximumTensors = 10_000;
const maximumDimensions = 32;

/** `ModelInferRequest` as the data plane wants it. */
export interface InferMessage {
  readonly modelName: string;
  /** `null` lets the split choose. */
  readonly modelVersion: string | null;
  readonly id: string;
  readonly parameters: Parameters;
  readonly tensors: readonly Tensor[];
  /** `null` for all. */
  readonly outputs: readonly OutputWish[] | null;
  /** The inputs came as raw contents, and so the outputs go. */
  readonly raw: boolean;
  /** Size of the message. */
  readonly bytes: number;
}

/** An input without its elements. */
interface Declared extends Pick<Tensor, 'name' | 'datatype' | 'shape'> {
  readonly contents: MessageRange | null;
}

function refuse(message: string): never {
  throw new LaurelError('InvalidInput', message);
}

/**
 * Reads a serialised `ModelInferRequest` straight into tensors. Errors: `InvalidInput` that names the field or the input,
 * before anything is allocated that the message does not fill.
 */
export function readInferMessage(bytes: Buffer): InferMessage {
  const reader = new MessageReader(bytes, requestShape);
  const inputs: Declared[] = [];
  const raw: Buffer[] = [];
  let modelName = '';
  let modelVersion = '';
  let id = '';
  let parameters: ReadParameters | null = null;
  let outputs: OutputWish[] | null = null;
  while (reader.advance()) {
    switch (reader.field) {
      case 1:
        modelName = reader.text();
        break;
      case 2:
        modelVersion = reader.text();
        break;
      case 3:
        id = reader.text();
        break;
      case 4:
        parameters = readParameter(reader, parameters);
        break;
      case 5:
        inputs.push(readInput(room(reader, inputs)));
        break;
      case 6:
        outputs ??= [];
        outputs.push(readOutput(room(reader, outputs)));
        break;
      case 7:
        raw.push(room(reader, raw).chunk());
    }
  }
  return {
    modelName,
    modelVersion: modelVersion === '' ? null : modelVersion,
    id,
    parameters: parameters ?? noParameters,
    tensors: raw.length > 0 ? withRaw(inputs, raw) : inputs.map(withContents),
    outputs,
    raw: raw.length > 0,
    bytes: bytes.length,
  };
}

function room(reader: MessageReader, list: readonly unknown[]): MessageReader {
  return list.length < maximumTensors ? reader : reader.fail(`has more than ${maximumTensors} elements`);
}

function readInput(outer: MessageReader): Declared {
  const reader = outer.message(inputShape);
  let name = '';
  let datatype = '';
  let contents: MessageRange | null = null;
  const shape: number[] = [];
  while (reader.advance()) {
    if (reader.field === 1) name = reader.text();
    else if (reader.field === 2) datatype = reader.text();
    else if (reader.field === 3) readDimensions(reader, shape);
    else if (reader.field === 5) {
      if (contents !== null) reader.fail('is there twice');
      reader.expect(wire.bytes);
      contents = { bytes: reader.bytes, start: reader.start, end: reader.next };
    }
  }
  if (name === '') return refuse('An input has no name; name every input.');
  return { name, datatype: typeOf(name, datatype), shape: checkedShape(name, shape), contents };
}

function typeOf(name: string, datatype: string): TensorType {
  if (isTensorType(datatype)) return datatype;
  return refuse(`The input ${quoted(name)} has the datatype ${quoted(datatype)}, which is none of the protocol.`);
}

/** Dimensions of the current field, packed or one. */
function readDimensions(reader: MessageReader, shape: number[]): void {
  const { start, next, wireType } = reader;
  if (wireType !== wire.bytes) shape.push(room32(reader, shape).integer());
  else {
    for (let at = start; at < next; ) {
      at = reader.varintAt(at);
      if (at > next) reader.fail('ends in the middle of a number');
      shape.push(room32(reader, shape).safeInteger());
    }
  }
}

function room32(reader: MessageReader, shape: readonly number[]): MessageReader {
  return shape.length < maximumDimensions ? reader : reader.fail(`has more than ${maximumDimensions} dimensions`);
}

/** Returns a shape that a tensor may have. Errors: `InvalidInput`. */
export function checkedShape(name: string, shape: readonly number[]): readonly number[] {
  if (elementCount(shape) !== undefined) return shape;
  const what = shape.some((dimension) => dimension < 0)
    ? 'a dimension below 0; say the real one'
    : 'more elements than any message holds';
  return refuse(`The input ${quoted(name)} has shape [${shape.join(', ')}], which has ${what}.`);
}

function readOutput(outer: MessageReader): OutputWish {
  const reader = outer.message(outputShape);
  let name = '';
  let parameters: ReadParameters | null = null;
  while (reader.advance()) {
    if (reader.field === 1) name = reader.text();
    else if (reader.field === 2) parameters = readParameter(reader, parameters);
  }
  return outputWish(name, parameters ?? noParameters);
}

function withRaw(inputs: readonly Declared[], raw: readonly Buffer[]): readonly Tensor[] {
  if (raw.length !== inputs.length) {
    refuse(`raw_input_contents has ${raw.length} elements for ${inputs.length} inputs; send one for each.`);
  }
  return inputs.map(({ contents, ...declared }, index) => {
    if (contents !== null && contents.end > contents.start) {
      refuse(`The input ${quoted(declared.name)} has contents beside raw_input_contents; send one of the two.`);
    }
    return readBinaryTensor(declared, raw[index] as Buffer);
  });
}

const empty: MessageRange = { bytes: Buffer.alloc(0), start: 0, end: 0 };

function withContents({ contents, ...declared }: Declared): Tensor {
  return readContents(declared, contents ?? empty);
}
