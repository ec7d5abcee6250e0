import {
  benjaminiHochberg,
  holm,
  mannWhitney,
  mcnemarChiSquare,
  mcnemarExactP,
  meanSampleSize,
  momentsOf,
  newcombe,
  pairedT,
  permutationTest,
  pooledT,
  powerOf,
  proportionNonInferiority,
  proportionSampleSize,
  randomFrom,
  sampleQuantile,
  sampleRatioMismatch,
  shiftOf,
  twoProportionZ,
  welchT,
  wilcoxonSignedRank,
  wilson,
} from '@laurel/domain';
import { distributionCalls } from './distribution-calls.js';
import { normalSample, uniformInt } from './draws.js';
import type { Call } from './oracle.js';

const random = randomFrom(20_261_201);
const many = <Made>(count: number, make: () => Made) => Array.from({ length: count }, make);
const sample = () => normalSample(random, uniformInt(random, 3, 60));
const tied = () => sample().map((value) => Math.round(2 * value));
const proportion = () => {
  const n = uniformInt(random, 30, 5_000);
  return { successes: uniformInt(random, 1, n - 1), n };
};
const numbers = (values: object | null) => Object.values(values ?? {}).filter((value) => typeof value === 'number');

const twoMeans: readonly Call[] = [
  {
    title: "Welch's t is scipy.stats.ttest_ind(equal_var=False)",
    oracle: 'welch',
    tolerance: 1e-10,
    cases: many(60, () => {
      const [a, b] = [sample(), sample()];
      const { statistic, pValue, degreesOfFreedom } = welchT(momentsOf(a), momentsOf(b)) ?? {};
      return { args: [a, b], ours: [statistic, pValue, degreesOfFreedom].map(Number) };
    }),
  },
  {
    title: 'the pooled t is scipy.stats.ttest_ind',
    oracle: 'pooled',
    tolerance: 1e-10,
    cases: many(60, () => {
      const [a, b] = [sample(), sample()];
      const { statistic, pValue } = pooledT(momentsOf(a), momentsOf(b)) ?? {};
      return { args: [a, b], ours: [statistic, pValue].map(Number) };
    }),
  },
  {
    title: 'the paired t is scipy.stats.ttest_rel',
    oracle: 'paired',
    tolerance: 1e-9,
    cases: many(60, () => {
      const differences = sample();
      const { statistic, pValue } = pairedT(differences) ?? {};
      return { args: [differences], ours: [statistic, pValue].map(Number) };
    }),
  },
];

const ranks: readonly Call[] = [
  {
    title: "Mann and Whitney's U with ties is scipy.stats.mannwhitneyu(method='asymptotic')",
    oracle: 'mann_whitney',
    tolerance: 1e-10,
    cases: many(60, () => {
      const [a, b] = [tied(), tied()];
      const { u, pValue } = mannWhitney(a, b) ?? {};
      return { args: [a, b], ours: [u, pValue].map(Number) };
    }),
  },
  {
    title: 'the shift without ties is the median of all differences of pairs, to its tolerance',
    oracle: 'hodges_lehmann',
    tolerance: 0.03,
    cases: many(30, () => {
      const [a, b] = [normalSample(random, 80), normalSample(random, 90)];
      return { args: [a, b], ours: [shiftOf(a, b)?.estimate ?? Number.NaN] };
    }),
  },
  {
    title: "Wilcoxon's signed rank is scipy.stats.wilcoxon(method='exact')",
    oracle: 'wilcoxon_exact',
    tolerance: 1e-10,
    cases: many(40, () => {
      const differences = normalSample(random, uniformInt(random, 4, 40));
      const { statistic, pValue } = wilcoxonSignedRank(differences) ?? {};
      return { args: [differences], ours: [statistic, pValue].map(Number) };
    }),
  },
  {
    title: "the signed rank of many pairs with ties is scipy.stats.wilcoxon(method='approx')",
    oracle: 'wilcoxon_normal',
    tolerance: 1e-9,
    cases: many(30, () => {
      const differences = normalSample(random, 120).map((value) => Math.round(4 * (value + 0.1)));
      const { statistic, pValue } = wilcoxonSignedRank(differences) ?? {};
      return { args: [differences], ours: [statistic, pValue].map(Number) };
    }),
  },
  {
    title: 'the exact permutation test is scipy.stats.permutation_test(n_resamples=inf)',
    oracle: 'permutation',
    tolerance: 1e-12,
    cases: many(12, () => {
      const [a, b] = [normalSample(random, 6), normalSample(random, 7)];
      return { args: [a, b], ours: [permutationTest(a, b, { random, draws: 1 }).pValue] };
    }),
  },
  {
    title: 'quantiles are those of numpy.quantile',
    oracle: 'quantile',
    tolerance: 1e-12,
    cases: many(40, () => {
      const values = sample();
      const q = random.next();
      return {
        args: [values, q],
        ours: [
          sampleQuantile(
            values.toSorted((a, b) => a - b),
            q,
          ),
        ],
      };
    }),
  },
];

