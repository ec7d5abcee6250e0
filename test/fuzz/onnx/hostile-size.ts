import { attribute, node, tensor, value } from '../../support/onnx-writer.js';
import { chunk, type Field, integer, join } from '../../support/protobuf-writer.js';
import {
  casesOf,
  type HostileCase,
  modelOf,
  one,
  pass,
  withFields,
  withGraphFields,
  withInitializer,
} from './hostile-case.js';

const dims = (...sizes: readonly (number | bigint)[]): Field[] => [
  ...sizes.map((size) => integer(1, size)),
  integer(2, 1),
  chunk(8, 'w'),
];

const floats = (count: number) => chunk(9, new Uint8Array(4 * count));
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

/** `depth` messages in one another: each is `before`, then the fields `path`, the last of which holds the next. */
function deep(depth: number, { before, path }: { readonly before: Field; readonly path: readonly number[] }): Field {
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let level = 0; level < depth; level++) {
    for (const number of path.toReversed()) {
      const header = chunk(number, new Uint8Array()).slice(0, -1);
      const length = integer(1, size).slice(1);
      parts.push(length, header);
      size += length.length + header.length;
    }
    parts.push(before);
    size += before.length;
  }
  return join(parts.toReversed());
}

/** Graphs in graphs: a graph holds a node, which holds an attribute, which holds a graph. */
const deepGraphs = (depth: number) =>
  withGraphFields(chunk(1, [chunk(4, 'If'), chunk(5, [chunk(1, 'then_branch'), chunk(6, deepInside(depth))])]));
const deepInside = (depth: number): Field => deep(depth, { before: new Uint8Array(), path: [1, 5, 6] });

const deepTypes = (depth: number) =>
  withGraphFields(chunk(13, [chunk(1, 'z'), chunk(2, deep(depth, { before: new Uint8Array(), path: [4, 1] }))]));

/** A function of the model that calls others. */
function calling(name: string, ...called: readonly string[]): Field {
  const nodes = called.map((other) => chunk(7, [chunk(2, 'y'), chunk(4, other), chunk(7, 'mine')]));
  return chunk(25, [chunk(1, name), chunk(10, 'mine'), ...nodes, chunk(7, [chunk(2, 'z'), chunk(4, 'Add')])]);
}

const laughs = (levels: number) =>
  withFields(
    ...times(levels, (level) => calling(`laugh${level}`, ...times(10, () => `laugh${level + 1}`))),
    calling(`laugh${levels}`),
  );

const sparse = (size: number, indices: Field[]) =>
  withGraphFields(chunk(15, [chunk(1, one), chunk(2, indices), integer(3, size)]));

