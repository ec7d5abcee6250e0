import {
  countOf,
  type LatencyHistogram,
  lastLatencyBucket,
  latencyBucket,
  meanOf,
  mergeHistograms,
  quantileOf,
  randomFrom,
} from '@laurel/domain';
import * as fc from 'fast-check';

function histogramOf(values: readonly number[]): LatencyHistogram {
  return mergeHistograms(values.map((value) => ({ [latencyBucket(value)]: 1 })));
}

test('a quantile is off by at most 5 %', () => {
  const random = randomFrom(3);
  const values = Array.from({ length: 5000 }, () => Math.exp(random.next() * 6 - 1)).sort((a, b) => a - b);
  for (const q of [0.5, 0.9, 0.99]) {
    const exact = values[Math.ceil(q * values.length) - 1] ?? 0;
    const estimated = quantileOf(histogramOf(values), q) ?? 0;
    expect(Math.abs(estimated / exact - 1)).toBeLessThan(0.05);
  }
});

test('the mean is off by at most 3 %', () => {
  const values = Array.from({ length: 1000 }, (_, index) => 1 + index / 10);
  const exact = values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(Math.abs((meanOf(histogramOf(values)) ?? 0) / exact - 1)).toBeLessThan(0.03);
});

test('nothing observed has no quantile and no mean', () => {
  expect(quantileOf({}, 0.99)).toBeNull();
  expect(meanOf({})).toBeNull();
  expect(countOf({})).toBe(0);
});

test('any number has a bucket, the clock running backwards and a minute of waiting included', () => {
  expect(latencyBucket(-3)).toBe(0);
  expect(latencyBucket(Number.NaN)).toBe(0);
  expect(latencyBucket(0.05)).toBe(0);
  expect(latencyBucket(60_000)).toBe(lastLatencyBucket);
  expect(latencyBucket(1e9)).toBe(lastLatencyBucket);
  expect(latencyBucket(Number.POSITIVE_INFINITY)).toBe(lastLatencyBucket);
});

test('buckets grow with the latency', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e5, noNaN: true }), fc.double({ min: 0, max: 1e5, noNaN: true }), (a, b) => {
      expect(Math.sign(latencyBucket(a) - latencyBucket(b)) * Math.sign(a - b)).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('merging processes is the same as observing everything in one', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1000, noNaN: true })),
      fc.array(fc.double({ min: 0, max: 1000, noNaN: true })),
      (a, b) => {
        expect(mergeHistograms([histogramOf(a), histogramOf(b)])).toEqual(histogramOf([...a, ...b]));
      },
    ),
  );
});
