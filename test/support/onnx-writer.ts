import { chunk, type Field, float, integer, join } from './protobuf-writer.js';

/** Element types of ONNX. */
export const elementType = {
  FP32: 1,
  UINT8: 2,
  INT8: 3,
  UINT16: 4,
  INT16: 5,
  INT32: 6,
  INT64: 7,
  BYTES: 8,
  BOOL: 9,
  FP16: 10,
  FP64: 11,
  UINT32: 12,
  UINT64: 13,
} as const;
export type ElementType = keyof typeof elementType;

/** A constant tensor. */
export function tensor(
  name: string,
  { dims, floats, integers, strings }: { dims: number[]; floats?: number[]; integers?: number[]; strings?: string[] },
): Field[] {
  const head = [...dims.map((dim) => integer(1, dim)), chunk(8, name)];
  if (floats) return [...head, integer(2, elementType.FP32), chunk(9, new Uint8Array(new Float32Array(floats).buffer))];
  if (integers) {
    const raw = new Uint8Array(new BigInt64Array(integers.map(BigInt)).buffer);
    return [...head, integer(2, elementType.INT64), chunk(9, raw)];
  }
  return [...head, integer(2, elementType.BYTES), ...(strings ?? []).map((text) => chunk(6, text))];
}

/** A float tensor whose bytes are said to lie in another file. */
export function externalTensor(name: string, dims: number[], location: string): Field[] {
  const entry = [chunk(1, 'location'), chunk(2, location)];
  return [
    ...dims.map((dim) => integer(1, dim)),
    integer(2, elementType.FP32),
    chunk(8, name),
    chunk(13, entry),
    integer(14, 1),
  ];
}

/** An attribute of a node. */
export const attribute = {
  integer: (name: string, value: number): Field => chunk(5, [chunk(1, name), integer(3, value), integer(20, 2)]),
  float: (name: string, value: number): Field => chunk(5, [chunk(1, name), float(2, value), integer(20, 1)]),
  text: (name: string, value: string): Field => chunk(5, [chunk(1, name), chunk(4, value), integer(20, 3)]),
  tensor: (name: string, value: Field[]): Field => chunk(5, [chunk(1, name), chunk(5, value), integer(20, 4)]),
  graph: (name: string, value: Field[]): Field => chunk(5, [chunk(1, name), chunk(6, value), integer(20, 5)]),
  floats: (name: string, values: readonly number[]): Field =>
    chunk(5, [chunk(1, name), ...values.map((value) => float(7, value)), integer(20, 6)]),
  integers: (name: string, values: readonly number[]): Field =>
    chunk(5, [chunk(1, name), ...values.map((value) => integer(8, value)), integer(20, 7)]),
  texts: (name: string, values: readonly string[]): Field =>
    chunk(5, [chunk(1, name), ...values.map((value) => chunk(9, value)), integer(20, 8)]),
};

/** A node of a graph. `domain` is empty for the standard operators. */
export function node(
  operator: string,
  wiring: { readonly from: readonly string[]; readonly to: readonly string[]; readonly domain?: string },
  attributes: readonly Field[] = [],
): Field {
  const inputs = wiring.from.map((name) => chunk(1, name));
  const outputs = wiring.to.map((name) => chunk(2, name));
  const domain = wiring.domain ? [chunk(7, wiring.domain)] : [];
  return chunk(1, [...inputs, ...outputs, chunk(4, operator), ...attributes, ...domain]);
}

/** A named input or output; -1 stands for the number of rows. */
export function value(name: string, type: ElementType, shape: readonly number[]): Field[] {
  const dims = shape.map((dim) => chunk(1, dim < 0 ? [chunk(2, 'n')] : [integer(1, dim)]));
  return [chunk(1, name), chunk(2, [chunk(1, [integer(1, elementType[type]), chunk(2, dims)])])];
}

export interface GraphParts {
  readonly nodes: readonly Field[];
  readonly initializers?: readonly Field[][];
  readonly inputs: readonly Field[][];
  readonly outputs: readonly Field[][];
}

/** The fields of a graph. */
export function graph({ nodes, initializers = [], inputs, outputs }: GraphParts): Field[] {
  return [
    ...nodes,
    chunk(2, 'graph'),
    ...initializers.map((initializer) => chunk(5, initializer)),
    ...inputs.map((input) => chunk(11, input)),
    ...outputs.map((output) => chunk(12, output)),
  ];
}

/** The bytes of a model: IR version 8, opset 17, ai.onnx.ml 3. */
export function model(parts: GraphParts): Uint8Array {
  const opset = (domain: string, version: number) =>
    chunk(8, [...(domain ? [chunk(1, domain)] : []), integer(2, version)]);
  return join([integer(1, 8), chunk(2, 'laurel-tests'), opset('', 17), opset('ai.onnx.ml', 3), chunk(7, graph(parts))]);
}
