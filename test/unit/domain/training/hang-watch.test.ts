import { type SignsOfLife, signsAfter, signsAtStart, silentFor } from '@laurel/domain';
import * as fc from 'fast-check';
import { followSigns } from '../../../../libs/local/bin/signs-of-life.mjs';

const at = (step: number, totalSteps: number | null = null) => ({ step, totalSteps });

test('before the first step any output is a sign of life', () => {
  const signs = signsAfter(signsAtStart(0), null, 900);
  expect(silentFor(signs, 1_000)).toBe(100);
});

test('from the first step on only another step is', () => {
  let signs = signsAfter(signsAtStart(0), at(1), 100);
  signs = signsAfter(signs, null, 500);
  signs = signsAfter(signs, at(1), 600);
  expect(silentFor(signs, 1_000)).toBe(900);
  expect(silentFor(signsAfter(signs, at(2), 700), 1_000)).toBe(300);
});

test('a trainer that counts anew in each epoch moves', () => {
  const signs = signsAfter(signsAfter(signsAtStart(0), at(100), 100), at(1), 700);
  expect(silentFor(signs, 1_000)).toBe(300);
});

test('after the last step any output is a sign of life again', () => {
  const finished = signsAfter(signsAtStart(0), at(10, 10), 100);
  expect(silentFor(signsAfter(finished, null, 900), 1_000)).toBe(100);
});

const sayings = fc.array(
  fc.record({
    after: fc.nat(1_000),
    place: fc.option(fc.record({ step: fc.nat(4), totalSteps: fc.option(fc.nat(4), { nil: null }) }), { nil: null }),
  }),
);

test('a trainer is never silent for longer than since it began, nor for less than since it last said anything', () => {
  fc.assert(
    fc.property(sayings, fc.nat(1_000), (said, later) => {
      let now = 0;
      let signs: SignsOfLife = signsAtStart(0);
      for (const { after, place } of said) {
        now += after;
        signs = signsAfter(signs, place, now);
      }
      const silence = silentFor(signs, now + later);
      expect(silence).toBeLessThanOrEqual(now + later);
      expect(silence).toBeGreaterThanOrEqual(later);
    }),
  );
});

test('the supervisor of local jobs goes by the same rule', () => {
  fc.assert(
    fc.property(sayings, (said) => {
      const supervisor = followSigns(0);
      let signs = signsAtStart(0);
      let now = 0;
      for (const { after, place } of said) {
        now += after;
        signs = signsAfter(signs, place, now);
        supervisor.heard(place, now);
        expect(supervisor.silentFor(now + 7)).toBe(silentFor(signs, now + 7));
      }
    }),
  );
});
