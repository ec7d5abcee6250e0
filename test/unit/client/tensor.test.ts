import { tensor } from '@laurel/client';

test('the type of a tensor follows from its data', () => {
  const typeOf = (data: Parameters<typeof tensor>[1]) => tensor('x', data).datatype;
  expect(typeOf(new Float32Array(1))).toBe('FP32');
  expect(typeOf(new Float16Array(1))).toBe('FP16');
  expect(typeOf(new BigInt64Array(1))).toBe('INT64');
  expect(typeOf(new Uint8Array(1))).toBe('UINT8');
  expect(typeOf(['a'])).toBe('BYTES');
  expect(tensor('x', [true, false])).toEqual({ name: 'x', datatype: 'BOOL', shape: [2], data: new Uint8Array([1, 0]) });
});

test('a shape that holds another number of elements is refused', () => {
  expect(() => tensor('x', new Float32Array(5), [2, 3])).toThrow('x: shape [2, 3] holds 6 elements, there are 5');
});

test('data of no known type is refused', () => {
  expect(() => tensor('x', [1, 2] as never)).toThrow('neither a typed array nor a list of texts or booleans');
});
