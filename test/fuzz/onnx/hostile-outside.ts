import { attribute, externalTensor, graph, node, tensor, value } from '../../support/onnx-writer.js';
import { chunk, type Field, integer } from '../../support/protobuf-writer.js';
import type { Canary } from './canary.js';
import {
  attributeOf,
  casesOf,
  type HostileCase,
  modelOf,
  one,
  pass,
  withConstant,
  withFields,
  withInitializer,
  withNode,
  withSparse,
} from './hostile-case.js';

const outside = /outside the file/;
const address = /an address of this process/;

/** onnxruntime's marks for weights that lie in its own memory (tensorprotoutils.h). */
const markers = { little: '*/_ORT_MEM_ADDR_/*', native: '*/_ORT_NATIVE_ENDIAN_MEM_ADDR_/*' };

/** A tensor of 16 bytes at an address. */
function atAddress(marker: string): Field[] {
  const entry = (key: string, text: string) => chunk(13, [chunk(1, key), chunk(2, text)]);
  const where = [entry('location', marker), entry('offset', '4194304'), entry('length', '16')];
  return [integer(1, 4), integer(2, 1), chunk(8, 'w'), ...where, integer(14, 1)];
}

const indexZero = tensor('', { dims: [1], integers: [0] });

const sparse = (values: Tensor, indices: Tensor): Field[] => [chunk(1, values), chunk(2, indices), integer(3, 8)];

const inGraph = (inner: Tensor): Field[] =>
  graph({ nodes: [pass], initializers: [[...inner]], inputs: [], outputs: [value('value', 'FP32', [-1, 1])] });

function nested(inner: Field[], depth: number): Field[] {
  if (depth === 0) return inner;
  const nodes = [
    node('If', { from: ['x'], to: ['value'] }, [attribute.graph('then_branch', nested(inner, depth - 1))]),
  ];
  return graph({ nodes, inputs: [], outputs: [value('value', 'FP32', [-1, 1])] });
}

const functionOf = (...fields: readonly Field[]): Field => chunk(25, [chunk(1, 'f'), chunk(10, 'mine'), ...fields]);

/** `body` written as field `number` instead of field 1. */
const asField = (number: number, field: Field): Field => Uint8Array.from([(number << 3) | 2, ...field.slice(1)]);

type Tensor = readonly Field[];
type Place = readonly [name: string, hold: (tensor: Tensor) => Uint8Array];

const constant = (tensor: Tensor) =>
  node('Constant', { from: [], to: ['w'] }, [attribute.tensor('value', [...tensor])]);

/** Everywhere in a model that a tensor may stand. */
const places: readonly Place[] = [
  ['an initialiser', (tensor) => withInitializer(tensor)],
  ['the values of a sparse initialiser', (tensor) => withSparse(sparse(tensor, indexZero))],
  ['the indices of a sparse initialiser', (tensor) => withSparse(sparse(one, tensor))],
  ['a constant', (tensor) => withConstant(attribute.tensor('value', [...tensor]))],
  ['a sparse constant', (tensor) => withConstant(attributeOf(chunk(22, sparse(tensor, indexZero)), integer(20, 11)))],
  ['an attribute with a list of tensors', (tensor) => withNode('Custom', attributeOf(chunk(10, tensor)))],
  [
    'an attribute with a list of sparse tensors',
    (tensor) => withNode('Custom', attributeOf(chunk(23, sparse(one, tensor)))),
  ],
  ['a branch', (tensor) => withNode('If', attribute.graph('then_branch', inGraph(tensor)))],
  ['an attribute with a list of graphs', (tensor) => withNode('Custom', attributeOf(chunk(11, inGraph(tensor))))],
  ['a graph twelve deep', (tensor) => withNode('If', attribute.graph('else_branch', nested(inGraph(tensor), 11)))],
  ['a constant of a function', (tensor) => withFields(functionOf(asField(7, constant(tensor))))],
  [
    'the default of an attribute of a function',
    (tensor) => withFields(functionOf(chunk(11, [chunk(1, 'a'), chunk(5, tensor)]))),
  ],
];

/** Every way to say where: the canary by all its names, and what a careless reader might make of others. */
function waysTo({ locations }: Canary): readonly (readonly [way: string, location: string])[] {
  return [
    ...Object.entries(locations),
    ['dotted', `./nothing/../${locations.relative}`],
    ['percent-encoded', encodeURIComponent(locations.absolute)],
    ['backslashed', locations.relative.replaceAll('/', '\\')],
    ['UNC', `//localhost${locations.absolute}`],
    ['empty', ''],
    ['plain', 'weights.bin'],
    ['device', '/dev/stdin'],
    ['process', '/proc/self/environ'],
  ];
}

function tricks({ locations }: Canary): readonly HostileCase[] {
  const external = externalTensor('w', [2], locations.absolute);
  const named = chunk(13, [chunk(1, 'location'), chunk(2, locations.absolute)]);
  const compiled = [attribute.integer('embed_mode', 0), attribute.text('ep_cache_context', locations.absolute)];
  const accelerator = node('EPContext', { from: ['x'], to: ['unused'], domain: 'com.microsoft' }, compiled);
  return casesOf('parser', [
    [
      'weights of a training graph lie outside',
      /training graphs/,
      () => withFields(chunk(20, [chunk(1, inGraph(external))])),
    ],
    ['a place outside is named but not switched on', outside, () => withInitializer([...one, named])],
    ['data outside is switched on without a place', outside, () => withInitializer([...one, integer(14, 1)])],
    [
      'data outside is switched on by a number that protobuf cuts to 1',
      /out of range/,
      () => withInitializer([...one, integer(14, 2n ** 32n + 1n)]),
    ],
    ['data lies in a way that ONNX does not know', outside, () => withInitializer([...one, integer(14, 7)])],
    [
      'an attribute gives a tensor twice, the second time outside',
      /given twice/,
      () => withNode('Constant', attributeOf(chunk(5, one), chunk(5, external))),
    ],
    [
      'a graph compiled for an accelerator lies in another file',
      /EPContext/,
      () => modelOf({ nodes: [pass, accelerator] }),
    ],
  ]);
}

/** Weights elsewhere, in every way to say where and in every place that may hold weights. */
export function outsideCases(canary: Canary): readonly HostileCase[] {
  const external = externalTensor('w', [2], canary.locations.absolute);
  const ways = waysTo(canary).map(
    ([way, location]) =>
      [
        `weights lie in another file by a ${way} path`,
        outside,
        () => withInitializer(externalTensor('w', [2], location)),
      ] as const,
  );
  const inPlaces = places.map(
    ([place, hold]) => [`data of ${place} lie in another file`, outside, () => hold(external)] as const,
  );
  const addresses = places.flatMap(([place, hold]) =>
    Object.entries(markers).map(
      ([order, marker]) =>
        [
          `data of ${place} lie at an address of memory (${order} order)`,
          address,
          () => hold(atAddress(marker)),
        ] as const,
    ),
  );
  return [...casesOf('parser', [...ways, ...inPlaces, ...addresses]), ...tricks(canary)];
}
