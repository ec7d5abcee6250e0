import { freshLines } from '../../../apps/cli/src/mlproject/fresh-lines.js';

test.each([
  ['the first look', [], ['a', 'b'], ['a', 'b']],
  ['nothing new', ['a', 'b'], ['a', 'b'], []],
  ['a longer log', ['a', 'b'], ['a', 'b', 'c'], ['c']],
  ['a window that has moved on', ['a', 'b', 'c'], ['b', 'c', 'd'], ['d']],
  ['lines that repeat', ['a', 'a'], ['a', 'a', 'a'], ['a']],
  ['a window that has moved past everything', ['a', 'b'], ['x', 'y'], ['x', 'y']],
])('of %s only the fresh lines are shown', (_, before, now, fresh) => {
  expect(freshLines(before, now)).toEqual(fresh);
});
