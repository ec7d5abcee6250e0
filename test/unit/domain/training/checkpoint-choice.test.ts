import { chooseCheckpoint, type ListedCheckpoint } from '@laurel/domain';
import * as fc from 'fast-check';

function checkpoint(step: number, fence: number, verified = true): ListedCheckpoint {
  return { path: `${step}/${fence}/manifest.json`, step, fence, verified };
}

test('the newest whole checkpoint is chosen, and the torn ones after it are named', () => {
  const choice = chooseCheckpoint([checkpoint(50, 1), checkpoint(150, 2, false), checkpoint(100, 1)]);
  expect(choice).toEqual({ chosen: checkpoint(100, 1), refused: [checkpoint(150, 2, false)] });
});

test('of one step the higher fence is newer', () => {
  expect(chooseCheckpoint([checkpoint(100, 2), checkpoint(100, 3), checkpoint(100, 1)]).chosen?.fence).toBe(3);
});

test('with none whole, training starts at the beginning', () => {
  expect(chooseCheckpoint([])).toEqual({ chosen: null, refused: [] });
  expect(chooseCheckpoint([checkpoint(50, 1, false)])).toEqual({ chosen: null, refused: [checkpoint(50, 1, false)] });
});

test('a torn checkpoint is never chosen, and nothing whole is newer than the choice (I9)', () => {
  const any = fc
    .tuple(fc.nat(20), fc.nat(3), fc.boolean())
    .map(([step, fence, verified]) => checkpoint(step, fence, verified));
  fc.assert(
    fc.property(fc.array(any), (listed) => {
      const { chosen } = chooseCheckpoint(listed);
      const whole = listed.filter(({ verified }) => verified).map(({ step }) => step);
      expect(chosen?.verified ?? true).toBe(true);
      expect(chosen?.step ?? -1).toBe(Math.max(-1, ...whole));
    }),
  );
});
