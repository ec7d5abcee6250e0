import type { ModelSignature, Row, SignatureInput } from '@laurel/domain';
import * as fc from 'fast-check';
import { encodeRows } from '../../../libs/inference/src/encode.js';

const input = (name: string, dtype: SignatureInput['dtype'], optional = false): SignatureInput => ({
  name,
  dtype,
  shape: [-1, 1],
  optional,
});
const signatureOf = (...inputs: SignatureInput[]): ModelSignature => ({
  task: 'binary',
  inputs,
  outputs: [],
  classes: [],
});
const valuesOf = (rows: readonly unknown[], given: SignatureInput) => [
  ...(encodeRows(rows as Row[], signatureOf(given)).tensors[0]?.data ?? []),
];

test('a column becomes one tensor of shape [rows, 1]', () => {
  const { tensors } = encodeRows([{ x: 1 }, { x: 2.5 }], signatureOf(input('x', 'FP32')));
  expect(tensors).toEqual([{ name: 'x', datatype: 'FP32', shape: [2, 1], data: Float32Array.of(1, 2.5) }]);
});

test('numbers written as text and booleans count as numbers', () => {
  expect(valuesOf([{ x: ' -1.5e2 ' }, { x: true }, { x: '7' }], input('x', 'FP32'))).toEqual([-150, 1, 7]);
});

test('numbers and booleans become text where the model takes text', () => {
  const rows = [{ c: 1 }, { c: 2.5 }, { c: true }, { c: false }, { c: 'as is' }];
  expect(valuesOf(rows, input('c', 'BYTES'))).toEqual(['1', '2.5', 'true', 'false', 'as is']);
});

test('missing values of optional columns become NaN or the empty text', () => {
  expect(valuesOf([{}, { x: null }, { x: '' }, { x: Number.NaN }], input('x', 'FP32', true))).toEqual([
    Number.NaN,
    Number.NaN,
    Number.NaN,
    Number.NaN,
  ]);
  expect(valuesOf([{}, { c: null }], input('c', 'BYTES', true))).toEqual(['', '']);
});

test.each([
  ['a required column that is missing', {}, input('x', 'FP32'), 'the column is missing'],
  ['a required value that is null', { x: null }, input('x', 'FP32'), 'a value is required'],
  ['text in a numeric column', { x: 'twelve' }, input('x', 'FP32'), '"twelve" is not a number'],
  ['hexadecimal text', { x: '0x10' }, input('x', 'FP32'), '"0x10" is not a number'],
  ['infinity', { x: Number.POSITIVE_INFINITY }, input('x', 'FP32'), 'Infinity is too large for FP32'],
  ['a double that no float holds', { x: 1e300 }, input('x', 'FP32'), '1e+300 is too large for FP32'],
  ['a fraction for an integer', { x: 1.5 }, input('x', 'INT64'), '1.5 is not a whole number'],
  ['an integer over 32 bits', { x: 2 ** 31 }, input('x', 'INT32'), '2147483648 is too large for INT32'],
  ['a missing optional integer', { x: null }, input('x', 'INT64', true), 'a value is required'],
  ['an object', { x: { a: 1 } }, input('x', 'BYTES'), 'a value of type object is not text'],
  [
    'a text that the runtime would cut off',
    { x: 'monthly\0ly' },
    input('x', 'BYTES'),
    'the text holds a NUL character',
  ],
  ['a number that is no boolean', { x: 2 }, input('x', 'BOOL'), '2 is not true or false'],
])('%s is refused with row and column', (_, row, given, message) => {
  const good = { x: 1 };
  const rows = [given.dtype === 'BYTES' ? { x: 'a' } : good, row];
  expect(() => valuesOf(rows, given)).toThrow(
    expect.objectContaining({ code: 'InvalidInput', details: [{ path: 'rows[1].x', message }] }) as Error,
  );
});

test('columns that the model does not know are ignored, also those of the prototype', () => {
  expect(valuesOf([{ x: 1, customer_id: 'c-1' }], input('x', 'FP32'))).toEqual([1]);
  expect(() => valuesOf([{}], input('toString', 'BYTES'))).toThrow(/the column is missing/);
});

test('a thousand bad cells give a short error', () => {
  const rows = Array.from({ length: 1000 }, () => ({ x: 'bad' }));
  expect(() => valuesOf(rows, input('x', 'FP32'))).toThrow(/and 999 more/);
});

test('whatever a row holds, it is coerced or refused as InvalidInput', () => {
  const types = fc.constantFrom('FP32', 'FP64', 'INT32', 'INT64', 'BOOL', 'BYTES');
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('x', 'y'), fc.anything()),
      types,
      fc.boolean(),
      (row, dtype, optional) => {
        try {
          const values = valuesOf([row], input('x', dtype, optional));
          expect(values).toHaveLength(1);
        } catch (error) {
          expect(error).toMatchObject({ code: 'InvalidInput' });
        }
      },
    ),
  );
});
