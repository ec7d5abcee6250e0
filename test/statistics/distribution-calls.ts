import { binomialCdf, chiSquareSf, normalCdf, normalQuantile, randomFrom, studentTTwoSided } from '@laurel/domain';
import { uniformInt } from './draws.js';
import type { Call } from './oracle.js';

const random = randomFrom(7_001);
const between = (low: number, high: number) => low + (high - low) * random.next();
const times = 400;

function call(input: {
  readonly title: string;
  readonly oracle: string;
  readonly make: () => readonly number[];
  readonly compute: (...args: number[]) => number;
}): Call {
  const { title, oracle, make, compute } = input;
  const cases = Array.from({ length: times }, () => {
    const args = make();
    return { args, ours: [compute(...args)] };
  });
  return { title, oracle, tolerance: 1e-11, cases };
}

/** Distribution functions at random places. */
export const distributionCalls: readonly Call[] = [
  call({
    title: 'the normal distribution is scipy.stats.norm.cdf',
    oracle: 'normal_cdf',
    make: () => [between(-8, 8)],
    compute: normalCdf,
  }),
  call({
    title: 'the normal quantile is scipy.stats.norm.ppf',
    oracle: 'normal_quantile',
    make: () => [between(1e-9, 1 - 1e-9)],
    compute: normalQuantile,
  }),
  call({
    title: "Student's t, two-sided, is scipy.stats.t.sf",
    oracle: 'student_two_sided',
    make: () => [between(0, 12), between(1, 500)],
    compute: studentTTwoSided,
  }),
  call({
    title: 'the chi-square tail is scipy.stats.chi2.sf',
    oracle: 'chi_square_sf',
    make: () => [between(0, 60), uniformInt(random, 1, 40)],
    compute: chiSquareSf,
  }),
  call({
    title: 'the binomial distribution is scipy.stats.binom.cdf',
    oracle: 'binomial_cdf',
    make: () => [uniformInt(random, 0, 60), uniformInt(random, 60, 900), random.next()],
    compute: binomialCdf,
  }),
];
