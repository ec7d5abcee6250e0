import { inspectModel } from '@laurel/inference';
import * as fc from 'fast-check';
import { modelOf, withGraphFields, withInitializer } from '../../fuzz/onnx/hostile-case.js';
import { mutant } from '../../fuzz/onnx/mutate.js';
import { seeded } from '../../fuzz/onnx/random.js';
import { seedModels } from '../../fuzz/onnx/seeds.js';
import { value } from '../../support/onnx-writer.js';
import { processorMilliseconds } from '../../support/processor-time.js';
import { chunk, type Field, float, integer, join } from '../../support/protobuf-writer.js';

/** Bits of an element, and numbers per element in the field that holds them, by TensorProto.DataType. */
const stored: readonly (readonly [type: number, bits: number, field: number, numbers: number])[] = [
  [1, 32, 4, 1],
  [2, 8, 5, 1],
  [3, 8, 5, 1],
  [4, 16, 5, 1],
  [5, 16, 5, 1],
  [6, 32, 5, 1],
  [7, 64, 7, 1],
  [9, 8, 5, 1],
  [10, 16, 5, 1],
  [11, 64, 10, 1],
  [12, 32, 11, 1],
  [13, 64, 11, 1],
  [14, 64, 4, 2],
  [15, 128, 10, 2],
  [16, 16, 5, 1],
  [17, 8, 5, 1],
  [20, 8, 5, 1],
  [21, 4, 5, 0.5],
  [22, 4, 5, 0.5],
  [23, 4, 5, 0.5],
  [24, 8, 5, 1],
  [25, 2, 5, 0.25],
  [26, 2, 5, 0.25],
];
const width: Readonly<Record<number, number>> = { 4: 4, 5: 1, 7: 1, 10: 8, 11: 1 };

const tensorOf = (dims: readonly number[], type: number, ...data: readonly Field[]) => [
  ...dims.map((dim) => integer(1, dim)),
  integer(2, type),
  ...data,
];

test('sound models of every kind pass', () => {
  for (const { model } of seedModels()) inspectModel(model);
});

test('a tensor passes with exactly its elements, raw or typed, and with no other number of them', () => {
  const shapes = fc.array(fc.nat(5), { maxLength: 4 });
  fc.assert(
    fc.property(fc.constantFrom(...stored), shapes, fc.boolean(), (storage, dims, raw) => {
      const [type, bits, field, numbers] = storage;
      const elements = dims.reduce((product, dim) => product * dim, 1);
      const size = raw ? Math.ceil((elements * bits) / 8) : Math.ceil(elements * numbers) * (width[field] ?? 1);
      const step = raw ? 1 : (width[field] ?? 1);
      const carrying = (count: number) =>
        withInitializer(tensorOf(dims, type, chunk(raw ? 9 : field, new Uint8Array(count))));
      inspectModel(carrying(size));
      expect(() => inspectModel(carrying(size + step))).toThrow(/claims|refused/);
    }),
  );
});

test('numbers pass packed into one field and written one by one', () => {
  const four = [1, 2, 3, 4];
  inspectModel(withInitializer(tensorOf([4], 1, ...four.map((number) => float(4, number)))));
  inspectModel(withInitializer(tensorOf([4], 7, ...four.map((number) => integer(7, number * 1_000_000)))));
  inspectModel(
    withInitializer([chunk(1, Uint8Array.of(2, 2)), integer(2, 7), integer(7, 1), chunk(7, Uint8Array.of(1, 1, 1))]),
  );
  expect(() => inspectModel(withInitializer(tensorOf([5], 1, ...four.map((number) => float(4, number)))))).toThrow(
    /claims 5/,
  );
});

test('a tensor of texts passes with one text per element', () => {
  inspectModel(withInitializer(tensorOf([2], 8, chunk(6, 'one'), chunk(6, ''))));
  expect(() => inspectModel(withInitializer(tensorOf([2], 8, chunk(6, 'one'))))).toThrow(/claims 2 elements/);
});

test('dimensions that are only known at run time pass, by name and as -1', () => {
  const unknown = [chunk(1, 'z'), chunk(2, [chunk(1, [integer(1, 1), chunk(2, [chunk(1, [integer(1, -1)])])])])];
  inspectModel(withGraphFields(chunk(13, unknown), chunk(13, value('named', 'FP32', [-1, 3]))));
});

test('imports of domains that no operator uses pass, as exporters write them', () => {
  const imported = (domain: string) => chunk(8, [chunk(1, domain), integer(2, 1)]);
  inspectModel(join([modelOf(), imported('ai.onnx.preview.training'), imported('com.microsoft.nchwc')]));
});

test('names in any script pass', () => {
  inspectModel(withGraphFields(chunk(13, value('größe_大きさ_😀', 'FP32', [1]))));
});

/** A model with `size` bytes of weights, made without a copy: lengths first, from the inside out. */
function heavy(size: number): Uint8Array {
  const lengthOf = (length: number) => integer(1, length).slice(1);
  const header = (number: number, length: number) => join([Uint8Array.of((number << 3) | 2), lengthOf(length)]);
  let parts: Uint8Array[] = [integer(1, size / 4), integer(2, 1), header(9, size)];
  const total = () => parts.reduce((sum, { length }) => sum + length, size);
  parts = [header(5, total()), ...parts];
  parts = [chunk(1, [chunk(4, 'Identity'), chunk(1, 'x'), chunk(2, 'value')]), ...parts];
  parts = [integer(1, 8), chunk(8, [integer(2, 17)]), header(7, total()), ...parts];
  const bytes = new Uint8Array(total());
  bytes.set(join(parts));
  return bytes;
}

test('200 MB of weights are read in well under a second, without a copy', () => {
  const bytes = heavy(200_000_000);
  const before = process.memoryUsage().arrayBuffers;
  const startedAt = processorMilliseconds();
  inspectModel(bytes);
  expect(processorMilliseconds() - startedAt).toBeLessThan(1_000);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
});

test('2,000 mutants of sound models are read or refused, in no other way', () => {
  const models = seedModels();
  const counts = { accepted: 0, refused: 0 };
  for (let index = 0; index < 2_000; index++) {
    const random = seeded(index);
    const bytes = mutant(random.pick(models).model, random.pick(models).model, random);
    try {
      inspectModel(bytes);
      counts.accepted += 1;
    } catch (error) {
      expect(error).toMatchObject({ code: 'ModelUnsafe' });
      counts.refused += 1;
    }
  }
  expect(counts.accepted).toBeGreaterThan(50);
  expect(counts.refused).toBeGreaterThan(1_000);
});
