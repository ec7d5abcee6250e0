import { type ModelSignature, nextSemver, type SignatureInput, type SignatureOutput } from '@laurel/domain';

const input = (name: string, change: Partial<SignatureInput> = {}): SignatureInput => ({
  name,
  dtype: 'FP32',
  shape: [-1, 1],
  optional: false,
  ...change,
});
const label: SignatureOutput = { name: 'label', dtype: 'BYTES', shape: [-1], role: 'label' };
const probabilities: SignatureOutput = { name: 'probabilities', dtype: 'FP32', shape: [-1, 2], role: 'probabilities' };
const value: SignatureOutput = { name: 'value', dtype: 'FP32', shape: [-1, 1], role: 'value' };

const churn: ModelSignature = {
  task: 'binary',
  inputs: [input('tenure'), input('plan', { dtype: 'BYTES', optional: true }), input('charges', { dtype: 'FP64' })],
  outputs: [label, probabilities],
  classes: ['No', 'Yes'],
};
const price: ModelSignature = { task: 'regression', inputs: [input('area')], outputs: [value], classes: [] };
const [tenure, plan, charges] = churn.inputs as readonly [SignatureInput, SignatureInput, SignatureInput];

type Pair = readonly [what: string, before: ModelSignature, after: ModelSignature, algorithm?: string];

const patches: readonly Pair[] = [
  ['nothing changed', churn, churn],
  ['nothing changed in a regression', price, price],
  ['inputs in another order', churn, { ...churn, inputs: [charges, plan, tenure] }],
  ['outputs in another order', churn, { ...churn, outputs: [probabilities, label] }],
  ['both in another order', churn, { ...churn, inputs: [plan, tenure, charges], outputs: [probabilities, label] }],
];
const minors: readonly Pair[] = [
  ['an optional input more', churn, { ...churn, inputs: [...churn.inputs, input('age', { optional: true })] }],
  [
    'two optional inputs more',
    price,
    {
      ...price,
      inputs: [...price.inputs, input('rooms', { optional: true }), input('city', { dtype: 'BYTES', optional: true })],
    },
  ],
  ['an input is optional now', churn, { ...churn, inputs: [{ ...tenure, optional: true }, plan, charges] }],
  ['every input is optional now', price, { ...price, inputs: [input('area', { optional: true })] }],
  ['another algorithm', churn, churn, 'random forest'],
  [
    'another algorithm and an optional input',
    price,
    {
      ...price,
      inputs: [...price.inputs, input('rooms', { optional: true })],
    },
    'ridge',
  ],
  ['another algorithm, inputs in another order', churn, { ...churn, inputs: [charges, plan, tenure] }, 'lasso'],
];
const majors: readonly Pair[] = [
  ['an input is gone', churn, { ...churn, inputs: [tenure, plan] }],
  ['an optional input is gone', churn, { ...churn, inputs: [tenure, charges] }],
  ['an input has another name', churn, { ...churn, inputs: [input('months'), plan, charges] }],
  ['a required input more', churn, { ...churn, inputs: [...churn.inputs, input('age')] }],
  ['an optional input is required now', churn, { ...churn, inputs: [tenure, { ...plan, optional: false }, charges] }],
  ['a number is text now', churn, { ...churn, inputs: [input('tenure', { dtype: 'BYTES' }), plan, charges] }],
  ['a float is a double now', churn, { ...churn, inputs: [input('tenure', { dtype: 'FP64' }), plan, charges] }],
  ['an input is wider', price, { ...price, inputs: [input('area', { shape: [-1, 3] })] }],
  ['an input has another rank', price, { ...price, inputs: [input('area', { shape: [-1] })] }],
  ['an output is gone', churn, { ...churn, outputs: [probabilities] }],
  ['an output more', churn, { ...churn, outputs: [...churn.outputs, value] }],
  ['an output has another name', churn, { ...churn, outputs: [{ ...label, name: 'class' }, probabilities] }],
  ['an output has another type', price, { ...price, outputs: [{ ...value, dtype: 'FP64' }] }],
  ['an output has another shape', price, { ...price, outputs: [{ ...value, shape: [-1] }] }],
  ['an output has another role', churn, { ...churn, outputs: [label, { ...probabilities, role: 'value' }] }],
  ['a class more', churn, { ...churn, classes: ['No', 'Yes', 'Maybe'] }],
  ['a class has another name', churn, { ...churn, classes: ['No', 'Leaves'] }],
  ['the classes are swapped', churn, { ...churn, classes: ['Yes', 'No'] }],
  ['another task', churn, { ...churn, task: 'multiclass' }],
  [
    'a break outweighs an optional input',
    churn,
    {
      ...churn,
      inputs: [tenure, charges, input('age', { optional: true })],
    },
  ],
];

test.each([
  ...patches.map((pair) => ['4.7.12', pair] as const),
  ...minors.map((pair) => ['4.8.0', pair] as const),
  ...majors.map((pair) => ['5.0.0', pair] as const),
])('4.7.11 is followed by %s: %s', (expected, [, before, after, algorithm = 'xgboost']) => {
  const previous = { semver: '4.7.11', signature: before, algorithm: 'xgboost' };
  expect(nextSemver(previous, { signature: after, algorithm })).toBe(expected);
});
