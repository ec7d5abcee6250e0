import { assert, nat, property } from 'fast-check';
import { patientBackoff, pauseAfter } from '../../../infra/dev/src/supervisor/backoff.js';

test('pauses double from one second to thirty', () => {
  expect([1, 2, 3, 4, 5, 6, 7].map((failures) => pauseAfter(failures, patientBackoff))).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
  ]);
});

test('a pause never shrinks and never exceeds the longest', () => {
  assert(
    property(nat(5_000), (failures) => {
      const pause = pauseAfter(failures, patientBackoff);
      expect(pause).toBeLessThanOrEqual(pauseAfter(failures + 1, patientBackoff));
      expect(pause).toBeLessThanOrEqual(patientBackoff.longestMilliseconds);
    }),
  );
});
