import { isHardBreach, retreatWeights } from '@laurel/domain';

test('a gradual rollback goes down by its step size; the last step is the undo', () => {
  const gradual = { profile: 'gradual', stepSize: 20, interval: '30s' } as const;
  expect(retreatWeights(50, gradual)).toEqual([30, 10]);
  expect(retreatWeights(40, gradual)).toEqual([20]);
  expect(retreatWeights(20, gradual)).toEqual([]);
  expect(retreatWeights(0, gradual)).toEqual([]);
});

test('an immediate rollback has no steps', () => {
  expect(retreatWeights(50, { profile: 'immediate' })).toEqual([]);
});

test('a hard limit and an ejection go back at once, a margin does not', () => {
  expect(isHardBreach(['hardLimit'])).toBe(true);
  expect(isHardBreach(['guardrailHarm', 'ejected'])).toBe(true);
  expect(isHardBreach(['guardrailHarm', 'decisionInferior'])).toBe(false);
  expect(isHardBreach([])).toBe(false);
});
