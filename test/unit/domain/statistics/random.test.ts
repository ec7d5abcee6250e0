import { percentileInterval, randomFrom, resample, sampleQuantile } from '@laurel/domain';

test('the same seed gives the same stream, another seed another', () => {
  const draw = (seed: number) => {
    const random = randomFrom(seed);
    return Array.from({ length: 5 }, () => random.next());
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

test('draws are uniform', () => {
  const random = randomFrom(11);
  const counts = Array.from({ length: 10 }, () => 0);
  for (let index = 0; index < 20_000; index += 1) {
    const bin = random.nextInt(10);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const chiSquare = counts.reduce((sum, count) => sum + (count - 2_000) ** 2 / 2_000, 0);
  expect(chiSquare).toBeLessThan(27.9);
});

test('a resample draws as many rows as there are', () => {
  const counts = new Uint32Array(500);
  resample(counts, randomFrom(1));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(500);
  expect(counts.filter((count) => count === 0).length / 500).toBeCloseTo(Math.exp(-1), 1);
});

test('quantiles interpolate as NumPy does', () => {
  expect(sampleQuantile([1, 2, 3, 4], 0.5)).toBe(2.5);
  expect(sampleQuantile([1, 2, 3, 4], 0.25)).toBe(1.75);
  expect(sampleQuantile([5], 0.99)).toBe(5);
  expect(() => sampleQuantile([], 0.5)).toThrow('at least one');
  expect(percentileInterval([])).toBeNull();
});

test('the percentile interval of a mean covers it about 95 times in 100', () => {
  const random = randomFrom(2);
  let covered = 0;
  for (let trial = 0; trial < 100; trial += 1) {
    const values = Array.from({ length: 60 }, () => random.next());
    const counts = new Uint32Array(60);
    const means = Array.from({ length: 200 }, () => {
      resample(counts, random);
      return values.reduce((sum, value, row) => sum + value * (counts[row] ?? 0), 0) / 60;
    });
    const interval = percentileInterval(means);
    if (interval !== null && interval.low <= 0.5 && interval.high >= 0.5) covered += 1;
  }
  expect(covered).toBeGreaterThan(87);
  expect(covered).toBeLessThan(100);
});
