import type { Tensor, TensorType } from '@laurel/domain';
import { attribute, type ElementType, elementType, graph, model, node, tensor, value } from './onnx-writer.js';

/** Every element type, with values at the ends of its range. */
export const everyType: readonly Tensor[] = [
  sample('BOOL', Uint8Array.of(0, 1, 1)),
  sample('UINT8', Uint8Array.of(0, 1, 255)),
  sample('UINT16', Uint16Array.of(0, 1, 65_535)),
  sample('UINT32', Uint32Array.of(0, 1, 4_294_967_295)),
  sample('UINT64', BigUint64Array.of(0n, 1n, 18_446_744_073_709_551_615n)),
  sample('INT8', Int8Array.of(-128, 0, 127)),
  sample('INT16', Int16Array.of(-32_768, 0, 32_767)),
  sample('INT32', Int32Array.of(-2_147_483_648, 0, 2_147_483_647)),
  sample('INT64', BigInt64Array.of(-9_223_372_036_854_775_808n, 0n, 9_223_372_036_854_775_807n)),
  sample('FP16', Float16Array.of(-65_504, 0.5, Number.NaN)),
  sample('FP32', Float32Array.of(-1.5, Number.POSITIVE_INFINITY, Number.NaN)),
  sample('FP64', Float64Array.of(Number.MIN_VALUE, -0, Number.NaN)),
  sample('BYTES', ['', 'two\nlines', 'Zürich 🏔']),
];

function sample(datatype: TensorType, data: Tensor['data']): Tensor {
  return { name: `in.${datatype}`, datatype, shape: [data.length], data };
}

/** Gives back what it takes, one input and output for every element type; outputs are called `out.…`. */
export function buildMirror(): Uint8Array {
  const types = Object.keys(elementType) as ElementType[];
  return model({
    inputs: types.map((type) => value(`in.${type}`, type, [-1])),
    outputs: types.map((type) => value(`out.${type}`, type, [-1])),
    nodes: types.map((type) => node('Identity', { from: [`in.${type}`], to: [`out.${type}`] })),
  });
}

/** `y = x` (`[n]`), after as many rounds of a loop as the whole number `rounds` says. */
export function buildRounds(): Uint8Array {
  const body = graph({
    inputs: [value('round', 'INT64', []), value('before', 'BOOL', []), value('carried', 'FP32', [-1])],
    outputs: [value('after', 'BOOL', []), value('carried.on', 'FP32', [-1])],
    nodes: [
      node('Identity', { from: ['before'], to: ['after'] }),
      node('Identity', { from: ['carried'], to: ['carried.on'] }),
    ],
  });
  return model({
    inputs: [value('rounds', 'INT64', []), value('x', 'FP32', [-1])],
    outputs: [value('y', 'FP32', [-1])],
    initializers: [tensor('always', { dims: [], integers: [1] })],
    nodes: [
      node('Cast', { from: ['always'], to: ['true'] }, [attribute.integer('to', elementType.BOOL)]),
      node('Loop', { from: ['rounds', 'true', 'x'], to: ['y'] }, [attribute.graph('body', body)]),
    ],
  });
}

/** What `buildRounds` takes. */
export function rounds(count: bigint, x: readonly number[] = [1]): readonly Tensor[] {
  return [
    { name: 'rounds', datatype: 'INT64', shape: [], data: BigInt64Array.of(count) },
    { name: 'x', datatype: 'FP32', shape: [x.length], data: Float32Array.from(x) },
  ];
}

/** Rows of `width` numbers times `layers` square matrices: what a batch costs grows with its rows. */
export function buildDeep({ width, layers }: { readonly width: number; readonly layers: number }): Uint8Array {
  const square = Array.from({ length: width * width }, (_, index) => ((index % 5) - 2) / width);
  const nameOf = (layer: number) => (layer === 0 ? 'x' : layer === layers ? 'y' : `layer.${layer}`);
  return model({
    inputs: [value('x', 'FP32', [-1, width])],
    outputs: [value('y', 'FP32', [-1, width])],
    initializers: [tensor('square', { dims: [width, width], floats: square })],
    nodes: Array.from({ length: layers }, (_, layer) =>
      node('MatMul', { from: [nameOf(layer), 'square'], to: [nameOf(layer + 1)] }),
    ),
  });
}
