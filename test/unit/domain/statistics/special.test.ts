import {
  betaI,
  betaIInverse,
  binomialCdf,
  chiSquareSf,
  erf,
  erfc,
  gammaP,
  gammaPInverse,
  gammaQ,
  lnBeta,
  lnGamma,
  logNormalCdf,
  normalCdf,
  normalQuantile,
  sharesMarginTest,
  studentTCdf,
  studentTSf,
  studentTTwoSided,
  zeta,
} from '@laurel/domain';
import * as fc from 'fast-check';
import { readValues } from '../read-values.js';

type Table = { readonly [name: string]: readonly (readonly number[])[] };

/** Computed by SciPy 1.17 (`scipy_values.py`): arguments first, then the values. */
const table = readValues('./scipy-values.json', import.meta.url) as Table;

type Compute = (args: readonly [number, number, number, number, number]) => readonly number[];

const functions: readonly (readonly [string, number, Compute])[] = [
  ['lnGamma', 1, ([x]) => [lnGamma(x)]],
  ['gammaP', 2, ([a, x]) => [gammaP(a, x), gammaQ(a, x)]],
  ['erfc', 1, ([x]) => [erf(x), erfc(x)]],
  ['betaI', 3, ([x, a, b]) => [betaI(x, a, b)]],
  ['normalCdf', 1, ([z]) => [normalCdf(z)]],
  ['normalQuantile', 1, ([p]) => [normalQuantile(p)]],
  ['studentT', 2, ([t, degrees]) => [studentTCdf(t, degrees), studentTTwoSided(t, degrees)]],
  ['chiSquare', 2, ([x, degrees]) => [chiSquareSf(x, degrees)]],
  ['binomial', 3, ([k, n, p]) => [binomialCdf(k, n, p)]],
  ['logNormalCdf', 1, ([z]) => [logNormalCdf(z)]],
  ['lnBeta', 2, ([a, b]) => [lnBeta(a, b)]],
  ['betaIInverse', 3, ([p, a, b]) => [betaIInverse(p, a, b)]],
  ['gammaPInverse', 2, ([p, a]) => [gammaPInverse(p, a)]],
  ['zeta', 1, ([s]) => [zeta(s)]],
];

test.each(functions)('%s agrees with SciPy to eleven digits, tails included', (name, arity, compute) => {
  const rows = table[name] ?? [];
  expect(rows.length).toBeGreaterThan(5);
  for (const row of rows) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = row;
    compute([a, b, c, d, e]).forEach((value, index) => {
      const exact = row[arity + index] ?? Number.NaN;
      const error = exact === 0 ? Math.abs(value) : Math.abs(value / exact - 1);
      if (!(error < 1e-11))
        throw new Error(`${name}(${row.slice(0, arity).join(', ')}) is ${value}, SciPy says ${exact}`);
    });
  }
});

test('the score test at a margin agrees with a likelihood maximised by SciPy', () => {
  for (const [x0 = 0, n0 = 0, x1 = 0, n1 = 0, margin = 0, statistic] of table['sharesMargin'] ?? []) {
    const result = sharesMarginTest({
      champion: { successes: x0, n: n0 },
      challenger: { successes: x1, n: n1 },
      margin,
    });
    expect(result.statistic).toBeCloseTo(statistic ?? Number.NaN, 5);
  }
});

test('the normal quantile undoes the distribution function', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (p) => {
      expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 12);
    }),
  );
  expect(() => normalQuantile(1)).toThrow('between 0 and 1');
});

test('distribution functions stay within 0 and 1 and grow', () => {
  const anyT = fc.double({ min: -1e3, max: 1e3, noNaN: true });
  fc.assert(
    fc.property(anyT, anyT, fc.integer({ min: 1, max: 500 }), (a, b, degrees) => {
      const [low, high] = [studentTCdf(Math.min(a, b), degrees), studentTCdf(Math.max(a, b), degrees)];
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(high - low).toBeGreaterThanOrEqual(-1e-14);
      expect(studentTCdf(a, degrees) + studentTSf(a, degrees)).toBeCloseTo(1, 12);
    }),
  );
});

test('the ends of the binomial are 0 and 1', () => {
  expect(binomialCdf(-1, 10, 0.3)).toBe(0);
  expect(binomialCdf(10, 10, 0.3)).toBe(1);
  expect(betaI(0, 2, 3)).toBe(0);
  expect(betaI(1, 2, 3)).toBe(1);
  expect(gammaQ(2, 0)).toBe(1);
});
