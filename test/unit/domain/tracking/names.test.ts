import { isLongerThan, runName, shortened, trackingNameProblem } from '@laurel/domain';
import * as fc from 'fast-check';

test('names that are names', () => {
  for (const name of ['m', 'val/loss', 'a b', 'a.b', 'a-b:c', '漢字', 'größe', '.a', 'a/.b', 'x'.repeat(250)]) {
    expect([name, trackingNameProblem(name)]).toEqual([name, null]);
  }
});

test('names that lead elsewhere or hide something are refused', () => {
  const names = [
    '../x',
    'a/../b',
    '/a',
    'a//b',
    'a/',
    './a',
    '.',
    '..',
    '',
    'a\nb',
    'a\0b',
    'a\u202eb',
    'a%2e',
    'a\\b',
    '🌿',
  ];
  for (const name of names) expect([name, trackingNameProblem(name)]).toEqual([name, expect.any(String)]);
  expect(trackingNameProblem('x'.repeat(251))).toContain('250');
});

test('characters are counted, not halves of them', () => {
  expect(isLongerThan('🌿'.repeat(10), 10)).toBe(false);
  expect(shortened('🌿'.repeat(11), 10)).toBe('🌿'.repeat(10));
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat({ max: 50 }), (text, limit) => {
      expect(isLongerThan(shortened(text, limit), limit)).toBe(false);
      expect(text.startsWith(shortened(text, limit))).toBe(true);
    }),
  );
});

test('a run without a name gets one of three words', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (chance) => {
      expect(runName(chance)).toMatch(/^[a-z]+-[a-z]+-\d{1,3}$/);
    }),
  );
});
