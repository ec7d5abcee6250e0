import {
  bumpReason,
  changeText,
  type InterfaceChangeName,
  interfaceChanges,
  nextSemver,
  type Versioned,
} from '@laurel/domain';
import { inputs, outputs } from './card-facts.js';

const before: Versioned = {
  algorithm: 'xgboost',
  signature: { task: 'binary', inputs: inputs('tenure', 'contract'), outputs, classes: ['No', 'Yes'] },
};
const [tenure, contract] = before.signature.inputs as [
  (typeof before.signature.inputs)[0],
  (typeof before.signature.inputs)[0],
];
const [label, probabilities] = outputs as [(typeof outputs)[0], (typeof outputs)[0]];
const signed = (change: Partial<Versioned['signature']>): Versioned => ({
  ...before,
  signature: { ...before.signature, ...change },
});

const cases: readonly (readonly [InterfaceChangeName, Versioned, string, string])[] = [
  ['inputRemoved', signed({ inputs: [tenure] }), '2.0.0', 'input "contract" is gone'],
  ['inputAdded', signed({ inputs: [tenure, contract, ...inputs('age')] }), '2.0.0', 'input "age" is new and required'],
  [
    'optionalInputAdded',
    signed({ inputs: [tenure, contract, { ...tenure, name: 'age', optional: true }] }),
    '1.1.0',
    'input "age" is new and may be missing',
  ],
  [
    'inputTypeChanged',
    signed({ inputs: [{ ...tenure, dtype: 'INT64' }, contract] }),
    '2.0.0',
    'input "tenure" was FP32 and is INT64',
  ],
  [
    'inputShapeChanged',
    signed({ inputs: [{ ...tenure, shape: [-1, 3] }, contract] }),
    '2.0.0',
    'input "tenure" had the shape [-1, 1] and has [-1, 3]',
  ],
  [
    'inputBecameOptional',
    signed({ inputs: [{ ...tenure, optional: true }, contract] }),
    '1.1.0',
    'input "tenure" may now be missing',
  ],
  ['taskChanged', signed({ task: 'multiclass' }), '2.0.0', 'the task was binary and is multiclass'],
  ['classesChanged', signed({ classes: ['Yes', 'No'] }), '2.0.0', 'the classes were ["No","Yes"] and are ["Yes","No"]'],
  ['outputRemoved', signed({ outputs: [label] }), '2.0.0', 'output "probabilities" is gone'],
  ['outputAdded', signed({ outputs: [...outputs, { ...label, name: 'score' }] }), '2.0.0', 'output "score" is new'],
  [
    'outputTypeChanged',
    signed({ outputs: [{ ...label, dtype: 'INT64' }, probabilities] }),
    '2.0.0',
    'output "label" was BYTES and is INT64',
  ],
  [
    'outputShapeChanged',
    signed({ outputs: [label, { ...probabilities, shape: [-1, 3] }] }),
    '2.0.0',
    'output "probabilities" had the shape [-1, 2] and has [-1, 3]',
  ],
  [
    'outputRoleChanged',
    signed({ outputs: [{ ...label, role: 'value' }, probabilities] }),
    '2.0.0',
    'output "label" was label and is value',
  ],
  ['algorithmChanged', { ...before, algorithm: 'lightgbm' }, '1.1.0', 'the algorithm was xgboost and is lightgbm'],
];

test.each(cases)('%s is named, says what it is and raises the number', (name, after, semver, text) => {
  const changes = interfaceChanges(before, after);
  expect(changes.map(({ change }) => change)).toEqual([name]);
  expect(changes.map(changeText)).toEqual([text]);
  expect(nextSemver({ ...before, semver: '1.0.0' }, after)).toBe(semver);
  expect(bumpReason(changes)).toContain(text);
});

test('an input that may not be missing any more is named', () => {
  const optional = signed({ inputs: [{ ...tenure, optional: true }, contract] });
  expect(interfaceChanges(optional, before)).toEqual([
    { change: 'inputBecameRequired', subject: 'tenure', was: 'may be missing', is: 'required', bump: 'major' },
  ]);
});

test('of several changes, the reason names those that decide about the number', () => {
  const after = { ...signed({ inputs: [tenure] }), algorithm: 'lightgbm' };
  const reason = bumpReason(interfaceChanges(before, after));
  expect(reason).toBe('Clients of the version before break: input "contract" is gone.');
  expect(bumpReason([])).toBe('A retraining: inputs, outputs and algorithm are the same.');
});
