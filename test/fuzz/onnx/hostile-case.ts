import type { ModelSignature } from '@laurel/domain';
import { attribute, type GraphParts, model, node, tensor, value } from '../../support/onnx-writer.js';
import { chunk, type Field, integer, join } from '../../support/protobuf-writer.js';

/** A file that must not pass, and who refuses it. */
export interface HostileCase {
  /** A sentence about the file. */
  readonly name: string;
  /** The parser refuses it before onnxruntime sees it, or the child contains it. */
  readonly stage: 'parser' | 'child';
  readonly bytes: () => Uint8Array;
  /** What the refusal says. */
  readonly says: RegExp;
}

/** Makes cases of one stage out of `[name, says, bytes]`. */
export function casesOf(
  stage: HostileCase['stage'],
  rows: readonly (readonly [name: string, says: RegExp, bytes: () => Uint8Array])[],
): readonly HostileCase[] {
  return rows.map(([name, says, bytes]) => ({ name, stage, says, bytes }));
}

/** What every hostile model says it is: one number in, one number out. */
export const signature: ModelSignature = {
  task: 'regression',
  inputs: [{ name: 'x', dtype: 'FP32', shape: [-1, 1], optional: false }],
  outputs: [{ name: 'value', dtype: 'FP32', shape: [-1, 1], role: 'value' }],
  classes: [],
};

const x = value('x', 'FP32', [-1, 1]);
const y = value('value', 'FP32', [-1, 1]);

/** A node that makes the output out of the input, so that a model is whole without its hostile part. */
export const pass = node('Identity', { from: ['x'], to: ['value'] });

/** A model x → value of these nodes and initialisers. */
export function modelOf(parts: Partial<GraphParts> = {}): Uint8Array {
  return model({ nodes: [pass], inputs: [x], outputs: [y], ...parts });
}

/** A sound model with fields appended to its file. */
export function withFields(...fields: readonly Field[]): Uint8Array {
  return join([modelOf(), ...fields]);
}

/** The file of a graph with these fields; they need not be fields at all. */
function fileOf(...fields: readonly Field[]): Uint8Array {
  const body = [chunk(2, 'graph'), chunk(11, x), chunk(12, y), ...fields];
  return join([integer(1, 8), chunk(8, [integer(2, 17)]), chunk(7, body)]);
}

/** A sound model with fields appended to its graph. */
export function withGraphFields(...fields: readonly Field[]): Uint8Array {
  return fileOf(pass, ...fields);
}

/** Nodes that add the sum of the tensor `w` to the input, so that a reader who trusts the model has to read it. */
const addW = [
  node('ReduceSum', { from: ['w'], to: ['sum'] }, [attribute.integer('keepdims', 0)]),
  node('Add', { from: ['x', 'sum'], to: ['value'] }),
];

/** A model that uses this tensor, an initialiser, which should be named `w`. */
export function withInitializer(fields: readonly Field[]): Uint8Array {
  return fileOf(...addW, chunk(5, fields));
}

/** A model that uses the sparse tensor among these fields, whose values should be named `w`. */
export function withSparse(fields: readonly Field[]): Uint8Array {
  return fileOf(...addW, chunk(15, fields));
}

/** A model that uses the constant `w` that a node with this attribute makes. */
export function withConstant(held: Field): Uint8Array {
  return fileOf(node('Constant', { from: [], to: ['w'] }, [held]), ...addW);
}

/** A sound model with one more node, which has these attributes. */
export function withNode(operator: string, ...attributes: readonly Field[]): Uint8Array {
  return withGraphFields(node(operator, { from: ['x'], to: ['unused'] }, attributes));
}

/** An unnamed attribute with whatever fields. */
export function attributeOf(...fields: readonly Field[]): Field {
  return chunk(5, [chunk(1, 'value'), ...fields]);
}

/** A sound tensor. */
export const one = tensor('w', { dims: [1], floats: [1] });
