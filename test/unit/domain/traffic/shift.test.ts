import { allTo, type ShiftInput, type SplitDraft, shift, splitProblems } from '@laurel/domain';
import * as fc from 'fast-check';

const one = { version: 1, digest: `sha256:${'1'.repeat(64)}`, semver: '1.0.0' } as const;
const two = { version: 2, digest: `sha256:${'2'.repeat(64)}`, semver: '1.0.1' } as const;

const base: ShiftInput = {
  endpoint: 'churn',
  champion: one,
  challenger: two,
  weight: 5,
  shadowSample: 0,
  fence: 7,
  incarnation: 7,
  stickyKey: 'customer_id',
  baseline: null,
  appliedBy: 'rollout churn/7',
  reason: 'canary 5 %',
};

test('a canary weight is taken from the champion', () => {
  const { arms, shadow, salt } = shift(base);
  expect(arms.map(({ role, version, weight }) => [role, version, weight])).toEqual([
    ['champion', 1, 95],
    ['challenger', 2, 5],
  ]);
  expect(shadow).toBeNull();
  expect(salt).toBe('churn/7');
});

test('at weight 0 the challenger is an arm, so that processes load it, and a shadow takes copies', () => {
  const split = shift({ ...base, weight: 0, shadowSample: 100 });
  expect(split.arms.at(1)).toEqual({ ...two, role: 'challenger', weight: 0 });
  expect(split.shadow).toEqual({ ...two, sample: 100 });
});

test('a shadow beside a canary is no shadow: the same requests would count twice', () => {
  expect(shift({ ...base, shadowSample: 50 }).shadow).toBeNull();
});

test('without a champion the challenger has everything', () => {
  const split = shift({ ...base, champion: null, weight: 0, shadowSample: 10 });
  expect(split.arms).toEqual([{ ...two, role: 'challenger', weight: 100 }]);
  expect(split.shadow).toBeNull();
});

test('crowning gives one version everything', () => {
  const split = allTo({ ...base, champion: two });
  expect(split.arms).toEqual([{ ...two, role: 'champion', weight: 100 }]);
  expect(splitProblems(split)).toEqual([]);
});

test('every shift is a split without problems (I2)', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 100, noNaN: true }),
      fc.integer({ min: 0, max: 100 }),
      fc.boolean(),
      (weight, sample, first) => {
        expect(splitProblems(shift({ ...base, weight, shadowSample: sample, champion: first ? null : one }))).toEqual(
          [],
        );
      },
    ),
  );
});

test('a weight outside 0 to 100 is refused', () => {
  expect(() => shift({ ...base, weight: 101 })).toThrow('must be 0 to 100, it is 101');
  expect(() => shift({ ...base, shadowSample: Number.NaN })).toThrow('shadow sample');
});

test('every problem of a split is named', () => {
  const broken: SplitDraft = {
    ...shift(base),
    salt: '',
    arms: [
      { ...one, role: 'champion', weight: 90 },
      { ...two, role: 'champion', weight: -5 },
    ],
    shadow: { ...two, sample: 0 },
  };
  expect(splitProblems(broken)).toEqual([
    'a split has at most one champion arm, this one has 2',
    'the weight of the champion (version 2) must be 0 to 100, it is -5',
    'the weights of a split sum to 100, these sum to 85',
    "a shadow's sample must be above 0 and at most 100, it is 0",
    'a split needs a salt, or every endpoint draws the same people',
  ]);
  expect(splitProblems({ ...broken, arms: [], shadow: null, salt: 's' })).toEqual(['a split needs at least one arm']);
});
