import { type LaurelClient, type Tensor, type TensorType, tensor } from '@laurel/client';
import * as fc from 'fast-check';
import { model, node, value } from '../../support/onnx-writer.js';
import { type StandaloneWorld, startStandaloneWorld } from '../../support/standalone-world.js';

type ElementType = Parameters<typeof value>[1];

const types: readonly ElementType[] = [
  'BOOL',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FP16',
  'FP32',
  'FP64',
  'BYTES',
];

/** A model that gives back what it gets. */
const echo = (type: ElementType) =>
  model({
    nodes: [node('Identity', { from: ['x'], to: ['y'] })],
    inputs: [value('x', type, [-1, 2])],
    outputs: [value('y', type, [-1, 2])],
  });

const nameOf = (type: TensorType) => type.toLowerCase();
let world: StandaloneWorld;
let client: LaurelClient;

beforeAll(async () => {
  world = await startStandaloneWorld(Object.fromEntries(types.map((type) => [nameOf(type), echo(type)])));
  ({ client } = world);
});
afterAll(() => world.close());

/** Two columns of some rows, as the data of a type. */
const dataOf: { readonly [Type in TensorType]: fc.Arbitrary<Tensor['data'] | readonly boolean[]> } = (() => {
  const even = { minLength: 2, maxLength: 12 };
  const floats = (wide: boolean) =>
    wide ? fc.double({ noNaN: true, noDefaultInfinity: true }) : fc.float({ noNaN: true, noDefaultInfinity: true });
  const pairs = <Cell>(cell: fc.Arbitrary<Cell>) =>
    fc.array(cell, even).map((cells) => (cells.length % 2 === 0 ? cells : cells.slice(1)));
  return {
    BOOL: pairs(fc.boolean()),
    UINT8: pairs(fc.nat(255)).map((cells) => Uint8Array.from(cells)),
    UINT16: pairs(fc.nat(65_535)).map((cells) => Uint16Array.from(cells)),
    UINT32: pairs(fc.nat(2 ** 31 - 1)).map((cells) => Uint32Array.from(cells)),
    UINT64: pairs(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })).map((cells) => BigUint64Array.from(cells)),
    INT8: pairs(fc.integer({ min: -128, max: 127 })).map((cells) => Int8Array.from(cells)),
    INT16: pairs(fc.integer({ min: -32_768, max: 32_767 })).map((cells) => Int16Array.from(cells)),
    INT32: pairs(fc.integer()).map((cells) => Int32Array.from(cells)),
    INT64: pairs(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })).map((cells) => BigInt64Array.from(cells)),
    FP16: pairs(fc.integer({ min: -60_000, max: 60_000 })).map((cells) => Float16Array.from(cells)),
    FP32: pairs(floats(false)).map((cells) => Float32Array.from(cells)),
    FP64: pairs(floats(true)).map((cells) => Float64Array.from(cells)),
    BYTES: pairs(fc.string({ unit: 'grapheme' })),
  };
})();

test.each(types)('every %s survives the way there and back as bytes', async (type) => {
  await fc.assert(
    fc.asyncProperty(dataOf[type], async (data) => {
      const sent = tensor('x', data, [data.length / 2, 2]);
      const answer = await client.infer(nameOf(type), [sent]);
      expect(answer.output('y')).toEqual({ ...sent, name: 'y' });
    }),
    { numRuns: 20 },
  );
});

test.each(types)('a %s survives the way there and back as JSON', async (type) => {
  const [data] = fc.sample(dataOf[type], { numRuns: 1, seed: 7 });
  const exact =
    type === 'INT64'
      ? BigInt64Array.of(-5n, 9_007_199_254_740_991n)
      : type === 'UINT64'
        ? BigUint64Array.of(0n, 5n)
        : data;
  const sent = tensor('x', exact as Tensor['data'], [(exact?.length ?? 0) / 2, 2]);
  const answer = await client.infer(nameOf(type), [sent], { binary: false });
  expect(answer.output('y')).toEqual({ ...sent, name: 'y' });
});

test('an integer that JSON cannot carry is refused before it is sent wrong', async () => {
  const sent = tensor('x', BigInt64Array.of(2n ** 60n, 1n), [1, 2]);
  await expect(client.infer('int64', [sent], { binary: false })).rejects.toThrow('JSON cannot carry exactly');
});

test('the answer names the version, the request and the prediction', async () => {
  const sent = tensor('x', new Float32Array(4), [2, 2]);
  const answer = await client.infer('fp32', [sent], {
    id: 'mine',
    outputs: ['y'],
    parameters: { prediction_ids: true },
  });
  expect(answer).toMatchObject({ model: 'fp32', version: '1', id: 'mine', parameters: { arm: 'champion' } });
  expect(String(answer.parameters['prediction_ids']).split(',')[0]).toBe(answer.predictionId);
});

test('models say what they take and whether they can be asked', async () => {
  expect(await client.metadata('fp32')).toMatchObject({
    name: 'fp32',
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
  });
  expect([await client.live(), await client.ready(), await client.ready('fp32')]).toEqual([true, true, true]);
  expect(await client.ready('nobody')).toBe(false);
});

test('what the model does not take is told by the server with its code', async () => {
  const sent = tensor('x', new Float64Array(2), [1, 2]);
  await expect(client.infer('fp32', [sent])).rejects.toMatchObject({ code: 'InvalidInput', status: 400 });
  await expect(client.infer('nobody', [sent])).rejects.toMatchObject({ code: 'NotFound', status: 404 });
});