const shares: readonly Call[] = [
  {
    title: 'the pooled z of two proportions is statsmodels proportions_ztest',
    oracle: 'proportions_pooled',
    tolerance: 1e-9,
    cases: many(60, () => {
      const [a, b] = [proportion(), proportion()];
      return { args: [a.successes, a.n, b.successes, b.n], ours: numbers(twoProportionZ(a, b)) };
    }),
  },
  {
    title: 'the unpooled z is statsmodels test_proportions_2indep(method=wald)',
    oracle: 'proportions_unpooled',
    tolerance: 1e-9,
    cases: many(60, () => {
      const [a, b] = [proportion(), proportion()];
      const ours = numbers(twoProportionZ(a, b, { pooled: false }));
      return { args: [a.successes, a.n, b.successes, b.n], ours };
    }),
  },
  {
    title: 'non-inferiority is statsmodels test_proportions_2indep(value=-margin, alternative=larger)',
    oracle: 'non_inferiority',
    tolerance: 1e-9,
    cases: many(60, () => {
      const n = uniformInt(random, 500, 20_000);
      const share = () => ({ successes: Math.round(n * (0.85 + 0.1 * random.next())), n });
      const [champion, challenger] = [share(), share()];
      const { statistic, pValue } = proportionNonInferiority(champion, challenger, 0.01);
      return { args: [challenger.successes, n, champion.successes, n, 0.01], ours: [statistic, pValue] };
    }),
  },
  {
    title: "Newcombe's interval is statsmodels confint_proportions_2indep(method=newcomb)",
    oracle: 'newcombe',
    tolerance: 1e-9,
    cases: many(60, () => {
      const [a, b] = [proportion(), proportion()];
      return { args: [a.successes, a.n, b.successes, b.n], ours: numbers(newcombe(a, b)) };
    }),
  },
  {
    title: "Wilson's interval is statsmodels proportion_confint(method=wilson)",
    oracle: 'wilson',
    tolerance: 1e-9,
    cases: many(60, () => {
      const a = proportion();
      return { args: [a.successes, a.n], ours: numbers(wilson(a)) };
    }),
  },
  {
    title: 'McNemar is statsmodels mcnemar, exact, corrected and not',
    oracle: 'mcnemar',
    tolerance: 1e-9,
    cases: many(60, () => {
      const pairs = { championOnly: uniformInt(random, 1, 80), challengerOnly: uniformInt(random, 1, 80) };
      const [plain, corrected] = [false, true].map((form) => mcnemarChiSquare(pairs, { corrected: form }).pValue);
      return {
        args: [pairs.championOnly, pairs.challengerOnly],
        ours: [mcnemarExactP(pairs), Number(corrected), Number(plain)],
      };
    }),
  },
  {
    title: 'sample-ratio mismatch is scipy.stats.chisquare',
    oracle: 'chi_square',
    tolerance: 1e-9,
    cases: many(60, () => {
      const counts = many(3, () => uniformInt(random, 900, 1_100));
      const { chiSquare, pValue } = sampleRatioMismatch({ counts, weights: [1, 1, 1] }) ?? {};
      return { args: [counts], ours: [chiSquare, pValue].map(Number) };
    }),
  },
];

const planning: readonly Call[] = [
  {
    title: "Holm and Benjamini–Hochberg are statsmodels multipletests('holm'), ('fdr_bh')",
    oracle: 'multiple',
    tolerance: 1e-12,
    cases: many(60, () => {
      const given = many(uniformInt(random, 2, 15), () => random.next() ** 3);
      return { args: [given], ours: [...holm(given), ...benjaminiHochberg(given)] };
    }),
  },
  {
    title: 'the size of two means is statsmodels NormalIndPower.solve_power, to one value per arm',
    oracle: 'mean_size',
    tolerance: 0.02,
    cases: many(30, () => {
      const [difference, power] = [0.1 + 0.4 * random.next(), 0.6 + 0.35 * random.next()];
      const design = { alpha: 0.05, power, sides: 2 } as const;
      return {
        args: [difference, power],
        ours: [meanSampleSize({ difference, variances: [1, 1] }, design).first],
      };
    }),
  },
  {
    title: 'the size of two proportions is statsmodels samplesize_proportions_2indep_onetail, to one per arm',
    oracle: 'proportion_size',
    tolerance: 1e-3,
    cases: many(30, () => {
      const [from, power] = [0.1 + 0.3 * random.next(), 0.6 + 0.35 * random.next()];
      const design = { alpha: 0.05, power, sides: 2 } as const;
      const ours = [proportionSampleSize({ from, to: from + 0.02, pooled: true }, design).first];
      return { args: [from, from + 0.02, power], ours };
    }),
  },
  {
    title: 'the power of two means is statsmodels NormalIndPower.power',
    oracle: 'mean_power',
    tolerance: 1e-6,
    cases: many(30, () => {
      const [difference, n] = [0.2 + 0.3 * random.next(), uniformInt(random, 80, 400)];
      return { args: [difference, n], ours: [powerOf(difference, Math.sqrt(2 / n))] };
    }),
  },
];

/** Every function that SciPy or statsmodels has too. */
export const calls: readonly Call[] = [...distributionCalls, ...twoMeans, ...ranks, ...shares, ...planning];
