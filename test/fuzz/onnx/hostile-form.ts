import { attribute, node, value } from '../../support/onnx-writer.js';
import { chunk, float, integer, join } from '../../support/protobuf-writer.js';
import {
  attributeOf,
  casesOf,
  type HostileCase,
  modelOf,
  one,
  withFields,
  withGraphFields,
  withInitializer,
  withNode,
} from './hostile-case.js';

const bytes = (...numbers: readonly number[]) => Uint8Array.from(numbers);
const text = (words: string) => new TextEncoder().encode(words);

/** A protobuf file with `ORTM` as its bytes 4 to 7: onnxruntime would take it for a FlatBuffer. */
function twoFormats(): Uint8Array {
  return join([chunk(2, '..ORTM..'), modelOf().slice(0, 2), modelOf().slice(2 + '\x12\x0claurel-tests'.length)]);
}

const halves = [bytes(0xc3, 0x28), bytes(0xff), bytes(0xed, 0xa0, 0x80), bytes(0xc0, 0x80)];

/** Files that are not whole, or mean one thing to one reader and another to the next. */
export const formCases: readonly HostileCase[] = casesOf('parser', [
  ['a file is empty', /empty/, () => bytes()],
  ['a file is a shell script', /refused/, () => text('#!/bin/sh\nrm -rf /\n')],
  ['a file is a pickle', /refused/, () => bytes(0x80, 4, 0x95, 10, 0, 0, 0, 0, 0, 0, 0, 0x8c)],
  ['a file is an archive', /refused/, () => bytes(0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0)],
  ["a file is in onnxruntime's own format", /own format/, () => join([bytes(24, 0, 0, 0), text('ORTM'), modelOf()])],
  ['a file is ONNX to one reader and a FlatBuffer to another', /own format/, twoFormats],
  ['a file is cut in its weights', /not a whole/, () => withInitializer(one).slice(0, -4)],
  ['a file is cut in a number', /not a whole/, () => join([modelOf(), bytes(0x28, 0x80)])],
  ['a file is cut before its graph', /no graph/, () => join([integer(1, 8), chunk(8, [integer(2, 17)])])],
  ['zeros follow the model', /without a number/, () => join([modelOf(), new Uint8Array(64)])],
  ['another file follows the model', /refused/, () => join([modelOf(), text('MZ\x90\0\x03PE')])],
  ['the model is followed by itself', /given twice/, () => join([modelOf(), modelOf()])],
  [
    'a graph is given twice, for protobuf to merge',
    /graph of its ModelProto is given twice/,
    () => withFields(chunk(7, [])),
  ],
  ['a graph is written as a number', /written as something else/, () => join([integer(1, 8), integer(7, 1)])],
  ['a graph is missing', /no graph/, () => join([integer(1, 8), chunk(8, [integer(2, 17)]), chunk(2, 'p')])],
  [
    'the operator sets are missing',
    /no opset_import/,
    () => join([integer(1, 8), chunk(7, [chunk(1, [chunk(4, 'Add')])])]),
  ],
  ['the format version is missing', /no ir_version/, () => modelOf().slice(2)],
  ['a graph has no nodes', /no nodes/, () => modelOf({ nodes: [] })],
  ['a node has no operator', /no operator/, () => withGraphFields(chunk(1, [chunk(1, 'x'), chunk(2, 'z')]))],
  [
    'a node has two operators',
    /op_type of its NodeProto is given twice/,
    () => withGraphFields(chunk(1, [chunk(4, 'Add'), chunk(4, 'Sub')])),
  ],
  ['an attribute has two values', /two values/, () => withNode('Cast', attributeOf(integer(3, 1), float(2, 1)))],
  [
    'an attribute lies about its type',
    /type 3 and has a value of type 2/,
    () => withNode('Cast', attributeOf(integer(3, 1), integer(20, 3))),
  ],
  [
    'a value is a tensor and a sequence at once',
    /two things at once/,
    () => withGraphFields(chunk(13, [chunk(1, 'z'), chunk(2, [chunk(1, []), chunk(4, [])])])),
  ],
  [
    'a dimension is a number and a name at once',
    /two things at once/,
    () =>
      withGraphFields(
        chunk(13, [chunk(1, 'z'), chunk(2, [chunk(1, [chunk(2, [chunk(1, [integer(1, 3), chunk(2, 'n')])])])])]),
      ),
  ],
  ['a field is one that ONNX does not know', /field 99 that ONNX does not know/, () => withFields(integer(99, 1))],
  ['a node has a field that ONNX reserved', /field 12 that/, () => withNode('Cast', attributeOf(chunk(12, 'x')))],
  ['a field has no number', /without a number/, () => withFields(bytes(0x02, 0x00))],
  ['a field is a group', /wire type 3/, () => withFields(bytes(0x3b, 0x3c))],
  ['a field is of wire type 7', /wire type 7/, () => withFields(bytes(0x3f))],
  ['a number has eleven bytes', /more than 64 bits/, () => withFields(bytes(0x28, ...Array<number>(10).fill(0xff), 1))],
  ['a number has 70 bits', /more than 64 bits/, () => withFields(bytes(0x28, ...Array<number>(9).fill(0xff), 0x7f))],
  ['a length goes beyond the file', /middle of a field/, () => withFields(bytes(0x32, 0xff, 0xff, 0x03, 0x41))],
  ['a length is negative', /middle of a field/, () => withFields(bytes(0x32, ...Array<number>(9).fill(0xff), 1))],
  [
    'a packed list ends in the middle of a float',
    /middle of a number/,
    () => withInitializer([integer(1, 1), integer(2, 1), chunk(4, bytes(0, 0, 0))]),
  ],
  [
    'a packed list ends in the middle of a varint',
    /middle of a number/,
    () => withInitializer([integer(1, 1), integer(2, 7), chunk(7, bytes(0x80))]),
  ],
  ...halves.map(
    (half) =>
      [
        `a name holds the bytes ${Buffer.from(half).toString('hex')}, which are not UTF-8`,
        /not valid UTF-8/,
        () => withGraphFields(chunk(1, [chunk(4, half)])),
      ] as const,
  ),
  [
    'an input is named with a zero byte, where C stops reading',
    /zero byte/,
    () => withGraphFields(chunk(11, value('x\0y', 'FP32', [1]))),
  ],
  [
    'an operator is of an unknown domain',
    /Shell is of the unknown operator domain "evil"; known are "", "ai.onnx"/,
    () => withGraphFields(node('Shell', { from: ['x'], to: ['z'], domain: 'evil' })),
  ],
  [
    'an operator trains',
    /"ai.onnx.preview.training"/,
    () => withGraphFields(node('Gradient', { from: ['x'], to: ['z'], domain: 'ai.onnx.preview.training' })),
  ],
  [
    'an operator of an unknown domain hides in a branch',
    /"evil"/,
    () => withNode('If', attribute.graph('then_branch', [node('Shell', { from: ['x'], to: ['z'], domain: 'evil' })])),
  ],
]);
