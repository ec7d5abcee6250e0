import { addCall, type Body, callKey, checkCalls, emptyBody } from './model-safety-calls.js';
import { limits } from './model-safety-limits.js';
import { MessageReader } from './model-safety-message.js';
import { nameAt, refuse, shown, textOf } from './model-safety-refusal.js';
import { type MessageName, messages } from './model-safety-schema.js';
import { MalformedProtobuf } from './protobuf-reader.js';
import { checkSparseTensor, checkTensor, extend, type Shape } from './tensor-safety.js';

/** Where in a file the walk is. */
interface Place {
  /** What the nodes found here belong to. */
  readonly body: Body;
  readonly functions: Map<string, Body>;
  /** Graphs around this one. */
  readonly graphDepth: number;
  readonly messageDepth: number;
}

/** How messages that need more than their form checked are read; the others are only walked through. */
const walks: Partial<Record<MessageName, (reader: MessageReader, place: Place) => void>> = {
  GraphProto: walkGraph,
  FunctionProto: walkFunction,
  NodeProto: walkNode,
  AttributeProto: walkAttribute,
  TensorProto: checkTensor,
  SparseTensorProto: checkSparseTensor,
  TensorShapeProto: walkShape,
};

/**
 * Reads a model file without running it and refuses what could reach outside it, mean two things to two readers, or
 * exhaust a reader: external data wherever it stands, operators of unknown domains, tensors that are not exactly what
 * they carry, graphs and functions without end, unknown or doubled fields, torn files. Time is linear in the size and
 * nothing is copied. Errors: `ModelUnsafe`, one sentence that names the thing.
 */
export function inspectModel(bytes: Uint8Array): void {
  try {
    if (bytes.length === 0) refuse('it is empty');
    if (bytes.length > limits.bytes) refuse(`it has ${bytes.length} bytes and ONNX files end at 2 GiB`);
    if (isOrtFormat(bytes)) refuse("it is in onnxruntime's own format; export it as ONNX");
    walkModel(bytes);
  } catch (error) {
    if (error instanceof MalformedProtobuf) refuse(`it is not a whole ONNX file, ${error.message}`);
    throw error;
  }
}

/** onnxruntime takes bytes with this mark for a FlatBuffer, whatever they are as protobuf; nothing here reads those. */
function isOrtFormat(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(4, 8)) === 'ORTM';
}

function walkModel(bytes: Uint8Array): void {
  const reader = new MessageReader(
    messages.ModelProto,
    { bytes, start: 0, end: bytes.length },
    { messages: 0, fields: 0 },
  );
  const place: Place = { body: emptyBody('the graph'), functions: new Map(), graphDepth: 0, messageDepth: 0 };
  const seen = new Set<string>();
  while (reader.advance()) {
    seen.add(reader.rule.name);
    if (reader.rule.name === 'training_info') refuse('it carries training graphs; export it for inference');
    descend(reader, place);
  }
  const missing = ['ir_version', 'graph', 'opset_import'].find((name) => !seen.has(name));
  if (missing !== undefined) refuse(`it is not an ONNX model, it has no ${missing}`);
  if (place.body.nodes === 0) refuse('its graph has no nodes');
  checkCalls(place.body, place.functions);
}

/** Goes into the current field of `reader` if it is a message. The only recursion, bounded by `limits.messageDepth`. */
function descend(reader: MessageReader, place: Place): void {
  const child = reader.child();
  if (child === undefined) return;
  const messageDepth = place.messageDepth + 1;
  if (messageDepth > limits.messageDepth) refuse(`its messages are nested more than ${limits.messageDepth} deep`);
  const walk = walks[child.schema.name] ?? walkThrough;
  walk(child, { ...place, messageDepth });
}

function walkThrough(reader: MessageReader, place: Place): void {
  while (reader.advance()) descend(reader, place);
}

function walkGraph(reader: MessageReader, outer: Place): void {
  const place = { ...outer, graphDepth: outer.graphDepth + 1 };
  if (place.graphDepth > limits.graphDepth) refuse(`its graphs are nested more than ${limits.graphDepth} deep`);
  const values = { input: 0, output: 0 };
  while (reader.advance()) {
    const { name } = reader.rule;
    if (name === 'input' || name === 'output') {
      values[name] += 1;
      if (values[name] > limits.values) refuse(`a graph of it has more than ${limits.values} ${name}s`);
    }
    descend(reader, place);
  }
}

function walkFunction(reader: MessageReader, outer: Place): void {
  const body = emptyBody('');
  const id = { domain: '', name: '', overload: '' };
  while (reader.advance()) {
    const { name } = reader.rule;
    if (name === 'domain' || name === 'name' || name === 'overload') id[name] = textOf(reader.range());
    descend(reader, { ...outer, body });
  }
  const key = callKey({ domain: id.domain, operator: id.name, overload: id.overload });
  if (outer.functions.has(key)) refuse(`its function ${shown(id.name)} is given twice`);
  outer.functions.set(key, { ...body, name: id.name });
}

function walkNode(reader: MessageReader, place: Place): void {
  const id = { domain: '', op_type: '', overload: '' };
  while (reader.advance()) {
    const { name } = reader.rule;
    if (name === 'domain' || name === 'op_type' || name === 'overload') id[name] = textOf(reader.range());
    descend(reader, place);
  }
  if (id.op_type === '') refuse('a node of it has no operator');
  addCall(place.body, { domain: id.domain, operator: id.op_type, overload: id.overload });
  if (place.body.nodes > limits.nodes) refuse(`it has more than ${limits.nodes} nodes`);
}

/** AttributeProto.AttributeType of onnx-ml.proto for each field with a value. */
const typeOfValue: Readonly<Record<string, number>> = {
  f: 1,
  i: 2,
  s: 3,
  t: 4,
  g: 5,
  floats: 6,
  ints: 7,
  strings: 8,
  tensors: 9,
  graphs: 10,
  sparse_tensor: 11,
  sparse_tensors: 12,
  tp: 13,
  type_protos: 14,
};

function walkAttribute(reader: MessageReader, place: Place): void {
  let type = 0;
  let given = 0;
  let name: ReturnType<MessageReader['range']> | undefined;
  while (reader.advance()) {
    if (reader.rule.name === 'type') type = reader.integer;
    if (reader.rule.name === 'name') name = reader.range();
    const value = typeOfValue[reader.rule.name];
    if (value !== undefined && given !== 0 && value !== given) refuse(`an attribute of it has two values`);
    given = value ?? given;
    descend(reader, place);
  }
  if (type !== 0 && given !== 0 && type !== given)
    refuse(`its attribute ${nameAt(name)} is of type ${type} and has a value of type ${given}`);
}

/** Exporters write -1 for a dimension that is only known at run time. */
const unknownDimension = -1;

function walkShape(reader: MessageReader): void {
  const shape: Shape = { rank: 0, elements: 1, empty: false };
  while (reader.advance()) {
    const dimension = reader.child();
    let size = 1;
    while (dimension?.advance()) {
      if (dimension.rule.name === 'dim_value' && dimension.integer !== unknownDimension) size = dimension.integer;
    }
    extend(shape, size, 'a value');
  }
}
