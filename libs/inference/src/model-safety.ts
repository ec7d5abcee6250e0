import { LaurelError } from '@laurel/contracts';
import { fieldsOf, MalformedProtobuf, textOf } from './protobuf-reader.js';
import { checkTensor } from './tensor-safety.js';

/** Field numbers of onnx.proto3 that lead to graphs, nodes and tensors. */
const fieldNumber = {
  model: { irVersion: 1, graph: 7, opset: 8, training: 20, functions: 25 },
  graph: { node: 1, initializer: 5, output: 12, sparseInitializer: 15 },
  node: { output: 2, operator: 4, attribute: 5, domain: 7 },
  attribute: { tensor: 5, graph: 6, tensors: 10, graphs: 11, sparseTensor: 22, sparseTensors: 23 },
  sparseTensor: { values: 1, indices: 2 },
  function: { node: 7, domain: 10 },
  training: { initialization: 1, algorithm: 2 },
} as const;

/** Domains whose operators onnxruntime itself implements. */
const knownDomains = ['', 'ai.onnx', 'ai.onnx.ml', 'com.microsoft'];

const maximumBytes = 2 ** 31 - 1;
const maximumNodes = 200_000;
const maximumDepth = 32;

interface Walk {
  readonly domains: ReadonlySet<string>;
  nodes: number;
}

function unsafe(reason: string): never {
  throw new LaurelError('ModelUnsafe', `The model file is refused: ${reason}.`);
}

/**
 * Reads a model file without running it and refuses what could reach outside it or exhaust the reader: external data
 * (also in subgraphs and functions), operators of unknown domains, tensors that claim more than they carry, torn files.
 * Errors: `ModelUnsafe`.
 */
export function inspectModel(bytes: Uint8Array): void {
  try {
    walkModel(bytes);
  } catch (error) {
    if (error instanceof MalformedProtobuf) unsafe(`it is not a whole ONNX file, ${error.message}`);
    throw error;
  }
}

function walkModel(bytes: Uint8Array): void {
  if (bytes.length === 0) unsafe('it is empty');
  if (bytes.length > maximumBytes) unsafe(`it has ${bytes.length} bytes and ONNX files end at 2 GiB`);
  const { irVersion, graph, opset, training, functions } = fieldNumber.model;
  const walk: Walk = { domains: new Set([...knownDomains, ...functionDomains(bytes)]), nodes: 0 };
  const seen = new Set<number>();
  for (const field of fieldsOf(bytes)) {
    seen.add(field.number);
    if (field.kind !== 'bytes') continue;
    if (field.number === graph) walkGraph(field.value, walk, 0);
    if (field.number === functions) walkFunction(field.value, walk);
    if (field.number === training) unsafe('it carries training graphs; export it for inference');
  }
  if (![irVersion, graph, opset].every((number) => seen.has(number))) unsafe('it is not an ONNX model');
  if (walk.nodes === 0) unsafe('its graph has no nodes');
}

/** Domains of the functions that a model brings along; their bodies are walked like any graph. */
function functionDomains(bytes: Uint8Array): readonly string[] {
  return children(bytes, fieldNumber.model.functions).flatMap((body) =>
    children(body, fieldNumber.function.domain).map(textOf),
  );
}

function children(bytes: Uint8Array, number: number): readonly Uint8Array[] {
  return [...fieldsOf(bytes)].flatMap((field) =>
    field.kind === 'bytes' && field.number === number ? [field.value] : [],
  );
}

function walkFunction(bytes: Uint8Array, walk: Walk): void {
  for (const node of children(bytes, fieldNumber.function.node)) walkNode(node, walk, 1);
}

function walkGraph(bytes: Uint8Array, walk: Walk, depth: number): void {
  if (depth > maximumDepth) unsafe(`its subgraphs are nested more than ${maximumDepth} deep`);
  const { node, initializer, sparseInitializer } = fieldNumber.graph;
  for (const field of fieldsOf(bytes)) {
    if (field.kind !== 'bytes') continue;
    if (field.number === node) walkNode(field.value, walk, depth);
    if (field.number === initializer) checkTensor(field.value);
    if (field.number === sparseInitializer) checkSparseTensor(field.value);
  }
}

function walkNode(bytes: Uint8Array, walk: Walk, depth: number): void {
  walk.nodes += 1;
  if (walk.nodes > maximumNodes) unsafe(`it has more than ${maximumNodes} nodes`);
  const { operator, attribute, domain } = fieldNumber.node;
  let name = 'a node';
  for (const field of fieldsOf(bytes)) {
    if (field.kind !== 'bytes') continue;
    if (field.number === operator) name = textOf(field.value).slice(0, 60);
    if (field.number === attribute) walkAttribute(field.value, walk, depth);
    if (field.number === domain && !walk.domains.has(textOf(field.value))) {
      unsafe(`${name} is of the unknown operator domain "${textOf(field.value).slice(0, 60)}"`);
    }
  }
}

function walkAttribute(bytes: Uint8Array, walk: Walk, depth: number): void {
  const { tensor, graph, tensors, graphs, sparseTensor, sparseTensors } = fieldNumber.attribute;
  for (const field of fieldsOf(bytes)) {
    if (field.kind !== 'bytes') continue;
    if (field.number === tensor || field.number === tensors) checkTensor(field.value);
    if (field.number === sparseTensor || field.number === sparseTensors) checkSparseTensor(field.value);
    if (field.number === graph || field.number === graphs) walkGraph(field.value, walk, depth + 1);
  }
}

function checkSparseTensor(bytes: Uint8Array): void {
  const { values, indices } = fieldNumber.sparseTensor;
  for (const part of [...children(bytes, values), ...children(bytes, indices)]) checkTensor(part);
}
