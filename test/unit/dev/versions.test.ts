import { assert, nat, property, tuple } from 'fast-check';
// The set-up scripts run before anything is installed, so they carry their own copy of this comparison.
import { atLeast } from '../../../infra/dev/bin/parts/versions.mjs';
import { isAtLeast } from '../../../infra/dev/src/versions.js';

test.each([
  ['temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)', '1.4.0', true],
  ['temporal version 1.3.9', '1.4.0', false],
  ['go version go1.26.8 linux/amd64', '1.21', true],
  ['go version go1.9', '1.21', false],
  ['v24.21.0', '24.9', true],
  ['22.23.3', '24.9.0', false],
  ['git version 2.39.5', '2.0', true],
  ['no version at all', '1.0', false],
])('%s is at least %s: %s', (text, oldest, expected) => {
  expect(isAtLeast(text, oldest)).toBe(expected);
  expect(atLeast(text, oldest)).toBe(expected);
});

const version = tuple(nat(40), nat(40), nat(40));

test('of two versions one is at least the other, and both only when they are equal', () => {
  assert(
    property(version, version, (a, b) => {
      const [left, right] = [a.join('.'), b.join('.')];
      expect(isAtLeast(left, right) || isAtLeast(right, left)).toBe(true);
      expect(isAtLeast(left, right) && isAtLeast(right, left)).toBe(left === right);
      expect(atLeast(left, right)).toBe(isAtLeast(left, right));
    }),
  );
});
