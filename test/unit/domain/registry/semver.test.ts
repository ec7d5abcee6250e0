import { type ModelSignature, nextSemver, type SignatureInput, type SignatureOutput } from '@laurel/domain';

const tenure: SignatureInput = { name: 'tenure', dtype: 'FP32', shape: [-1, 1], optional: false };
const plan: SignatureInput = { name: 'plan', dtype: 'BYTES', shape: [-1, 1], optional: true };
const label: SignatureOutput = { name: 'label', dtype: 'BYTES', shape: [-1], role: 'label' };
const signature: ModelSignature = { task: 'binary', inputs: [tenure, plan], outputs: [label], classes: ['No', 'Yes'] };

function next(change: Partial<ModelSignature>, algorithm = 'xgboost'): string {
  const previous = { semver: '2.3.4', signature, algorithm: 'xgboost' };
  return nextSemver(previous, { signature: { ...signature, ...change }, algorithm });
}

test('the first version is 1.0.0', () => {
  expect(nextSemver(undefined, { signature, algorithm: 'xgboost' })).toBe('1.0.0');
});

test('a retraining is a patch, in whatever order the inputs come', () => {
  expect(next({})).toBe('2.3.5');
  expect(next({ inputs: [plan, tenure] })).toBe('2.3.5');
});

test('what a client need not know of is minor', () => {
  expect(next({ inputs: [tenure, plan, { ...plan, name: 'age' }] })).toBe('2.4.0');
  expect(next({ inputs: [{ ...tenure, optional: true }, plan] })).toBe('2.4.0');
  expect(next({}, 'random forest')).toBe('2.4.0');
});

const breaks: readonly (readonly [string, Partial<ModelSignature>])[] = [
  ['an input is gone', { inputs: [tenure] }],
  ['an input has another type', { inputs: [{ ...tenure, dtype: 'INT64' }, plan] }],
  ['an input has another shape', { inputs: [{ ...tenure, shape: [-1, 2] }, plan] }],
  ['an input is newly required', { inputs: [tenure, { ...plan, optional: false }] }],
  ['a new input is required', { inputs: [tenure, plan, { ...tenure, name: 'age' }] }],
  ['an output has another name', { outputs: [{ ...label, name: 'class' }] }],
  ['an output is added', { outputs: [label, { ...label, name: 'more' }] }],
  ['a class is added', { classes: ['No', 'Yes', 'Maybe'] }],
  ['the classes are in another order', { classes: ['Yes', 'No'] }],
  ['the task is another', { task: 'multiclass' }],
];

test.each(breaks)('a client breaks, so it is major: %s', (_, change) => {
  expect(next(change)).toBe('3.0.0');
  expect(next(change, 'random forest')).toBe('3.0.0');
});

test('a previous number that is no SemVer is refused', () => {
  expect(() => nextSemver({ semver: 'v2', signature, algorithm: 'x' }, { signature, algorithm: 'x' })).toThrow(
    '"v2" is not a semantic version',
  );
});
