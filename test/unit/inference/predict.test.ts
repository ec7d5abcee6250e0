import type { ModelSignature } from '@laurel/domain';
import { readPredictions } from '../../../libs/inference/src/predict.js';

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
const p = { dims: [2, 2], data: [0.9, 0.1, 0.2, 0.8] };

test('labels come as text or as indices into the classes', () => {
  const expected = [
    { label: 'No', probabilities: [0.9, 0.1], value: null },
    { label: 'Yes', probabilities: [0.2, 0.8], value: null },
  ];
  expect(readPredictions(2, classifier('BYTES'), { label: { dims: [2], data: ['No', 'Yes'] }, p })).toEqual(expected);
  expect(readPredictions(2, classifier('INT64'), { label: { dims: [2, 1], data: [0n, 1n] }, p })).toEqual(expected);
});

test('without a label output the most probable class is the label', () => {
  const signature = { ...classifier('BYTES'), outputs: classifier('BYTES').outputs.slice(1) };
  expect(readPredictions(2, signature, { p }).map(({ label }) => label)).toEqual(['No', 'Yes']);
});

test('one probability column of two classes is that of the second', () => {
  const signature = { ...classifier('BYTES'), outputs: classifier('BYTES').outputs.slice(1) };
  expect(readPredictions(1, signature, { p: { dims: [1, 1], data: [0.75] } })[0]?.probabilities).toEqual([0.25, 0.75]);
});

test('a regression gives values', () => {
  expect(readPredictions(2, regressor, { value: { dims: [2, 1], data: [1, 2] } }).map(({ value }) => value)).toEqual([
    1, 2,
  ]);
});

test('rounding outside 0..1 is clamped', () => {
  const outputs = { label: { dims: [1], data: ['Yes'] }, p: { dims: [1, 2], data: [-1e-7, 1.0000001] } };
  expect(readPredictions(1, classifier('BYTES'), outputs)[0]?.probabilities).toEqual([0, 1]);
});

const label = { dims: [2], data: ['No', 'Yes'] };
test.each([
  ['a NaN probability', { label, p: { dims: [2, 2], data: [Number.NaN, 0, 0, 1] } }],
  ['a probability above one', { label, p: { dims: [2, 2], data: [1.5, 0, 0, 1] } }],
  ['fewer rows than asked', { label, p: { dims: [1, 2], data: [0, 1] } }],
  ['a column too many', { label, p: { dims: [2, 3], data: [0, 1, 0, 0, 1, 0] } }],
  ['data shorter than its shape', { label, p: { dims: [2, 2], data: [0, 1] } }],
  ['a label that is no class', { label: { dims: [2], data: ['No', 'Perhaps'] }, p }],
  ['a missing output', { p }],
])('%s is ModelOutputInvalid', (_, outputs) => {
  expect(() => readPredictions(2, classifier('BYTES'), outputs)).toThrow(
    expect.objectContaining({ code: 'ModelOutputInvalid' }) as Error,
  );
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])('the value %p is ModelOutputInvalid', (value) => {
  expect(() => readPredictions(1, regressor, { value: { dims: [1, 1], data: [value] } })).toThrow(
    expect.objectContaining({ code: 'ModelOutputInvalid' }) as Error,
  );
});
