import {
  bernoulliSequence,
  bestRho,
  bestRhoOneSided,
  empiricalProcessBound,
  logBernoulliEvidence,
  logBetaBinomialMixture,
  logGammaExponentialMixture,
  logGammaPoissonMixture,
  logNormalMixture,
  logNormalMixtureOneSided,
  mixtureBound,
  normalMixtureBound,
  normalMixtureBoundOneSided,
  polyStitchingBound,
  quantileDifferenceP,
  quantileExcessP,
  randomFrom,
  shareExcessP,
  sharesExcessP,
} from '@laurel/domain';
import * as fc from 'fast-check';

// Values of the package confseq of Howard et al.: test/uniform_boundaries_unittest.cpp.
const seen = { sum: 10, variance: 100 };
const tuning = { bestAt: 100, alpha: 0.05 };

test('the two-sided normal mixture, its bound and its best rho are those of confseq', () => {
  const rho = bestRho(100, 0.05);
  expect(rho).toBeCloseTo(12.60056, 5);
  expect(logNormalMixture({ ...seen, rho })).toBeCloseTo(-0.6510052, 6);
  expect(normalMixtureBound({ variance: 100, rho, alpha: 0.05 })).toBeCloseTo(30.35209, 5);
});

test('the one-sided normal mixture and its bound are those of confseq', () => {
  const rho = bestRhoOneSided(100, 0.05);
  expect(logNormalMixtureOneSided({ ...seen, rho })).toBeCloseTo(-0.06502391, 7);
  expect(normalMixtureBoundOneSided({ variance: 100, rho, alpha: 0.05 })).toBeCloseTo(27.66071, 5);
});

test('the gamma-exponential mixture and its bound are those of confseq', () => {
  const log = (sum: number) => logGammaExponentialMixture({ sum, variance: 100 }, { ...tuning, scale: 2 });
  expect(log(10)).toBeCloseTo(-0.2490165, 6);
  expect(mixtureBound(log, { variance: 100, alpha: 0.05 })).toBeCloseTo(33.02017, 5);
});

test('the gamma-Poisson mixture and its bound are those of confseq', () => {
  const log = (sum: number) => logGammaPoissonMixture({ sum, variance: 100 }, { ...tuning, scale: 2 });
  expect(log(10)).toBeCloseTo(-0.06991219, 7);
  expect(mixtureBound(log, { variance: 100, alpha: 0.05 })).toBeCloseTo(30.1949, 4);
});

test.each([
  { sides: 2 as const, log: -0.6941012, bound: 31.4308 },
  { sides: 1 as const, log: -0.07134019, bound: 28.41238 },
])('the beta-binomial mixture with $sides sides and its bound are those of confseq', ({ sides, log, bound }) => {
  const shape = { ...tuning, below: 0.2, above: 0.8, sides };
  expect(logBetaBinomialMixture(seen, shape)).toBeCloseTo(log, 6);
  const mixture = (sum: number) => logBetaBinomialMixture({ sum, variance: 100 }, shape);
  expect(mixtureBound(mixture, { variance: 100, alpha: 0.05, greatest: 500 })).toBeCloseTo(bound, 4);
});

test('after two steps no sum reaches the beta-binomial bound, so it is the greatest sum there is', () => {
  const variance = 2 * 0.2 * 0.8;
  const mixture = (sum: number) =>
    logBetaBinomialMixture({ sum, variance }, { ...tuning, below: 0.2, above: 0.8, sides: 1 });
  expect(mixtureBound(mixture, { variance, alpha: 0.05, greatest: variance / 0.2 })).toBeCloseTo(1.6, 6);
});

test('stitched bounds are those of confseq', () => {
  expect(polyStitchingBound(100, 0.05, { least: 10, scale: 3 })).toBeCloseTo(64.48755, 5);
  expect(polyStitchingBound(100, 0.05, { least: 10, scale: -1 })).toBeCloseTo(28.99389, 5);
  expect(empiricalProcessBound(1000, { alpha: 0.05, least: 100, scale: 0.85 })).toBeCloseTo(0.08204769, 6);
  expect(empiricalProcessBound(99, { alpha: 0.05, least: 100 })).toBe(Number.POSITIVE_INFINITY);
});

test.each([
  [700, 1000, 100, [0.651629, 0.745949]],
  [15, 50, 50, [0.129556, 0.511896]],
  [5, 50, 50, [0.013021, 0.269264]],
  [1, 50, 50, [0, 0.13489]],
  [1, 2, 50, [0, 1]],
  [100, 200, 1, [0.328923, 0.671076]],
  [0, 1, 50, [0, 1]],
  [1, 1, 50, [0, 1]],
] as const)('the always-valid interval of %d of %d, tuned to %d', (successes, n, bestAt, [low, high]) => {
  const interval = bernoulliSequence({ successes, n }, 0.05, bestAt);
  expect(interval.low).toBeCloseTo(low, 5);
  expect(interval.high).toBeCloseTo(high, 5);
});

test('nothing observed says nothing about a share', () => {
  expect(bernoulliSequence({ successes: 0, n: 0 }, 0.05, 100)).toEqual({ low: 0, high: 1 });
});

/** Each of the numbers from `offset` + 1 to `offset` + 1000 once, at positions 0 to 1199. */
function thousandFrom(offset: number) {
  const atMost = Array.from({ length: 1200 }, (_, position) => Math.min(1000, Math.max(0, position + 1 - offset)));
  return { n: 1000, atMost };
}

