import { pairedMarginTest, shareLimitTest, sharesMarginTest } from '@laurel/domain';
import * as fc from 'fast-check';

test('no error among n shows a margin no sooner than the binomial allows, whatever the champion did', () => {
  const shown = (n: number) =>
    sharesMarginTest({ champion: { successes: 0, n: 4000 }, challenger: { successes: 0, n }, margin: 0.005 }).statistic;

  expect(shown(735)).toBeLessThan(1.959964);
  expect(shown(736)).toBeGreaterThan(1.959964);
});

test('a champion with many errors makes room for a challenger with few, but no more than is sure', () => {
  const shares = { champion: { successes: 30, n: 1000 }, margin: 0.001 };
  const few = sharesMarginTest({ ...shares, challenger: { successes: 2, n: 200 } }).statistic;
  const sure = sharesMarginTest({
    ...shares,
    champion: { successes: 300, n: 10_000 },
    challenger: { successes: 2, n: 200 },
  }).statistic;
  expect(few).toBeLessThan(sure);
});

test('two arms without any event show no gain', () => {
  const none = { successes: 0, n: 500 };
  expect(sharesMarginTest({ champion: none, challenger: none, margin: 0 }).statistic).toBe(0);
});

test('one bad event more is never better news', () => {
  const count = fc.integer({ min: 1, max: 5000 });
  const arm = fc.record({ n: count, part: fc.double({ min: 0, max: 1, noNaN: true }) });
  fc.assert(
    fc.property(arm, arm, fc.constantFrom(0, 0.001, 0.01, 0.1), (first, second, margin) => {
      const champion = { successes: Math.round(first.n * first.part), n: first.n };
      const at = (successes: number) =>
        sharesMarginTest({ champion, challenger: { successes, n: second.n }, margin }).statistic;
      const successes = Math.floor(second.part * (second.n - 1));
      expect(at(successes + 1)).toBeLessThanOrEqual(at(successes) + 1e-6);
    }),
    { numRuns: 500 },
  );
});

test('a wider margin is never harder to show', () => {
  const successes = fc.integer({ min: 0, max: 400 });
  const margin = fc.double({ min: 0.001, max: 0.5, noNaN: true });
  fc.assert(
    fc.property(successes, successes, margin, margin, (a, b, first, second) => {
      const at = (room: number) =>
        sharesMarginTest({ champion: { successes: a, n: 400 }, challenger: { successes: b, n: 400 }, margin: room });
      const [narrow, wide] = [Math.min(first, second), Math.max(first, second)];
      // The exact bound of rare events and the score test do not join smoothly; both are on the safe side.
      if (400 * (a / 400 + narrow) < 10 !== 400 * (a / 400 + wide) < 10) return;
      expect(at(wide).statistic).toBeGreaterThanOrEqual(at(narrow).statistic - 1e-6);
    }),
  );
});

test('pairs at exactly the margin have a statistic of zero', () => {
  expect(pairedMarginTest({ n: 1000, championOnly: 60, challengerOnly: 40 }, 0.02).statistic).toBeCloseTo(0, 9);
  expect(pairedMarginTest({ n: 1000, championOnly: 50, challengerOnly: 50 }, 0).statistic).toBe(0);
});

test('without a margin pairs are tested as McNemar does, without correction', () => {
  const { statistic } = pairedMarginTest({ n: 314, championOnly: 59, challengerOnly: 121 }, 0);
  expect(statistic ** 2).toBeCloseTo(21.35556, 4);
});

test('pairs that all agree show a margin as a binomial without events does', () => {
  expect(pairedMarginTest({ n: 367, championOnly: 0, challengerOnly: 0 }, 0.01).statistic).toBeLessThan(1.96);
  expect(pairedMarginTest({ n: 368, championOnly: 0, challengerOnly: 0 }, 0.01).statistic).toBeGreaterThan(1.96);
});

test('a share is shown to be below its limit, exactly where events are rare', () => {
  expect(shareLimitTest({ successes: 0, n: 299 }, 0.01).statistic).toBeGreaterThan(1.645);
  expect(shareLimitTest({ successes: 0, n: 298 }, 0.01).statistic).toBeLessThan(1.645);
  expect(shareLimitTest({ successes: 10, n: 200 }, 0.2).statistic).toBeCloseTo(0.15 / Math.sqrt(0.16 / 200), 9);
});