/** Files that claim more than they hold, or hold more than anything needs. */
export const sizeCases: readonly HostileCase[] = casesOf('parser', [
  [
    'a tensor has 2^60 elements and a few bytes',
    /claims 1152921504606846976 elements/,
    () => withInitializer([...dims(2n ** 60n), floats(1)]),
  ],
  [
    'a tensor has dimensions whose product does not fit 64 bits',
    /claims/,
    () => withInitializer([...dims(2 ** 31, 2 ** 31, 2 ** 31), floats(1)]),
  ],
  [
    'a tensor has dimensions whose product wraps round to nothing',
    /claims/,
    () => withInitializer(dims(2 ** 32, 2 ** 32)),
  ],
  ['a tensor hides 2^60 elements behind a zero', /claims/, () => withInitializer(dims(2n ** 60n, 0))],
  ['a tensor has a negative dimension', /negative dimension -1/, () => withInitializer([...dims(-1), floats(1)])],
  [
    'a tensor has two negative dimensions that make a positive product',
    /negative/,
    () => withInitializer([...dims(-2, -2), floats(4)]),
  ],
  ['a tensor has the smallest number as dimension', /negative/, () => withInitializer(dims(-(2n ** 63n)))],
  [
    'a tensor has a thousand dimensions',
    /more than 64 dimensions/,
    () => withInitializer([...dims(...times(1000, () => 1)), floats(1)]),
  ],
  [
    'a tensor has ten million dimensions in one list',
    /more than 64 dimensions/,
    () => withInitializer([chunk(1, new Uint8Array(10_000_000).fill(1)), integer(2, 1)]),
  ],
  [
    'a tensor carries less than it claims',
    /claims 4 elements and carries 12 bytes/,
    () => withInitializer([...dims(4), floats(3)]),
  ],
  [
    'a tensor carries more than it claims',
    /claims 1 elements and carries 12 bytes/,
    () => withInitializer([...dims(1), floats(3)]),
  ],
  ['a tensor carries nothing', /claims 4 elements/, () => withInitializer(dims(4))],
  [
    'a tensor carries its elements twice',
    /elements twice/,
    () => withInitializer([...dims(1), floats(1), chunk(4, new Uint8Array(4))]),
  ],
  [
    'a tensor of texts carries raw bytes',
    /element type 8 and carries raw_data/,
    () => withInitializer([integer(1, 1), integer(2, 8), floats(1)]),
  ],
  [
    'a tensor of floats carries integers',
    /element type 1 and carries int64_data/,
    () => withInitializer([...dims(1), integer(7, 1)]),
  ],
  [
    'a tensor is of a type that ONNX does not know',
    /unknown element type 77/,
    () => withInitializer([integer(1, 1), integer(2, 77), floats(1)]),
  ],
  ['a tensor is of no type', /unknown element type 0/, () => withInitializer([integer(1, 1), floats(1)])],
  [
    'a tensor is only a segment',
    /segment/,
    () => withInitializer([...dims(1), floats(1), chunk(3, [integer(1, 0), integer(2, 9)])]),
  ],
  [
    'a sparse tensor of one value grows to 2^31',
    /grows to/,
    () => sparse(2 ** 31, tensor('', { dims: [1], integers: [0] })),
  ],
  [
    'a sparse tensor has more indices than values',
    /indices that do not fit/,
    () => sparse(8, tensor('', { dims: [3], integers: [0, 1, 2] })),
  ],
  ['a sparse tensor has indices that are floats', /indices that do not fit/, () => sparse(8, one)],
  ['a sparse tensor lacks its indices', /lacks/, () => withGraphFields(chunk(15, [chunk(1, one), integer(3, 8)]))],
  ['an input has 2^60 columns', /claims/, () => withGraphFields(chunk(11, value('z', 'FP32', [1, 2 ** 60])))],
  [
    'an input has a dimension of -7',
    /negative dimension -7/,
    () => withGraphFields(chunk(13, [chunk(1, 'z'), chunk(2, [chunk(1, [chunk(2, [chunk(1, [integer(1, -7)])])])])])),
  ],
  ['a graph has 100,001 nodes', /more than 100000 nodes/, () => modelOf({ nodes: times(100_001, () => pass) })],
  [
    'a graph has 1,025 inputs',
    /more than 1024 inputs/,
    () => withGraphFields(...times(1025, () => chunk(11, [chunk(1, 'x')]))),
  ],
  [
    'a graph has 1,025 outputs',
    /more than 1024 outputs/,
    () => withGraphFields(...times(1025, () => chunk(12, [chunk(1, 'x')]))),
  ],
  ['graphs are 17 deep', /graphs are nested more than 16 deep/, () => deepGraphs(16)],
  ['graphs are 50,000 deep', /nested more than/, () => deepGraphs(50_000)],
  ['types are 50,000 deep', /messages are nested more than 64 deep/, () => deepTypes(50_000)],
  [
    'five million empty messages fill a small file',
    /more than 4000000 messages/,
    () => join([modelOf(), new Uint8Array(Buffer.alloc(10_000_000, chunk(14, '')))]),
  ],
  ['a function calls itself', /f calls itself/, () => withFields(calling('f', 'f'))],
  ['two functions call each other', /calls itself/, () => withFields(calling('f', 'g'), calling('g', 'f'))],
  [
    'functions call each other 20 deep',
    /more than 16 deep/,
    () => withFields(...times(20, (i) => calling(`f${i}`, `f${i + 1}`)), calling('f20')),
  ],
  ['functions double ten-fold, eight times over', /once its functions are inlined/, () => laughs(8)],
  ['a function is given twice', /given twice/, () => withFields(calling('f'), calling('f'))],
  [
    'a function lends its domain to an operator nobody wrote',
    /unknown operator domain "mine"/,
    () => withFields(calling('f', 'Shell')),
  ],
  [
    'a function that calls itself hides in a branch of itself',
    /calls itself/,
    () =>
      withFields(
        chunk(25, [
          chunk(1, 'f'),
          chunk(10, 'mine'),
          chunk(7, [
            chunk(4, 'If'),
            attribute.graph('then_branch', [node('f', { from: [], to: ['z'], domain: 'mine' })]),
          ]),
        ]),
      ),
  ],
]);