test.each([
  [0.5, 70, 0.814704],
  [0.5, 85, 0.0838055],
  [0.5, 100, 0.0054947],
  [0.9, 55, 0.0340463],
])('the always-valid p of equal quantiles %d, shifted by %d, is that of confseq', (quantile, offset, p) => {
  const [champion, challenger] = [thousandFrom(0), thousandFrom(offset)];
  expect(quantileDifferenceP({ quantile, champion, challenger }, tuning) / p).toBeCloseTo(1, 4);
  expect(quantileExcessP({ quantile, champion, challenger }, tuning) / p).toBeCloseTo(1, 4);
  expect(quantileExcessP({ quantile, champion: challenger, challenger: champion }, tuning)).toBe(1);
});

test('a quantile may lie as far beyond the champion as is allowed', () => {
  const comparison = { quantile: 0.5, champion: thousandFrom(0), challenger: thousandFrom(150) };
  expect(quantileExcessP({ ...comparison, allowed: (position) => position + 150 }, tuning)).toBe(1);
  const inTwenties = quantileExcessP({ ...comparison, allowed: (position) => position + 50 }, tuning);
  expect(inTwenties / 0.0054947).toBeCloseTo(1, 4);
});

test('coarse positions never make quantiles look farther apart than fine ones', () => {
  const coarse = (offset: number) => {
    const { n, atMost } = thousandFrom(offset);
    return { n, atMost: atMost.filter((_, position) => position % 50 === 49) };
  };
  const fineP = quantileExcessP({ quantile: 0.5, champion: thousandFrom(0), challenger: thousandFrom(130) }, tuning);
  const coarseP = quantileExcessP({ quantile: 0.5, champion: coarse(0), challenger: coarse(130) }, tuning);
  expect(coarseP).toBeGreaterThanOrEqual(fineP);
  expect(coarseP).toBeLessThan(1);
});

test('no share of the champion explains the excess better than the one that was found', () => {
  const share = fc.record({ n: fc.integer({ min: 1, max: 4000 }), part: fc.double({ min: 0, max: 1, noNaN: true }) });
  const proportionOf = ({ n, part }: { n: number; part: number }) => ({ n, successes: Math.round(n * part) });
  fc.assert(
    fc.property(share, share, fc.constantFrom(0, 0.005, 0.05, 0.3), (first, second, margin) => {
      const [champion, challenger] = [proportionOf(first), proportionOf(second)];
      const p = sharesExcessP({ champion, challenger, margin }, tuning);
      if (p === 1 || p < 1e-300) return;
      for (let step = 1; step < 50; step += 1) {
        const mean = (step / 50) * (1 - margin);
        const evidence =
          logBernoulliEvidence(champion, mean, tuning) + logBernoulliEvidence(challenger, mean + margin, tuning);
        expect(Math.log(p)).toBeGreaterThanOrEqual(-evidence - 1e-6);
      }
    }),
    { numRuns: 50 },
  );
});

test('one failure more is never less evidence of harm', () => {
  const count = fc.integer({ min: 30, max: 3000 });
  fc.assert(
    fc.property(count, count, fc.double({ min: 0, max: 1, noNaN: true }), (n0, n1, part) => {
      const champion = { successes: Math.round(n0 * part * 0.1), n: n0 };
      const at = (successes: number) =>
        sharesExcessP({ champion, challenger: { successes, n: n1 }, margin: 0.01 }, tuning);
      const successes = Math.floor(part * (n1 - 1));
      expect(at(successes + 1)).toBeLessThanOrEqual(at(successes) + 1e-9);
    }),
    { numRuns: 50 },
  );
});

test('an arm that always fails beside one that never does is harm within a dozen requests', () => {
  const champion = { successes: 0, n: 200 };
  const failing = (n: number) => ({ champion, challenger: { successes: n, n }, margin: 0.005 });
  expect(sharesExcessP(failing(1), { bestAt: 200, alpha: 0.05 })).toBeGreaterThan(0.01);
  expect(sharesExcessP(failing(12), { bestAt: 200, alpha: 0.05 })).toBeLessThan(0.01);
});

test('a share at or below its limit is no evidence against it', () => {
  expect(shareExcessP({ successes: 20, n: 100 }, 0.2, tuning)).toBe(1);
  expect(shareExcessP({ successes: 0, n: 0 }, 0.2, tuning)).toBe(1);
  expect(shareExcessP({ successes: 60, n: 100 }, 0.2, tuning)).toBeLessThan(1e-6);
  expect(shareExcessP({ successes: 1, n: 100 }, 0, tuning)).toBe(0);
});

test('equal error rates looked at after every tenth request raise an alarm at most as often as promised', () => {
  const random = randomFrom(5);
  const alpha = 0.05;
  let alarms = 0;
  for (let trial = 0; trial < 60; trial += 1) {
    const failures = [0, 0];
    let alarm = false;
    for (let n = 1; n <= 400 && !alarm; n += 1) {
      for (const arm of [0, 1]) if (random.next() < 0.1) failures[arm] = (failures[arm] ?? 0) + 1;
      const [champion, challenger] = failures.map((successes) => ({ successes, n }));
      if (n % 10 !== 0 || champion === undefined || challenger === undefined) continue;
      alarm = sharesExcessP({ champion, challenger, margin: 0 }, { bestAt: 200, alpha }) <= alpha;
    }
    if (alarm) alarms += 1;
  }
  expect(alarms).toBeLessThanOrEqual(3);
});
