import { editDistance, nearest } from '@laurel/domain';
import * as fc from 'fast-check';

test('a slip of the finger finds its word', () => {
  const known = ['metadata', 'training', 'evaluation', 'rollout', 'serving'];
  expect(nearest('trainning', known)).toBe('training');
  expect(nearest('Rollout', known)).toBe('rollout');
  expect(nearest('servign', known)).toBe('serving');
});

test('a word like no other finds nothing', () => {
  expect(nearest('kubernetes', ['metadata', 'training'])).toBeNull();
  expect(nearest('x', [])).toBeNull();
});

test('neighbours swapped are one edit', () => {
  expect(editDistance('servign', 'serving')).toBe(1);
  expect(editDistance('', 'abc')).toBe(3);
  expect(editDistance('kitten', 'sitting')).toBe(3);
});

test('the distance is symmetric, and 0 only for equal words', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});
