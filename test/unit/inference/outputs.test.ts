import type { ModelSignature, Tensor } from '@laurel/domain';
import { checkOutputs, decodeOutputs } from '../../../libs/inference/src/outputs.js';

const classifier = (dtype: 'BYTES' | 'INT64'): ModelSignature => ({
  task: 'binary',
  inputs: [],
  outputs: [
    { name: 'label', dtype, shape: [-1], role: 'label' },
    { name: 'p', dtype: 'FP32', shape: [-1, 2], role: 'probabilities' },
  ],
  classes: ['No', 'Yes'],
});
const regressor: ModelSignature = {
  task: 'regression',
  inputs: [],
  outputs: [{ name: 'value', dtype: 'FP32', shape: [-1, 1], role: 'value' }],
  classes: [],
};
const text = (data: readonly string[], shape = [data.length]): Tensor => ({
  name: 'label',
  datatype: 'BYTES',
  shape,
  data,
});
const index = (...data: bigint[]): Tensor => ({
  name: 'label',
  datatype: 'INT64',
  shape: [data.length, 1],
  data: BigInt64Array.from(data),
});
const shares = (data: readonly number[], shape = [data.length / 2, 2]): Tensor => ({
  name: 'p',
  datatype: 'FP64',
  shape,
  data: Float64Array.from(data),
});
const p = shares([0.9, 0.1, 0.2, 0.8]);
const read = (outputs: readonly Tensor[], rows: number, signature: ModelSignature) => {
  checkOutputs(outputs, rows, signature);
  return decodeOutputs(outputs, rows, signature);
};

test('labels come as text or as indices into the classes', () => {
  const expected = [
    { label: 'No', probabilities: [0.9, 0.1], value: null },
    { label: 'Yes', probabilities: [0.2, 0.8], value: null },
  ];
  expect(read([text(['No', 'Yes']), p], 2, classifier('BYTES'))).toEqual(expected);
  expect(read([index(0n, 1n), p], 2, classifier('INT64'))).toEqual(expected);
});

const withoutLabel: ModelSignature = { ...classifier('BYTES'), outputs: classifier('BYTES').outputs.slice(1) };

test('without a label output the most probable class is the label', () => {
  expect(read([p], 2, withoutLabel).map(({ label }) => label)).toEqual(['No', 'Yes']);
});

test('one probability column of two classes is that of the second', () => {
  expect(read([shares([0.75], [1, 1])], 1, withoutLabel)[0]?.probabilities).toEqual([0.25, 0.75]);
});

test('a regression gives values', () => {
  const value: Tensor = { name: 'value', datatype: 'FP32', shape: [2, 1], data: Float32Array.of(1, 2) };
  expect(read([value], 2, regressor).map((prediction) => prediction.value)).toEqual([1, 2]);
});

test('rounding outside 0..1 is clamped', () => {
  expect(read([text(['Yes']), shares([-1e-7, 1.0000001])], 1, classifier('BYTES'))[0]?.probabilities).toEqual([0, 1]);
});

const label = text(['No', 'Yes']);
test.each([
  ['a NaN probability', [label, shares([Number.NaN, 0, 0, 1])]],
  ['a probability above one', [label, shares([1.5, 0, 0, 1])]],
  ['fewer rows than asked', [label, shares([0, 1])]],
  ['a column too many', [label, shares([0, 1, 0, 0, 1, 0], [2, 3])]],
  ['data shorter than its shape', [label, shares([0, 1], [2, 2])]],
  ['a label that is no class', [text(['No', 'Perhaps']), p]],
  ['a missing output', [p]],
])('%s is ModelOutputInvalid', (_, outputs) => {
  expect(() => checkOutputs(outputs, 2, classifier('BYTES'))).toThrow(
    expect.objectContaining({ code: 'ModelOutputInvalid' }) as Error,
  );
});

test('of a bare graph only NaN and infinity are refused', () => {
  const raw = (value: number): Tensor => ({ name: 'y', datatype: 'FP32', shape: [1], data: Float32Array.of(value) });
  expect(() => checkOutputs([raw(7)], 1, null)).not.toThrow();
  expect(() => checkOutputs([raw(Number.POSITIVE_INFINITY)], 1, null)).toThrow(
    "The model's output y gives Infinity at 0.",
  );
});
