import { drawBinomial, drawGamma, drawNormal, momentsOf, randomFrom } from '@laurel/domain';

const draws = (count: number, draw: () => number) => momentsOf(Array.from({ length: count }, draw));

test('normal draws have mean 0 and variance 1', () => {
  const random = randomFrom(1);
  const { mean, variance } = draws(40_000, () => drawNormal(random));
  expect(Math.abs(mean)).toBeLessThan(0.02);
  expect(Math.abs(variance - 1)).toBeLessThan(0.04);
});

test.each([1, 2.5, 40])('gamma draws of shape %d have it as mean and variance', (shape) => {
  const random = randomFrom(2);
  const { mean, variance } = draws(40_000, () => drawGamma(random, shape));
  expect(Math.abs(mean / shape - 1)).toBeLessThan(0.04);
  expect(Math.abs(variance / shape - 1)).toBeLessThan(0.08);
});

test.each([
  [10, 0.3],
  [1_000, 0.002],
  [1_000, 0.5],
  [5_000, 0.1],
  [80, 0.97],
  [1_000_000, 0.25],
])('draws from Binomial(%d, %d) have its mean and variance, and stay within it', (n, p) => {
  const random = randomFrom(3);
  const values = Array.from({ length: 20_000 }, () => drawBinomial(random, n, p));
  const { mean, variance } = momentsOf(values);
  expect(Math.abs(mean - n * p)).toBeLessThan(4 * Math.sqrt((n * p * (1 - p)) / 20_000));
  expect(Math.abs(variance / (n * p * (1 - p)) - 1)).toBeLessThan(0.06);
  expect(values.every((value) => Number.isInteger(value) && value >= 0 && value <= n)).toBe(true);
});

test('a binomial that cannot vary does not', () => {
  const random = randomFrom(4);
  expect([drawBinomial(random, 50, 0), drawBinomial(random, 50, 1), drawBinomial(random, 0, 0.4)]).toEqual([0, 50, 0]);
});

test('small binomials come up as often as they should', () => {
  const random = randomFrom(6);
  const counts = [0, 0, 0, 0];
  for (let draw = 0; draw < 30_000; draw += 1) {
    const value = drawBinomial(random, 3, 0.4);
    counts[value] = (counts[value] ?? 0) + 1;
  }
  [0.216, 0.432, 0.288, 0.064].forEach((share, value) => {
    expect(Math.abs((counts[value] ?? 0) / 30_000 - share)).toBeLessThan(0.012);
  });
});
