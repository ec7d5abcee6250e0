import { duePoints, isHalfDone } from '../../../activities/src/sweep/follow-trial.js';

const at = '2026-01-01T00:00:00Z';
const points = (...steps: readonly number[]) => steps.map((step) => ({ name: 'auc', step, value: step, at }));
const watched = { metric: 'auc', sign: 1, minSteps: 10, every: 5 } as const;
const stepsOf = (...given: Parameters<typeof duePoints>) => duePoints(...given).map(({ step }) => step);

test('a trial is looked at from its first rung on, and not more often than told', () => {
  expect(stepsOf(points(30, 8, 9, 11, 12, 16, 21), null, watched)).toEqual([11, 16, 21, 30]);
});

test('what was looked at is not looked at again', () => {
  expect(stepsOf(points(11, 16, 18, 21), 16, watched)).toEqual([21]);
  expect(stepsOf(points(11, 16), 16, watched)).toEqual([]);
});

test('a metric that trainers report every so many steps is missed only when half of the steps have gone by', () => {
  const progress = (step: number, totalSteps: number | null) => ({ step, totalSteps, metrics: { loss: 1 } });
  expect(isHalfDone(undefined, 10)).toBe(false);
  expect(isHalfDone(progress(12, 300), 10)).toBe(false);
  expect(isHalfDone(progress(150, 300), 10)).toBe(true);
  expect(isHalfDone(progress(4, 6), 10)).toBe(false);
  expect(isHalfDone(progress(60, null), 10)).toBe(false);
  expect(isHalfDone(progress(100, null), 10)).toBe(true);
});
