import { defaultStageRules, readReference, resolveReference } from '@laurel/domain';

const versions = [
  { version: 1, semver: '1.0.0', stage: 'Archived', ready: true },
  { version: 2, semver: '1.4.0', stage: 'Production', ready: true },
  { version: 3, semver: '1.4.2', stage: 'Staging', ready: true },
  { version: 4, semver: '1.10.0', stage: 'None', ready: true },
  { version: 5, semver: '2.0.0', stage: 'None', ready: true },
  { version: 6, semver: '2.1.0', stage: 'None', ready: false },
  { version: 7, semver: null, stage: 'None', ready: true },
  { version: 8, semver: '0.3.1', stage: 'None', ready: true },
  { version: 9, semver: '0.3.9', stage: 'None', ready: true },
  { version: 10, semver: '0.4.0', stage: 'None', ready: true },
];

const found = (text: string) => resolveReference(readReference(text, defaultStageRules), versions)?.version;

test.each([
  ['1.4.0', 2],
  ['v1.4.0', 2],
  ['1.4', 3],
  ['1.4.x', 3],
  ['1.x', 4],
  ['~1.4', 3],
  ['~1.4.1', 3],
  ['~1', 4],
  ['^1', 4],
  ['^1.4.0', 4],
  ['^2', 5],
  ['2.0', 5],
  ['^0.3.1', 9],
  ['^0.3.2', 9],
  ['^0.3', 9],
  ['^0', 10],
  ['0.x', 10],
  ['Production', 2],
  ['production', 2],
  ['None', 10],
  ['Staging', 3],
])('%s means version %d', (text, version) => {
  expect(found(text)).toBe(version);
});

test.each(['1.4.1', '3.0.0', '^3', '2.1.0', '2.1'])('%s means no version that is ready', (text) => {
  expect(found(text)).toBeUndefined();
});

test.each([
  '1',
  '',
  '^',
  '~',
  '1.2.3.4',
  '01.2.3',
  '1.x.3',
  '-1.0.0',
  '1..0',
  ' 1.4.0',
  '1.4.0 ',
  '^^1',
  '>=1.0.0',
  '1e3.0.0',
  '9999999999.0.0',
  '1.4.0-beta',
  'Shadow',
  '../1.4.0',
])('%j is no reference', (text) => {
  expect(readReference(text, defaultStageRules)).toEqual({ kind: 'unknown' });
});

test('a stage that is spelled like a range wins', () => {
  const rules = { ...defaultStageRules, stages: [...defaultStageRules.stages, '1.4'] };
  expect(readReference('1.4', rules)).toEqual({ kind: 'stage', stage: '1.4' });
});
