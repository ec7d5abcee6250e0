import type { Tensor } from '@laurel/domain';
import { admitTensors, type InputRule } from '../../../libs/inference/src/admit.js';

const rules: readonly InputRule[] = [
  { name: 'x', datatype: 'FP32', shape: [-1, 2], optional: false },
  { name: 'word', datatype: 'BYTES', shape: [-1, 1], optional: true },
];
const x: Tensor = { name: 'x', datatype: 'FP32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) };
const word: Tensor = { name: 'word', datatype: 'BYTES', shape: [2, 1], data: ['a', 'b'] };
const tall: Tensor = { ...x, shape: [3, 2], data: new Float32Array(6) };

test('tensors come in the order of the model, with their rows', () => {
  expect(admitTensors([word, x], rules)).toEqual({ rows: 2, tensors: [x, word] });
});

test('one column may leave out its width', () => {
  expect(admitTensors([x, { ...word, shape: [2] }], rules).tensors[1]?.shape).toEqual([2, 1]);
});

test('a missing value is taken where the model says so', () => {
  expect(admitTensors([x, { ...word, nullAt: 1 }], rules).rows).toBe(2);
  const optional = [{ ...rules[0], optional: true } as InputRule, ...rules.slice(1)];
  expect(admitTensors([{ ...x, data: Float32Array.of(1, Number.NaN, 3, 4) }, word], optional).rows).toBe(2);
});

test.each([
  [
    'an input that is not there',
    [x, word, { ...word, name: 'age' }],
    'There is no input "age"; the model takes x, word.',
  ],
  ['an input that is missing', [x], 'The input "word" is missing; the model needs it.'],
  ['an input given twice', [x, word, word], 'An input is given twice; send each once.'],
  ['another type', [{ ...x, datatype: 'FP64' as const }, word], 'The input "x" is FP32, not FP64; send FP32.'],
  ['another width', [{ ...x, shape: [4, 1] }, word], 'The input "x" has shape [4, 1]; the model takes [-1, 2].'],
  ['another rank', [{ ...x, shape: [4] }, word], 'The input "x" has shape [4]; the model takes [-1, 2].'],
  [
    'no rows',
    [{ ...x, shape: [0, 2], data: new Float32Array() }, word],
    'The input "x" has shape [0, 2] and so no values.',
  ],
  ['fewer values than its shape', [{ ...x, shape: [3, 2] }, word], 'The input "x" has 4 values for shape [3, 2].'],
  ['uneven rows', [tall, word], 'The input "word" has 2 rows and "x" has 3.'],
  [
    'NaN where a value is needed',
    [{ ...x, data: Float32Array.of(1, 2, Number.NaN, 4) }, word],
    'The input "x" has no value at 2; a value is required.',
  ],
  [
    'null where a value is needed',
    [{ ...x, nullAt: 3 }, word],
    'The input "x" has no value at 3; a value is required.',
  ],
  [
    'infinity',
    [{ ...x, data: Float32Array.of(1, 2, 3, Number.NEGATIVE_INFINITY) }, word],
    'The input "x" holds -Infinity at 3; only finite numbers are taken.',
  ],
  [
    'a text that would be cut off',
    [x, { ...word, data: ['a', 'b\0c'] }],
    'The input "word" has a text with a NUL character at 1; the runtime would cut it off.',
  ],
])('%s is refused and named', (_, given, message) => {
  expect(() => admitTensors(given, rules)).toThrow(expect.objectContaining({ code: 'InvalidInput', message }) as Error);
});
