import type { TensorType } from '@laurel/domain';
import * as fc from 'fast-check';
import { JsonCursor } from '../../../../apps/serving/src/json/json-cursor.js';
import { readTensorData } from '../../../../apps/serving/src/json/read-tensor-data.js';

const read = (text: string, datatype: TensorType, length: number) =>
  readTensorData(new JsonCursor(Buffer.from(text)), datatype, length);
const plain = (text: string, datatype: TensorType, length: number) => [...read(text, datatype, length).data];

/** Numbers as programs write them: shortest form, float32 widened (Python), exponents, many decimals. */
const numberText = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.float({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer().map(String),
  fc.tuple(fc.integer({ min: -9999, max: 9999 }), fc.nat({ max: 8 })).map(([n, decimals]) => (n / 7).toFixed(decimals)),
  fc.double({ min: -1e15, max: 1e15, noNaN: true }).map((value) => value.toExponential()),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value.toPrecision(21)),
);

test('doubles are read to the last bit, as JSON.parse reads them', () => {
  fc.assert(
    fc.property(fc.array(numberText, { minLength: 1, maxLength: 40 }), (texts) => {
      const text = `[${texts.join(', ')}]`;
      expect(plain(text, 'FP64', texts.length)).toEqual(JSON.parse(text));
    }),
    { numRuns: 5_000, seed: 4 },
  );
});

test('floats are the nearest to what is written', () => {
  fc.assert(
    fc.property(fc.array(numberText, { minLength: 1, maxLength: 40 }), (texts) => {
      const values = texts.map(Number).filter((value) => Math.abs(value) <= 3.4e38);
      const kept = texts.filter((text) => Math.abs(Number(text)) <= 3.4e38);
      expect(plain(`[${kept.join(',')}]`, 'FP32', kept.length)).toEqual(values.map(Math.fround));
    }),
    { numRuns: 2_000, seed: 4 },
  );
});

test('lists may be nested in any way; elements come row-major', () => {
  expect(plain('[[[1,2],[3,4]],[5,6]]', 'FP32', 6)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(plain(' [ [ 1 ] , [ 2 ] ] ', 'INT32', 2)).toEqual([1, 2]);
  expect(plain('[["a"],["b"]]', 'BYTES', 2)).toEqual(['a', 'b']);
  expect(plain('[[true],[0]]', 'BOOL', 2)).toEqual([1, 0]);
  expect(read('[[],[]]', 'FP32', 0).count).toBe(0);
});

test('whole numbers of 64 bits lose nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { minLength: 1 }), (values) => {
      expect(plain(`[${values.join(',')}]`, 'INT64', values.length)).toEqual(values);
    }),
    { seed: 4 },
  );
  expect(plain('[18446744073709551615, 0, 2e3]', 'UINT64', 3)).toEqual([2n ** 64n - 1n, 0n, 2000n]);
});

test('null is a missing value of floats and texts, and said to be there', () => {
  expect(read('[1, null, null]', 'FP32', 3)).toMatchObject({ nullAt: 1, count: 3 });
  expect(read('["a", null]', 'BYTES', 2)).toMatchObject({ nullAt: 1, count: 2 });
  expect(read('[1]', 'FP32', 1).nullAt).toBe(-1);
});

test.each<[string, string, TensorType, string]>([
  ['a number that no double holds', '[1e400]', 'FP64', 'element 0 is too large for FP64'],
  ['a number that no float holds', '[1, 1e39]', 'FP32', 'element 1 is too large for FP32'],
  ['a number that no half holds', '[65505]', 'FP16', 'element 0 is too large for FP16'],
  ['NaN as Python writes it', '[NaN]', 'FP32', 'NaN is not a value of JSON'],
  ['-Infinity as Python writes it', '[-Infinity]', 'FP32', '-Infinity is not a value of JSON'],
  ['a fraction for an integer', '[1.5]', 'INT32', 'element 0 is not a whole number'],
  ['a byte too large', '[256]', 'UINT8', 'element 0 is outside UINT8'],
  ['a negative for an unsigned', '[-1]', 'UINT64', 'element 0 is outside UINT64'],
  ['an integer beyond 64 bits', '[9223372036854775808]', 'INT64', 'element 0 is outside INT64'],
  ['null for an integer', '[null]', 'INT64', 'null stands where it cannot'],
  ['a text for a number', '["1"]', 'FP32', 'a value is missing'],
  ['a number for a text', '[1]', 'BYTES', 'a value is missing'],
  ['two for a truth', '[2]', 'BOOL', 'element 0 is not true or false'],
  ['a leading zero', '[01]', 'FP32', 'a value is missing'],
  ['a bare point', '[1.]', 'FP32', 'a value is missing'],
  ['a trailing comma', '[1,]', 'FP32', 'a value is missing'],
  ['two commas', '[1,,2]', 'FP32', 'a value is missing'],
  ['no end', '[1, 2', 'FP32', 'a list of numbers is malformed'],
  ['half a text', '["\\ud800"]', 'BYTES', 'half a surrogate pair'],
  ['a text that is not UTF-8', '["\xff"]', 'BYTES', 'not UTF-8'],
  ['depth', `${'['.repeat(200_000)}1`, 'FP32', 'nested deeper than 32'],
  ['depth of texts', `${'['.repeat(200_000)}"a"`, 'BYTES', 'nested deeper than 32'],
])('%s is refused and named', (what, text, datatype, message) => {
  const bytes = what.includes('UTF-8') ? Buffer.from(text, 'latin1') : Buffer.from(text);
  const length = 4;
  expect(() => readTensorData(new JsonCursor(bytes), datatype, length)).toThrow(
    expect.objectContaining({ code: 'InvalidInput', message: expect.stringContaining(message) }) as Error,
  );
});

test('more elements than there is room for are noticed without reading on', () => {
  expect(read('[1,2,3,4]', 'FP32', 2).count).toBe(3);
  expect(read('["a","b","c"]', 'BYTES', 2).count).toBe(3);
});
