import { inspectModel } from '@laurel/inference';
import * as fc from 'fast-check';
import { buildClassifier, buildExternal, buildRegressor, buildSlow } from '../../support/onnx-builder.js';
import { attribute, externalTensor, graph, model, node, tensor, value } from '../../support/onnx-writer.js';
import { chunk, join } from '../../support/protobuf-writer.js';

const spec = { inputs: ['x', 'y'], weights: [1, -1], bias: 0, classes: ['No', 'Yes'] };
const good = buildClassifier(spec).model;
const x = value('x', 'FP32', [-1, 1]);
const y = value('y', 'FP32', [-1, 1]);

const refusal = (bytes: Uint8Array) => {
  try {
    inspectModel(bytes);
    return undefined;
  } catch (error) {
    return error;
  }
};
const unsafe = (words: RegExp) => ({ code: 'ModelUnsafe', message: expect.stringMatching(words) as string });

test('ordinary models pass', () => {
  inspectModel(good);
  inspectModel(buildRegressor({ inputs: ['x'], weights: [1], bias: 0 }).model);
  inspectModel(buildSlow({ ...spec, size: 64 }).model);
});

test('weights in another file are refused', () => {
  expect(refusal(buildExternal('/etc/passwd').model)).toMatchObject(unsafe(/outside the file/));
});

test('external data hidden in a subgraph of an attribute is refused', () => {
  const hidden = graph({
    nodes: [node('Identity', { from: ['w'], to: ['y'] })],
    initializers: [externalTensor('w', [1, 1], 'evil.bin')],
    inputs: [],
    outputs: [y],
  });
  const nodes = [node('If', { from: ['x'], to: ['y'] }, [attribute.graph('then_branch', hidden)])];
  expect(refusal(model({ nodes, inputs: [x], outputs: [y] }))).toMatchObject(unsafe(/outside the file/));
});

test('external data hidden in a function or a constant is refused', () => {
  const constant = node('Constant', { from: [], to: ['y'] }, [
    attribute.tensor('value', externalTensor('w', [1], 'e')),
  ]);
  expect(refusal(model({ nodes: [constant], inputs: [x], outputs: [y] }))).toMatchObject(unsafe(/outside the file/));
  const withFunction = join([good, chunk(25, [chunk(1, 'f'), chunk(10, 'mine'), chunk(7, constant.slice(2))])]);
  expect(refusal(withFunction)).toMatchObject(unsafe(/outside the file/));
});

test('an operator of an unknown domain is refused, one of a function of the model is not', () => {
  const custom = [node('Shell', { from: ['x'], to: ['y'], domain: 'mine' })];
  const bytes = model({ nodes: custom, inputs: [x], outputs: [y] });
  expect(refusal(bytes)).toMatchObject(unsafe(/Shell is of the unknown operator domain "mine"/));
  expect(refusal(join([bytes, chunk(25, [chunk(1, 'Shell'), chunk(10, 'mine')])]))).toBeUndefined();
});

test('a tensor that claims more than it carries is refused', () => {
  const bomb = [tensor('w', { dims: [2 ** 31, 2 ** 31], floats: [1] })];
  const nodes = [node('MatMul', { from: ['x', 'w'], to: ['y'] })];
  const bytes = model({ nodes, initializers: bomb, inputs: [x], outputs: [y] });
  expect(refusal(bytes)).toMatchObject(unsafe(/claims 4611686018427387904 elements/));
});

test('graphs nested without end are refused', () => {
  let nested = graph({ nodes: [node('Identity', { from: ['x'], to: ['y'] })], inputs: [], outputs: [y] });
  for (let depth = 0; depth < 50; depth++) {
    const nodes = [node('Loop', { from: ['x'], to: ['y'] }, [attribute.graph('body', nested)])];
    nested = graph({ nodes, inputs: [], outputs: [y] });
  }
  const nodes = [node('Loop', { from: ['x'], to: ['y'] }, [attribute.graph('body', nested)])];
  expect(refusal(model({ nodes, inputs: [x], outputs: [y] }))).toMatchObject(unsafe(/nested/));
});

test.each([
  ['nothing', new Uint8Array()],
  ['text', new TextEncoder().encode('#!/bin/sh\nrm -rf /\n')],
  ['a pickle', Uint8Array.from([0x80, 4, 0x95, 10, 0, 0, 0, 0, 0, 0, 0, 0x8c])],
])('%s is refused', (_, bytes) => {
  expect(refusal(bytes)).toMatchObject({ code: 'ModelUnsafe' });
});

test('a file that was cut anywhere never passes as whole by accident, nor breaks the reader', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: good.length - 1 }), (length) => {
      const error = refusal(good.slice(0, length));
      expect(error).toMatchObject({ code: 'ModelUnsafe' });
    }),
  );
});

test('flipped bytes are read or refused, in no other way', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }), (flips) => {
      const bytes = good.slice();
      for (const [at, byte] of flips) bytes[at] = byte;
      const error = refusal(bytes);
      if (error !== undefined) expect(error).toMatchObject({ code: 'ModelUnsafe' });
    }),
    { numRuns: 500 },
  );
});
