"""Answers calls of the statistics with SciPy and statsmodels.

Reads a JSON list of {"oracle": name, "cases": [arguments, ...]} and prints a list of lists of lists of numbers.
"""

import json
import math
import sys
from collections.abc import Callable, Sequence

import numpy as np
from scipy import stats
from statsmodels.stats import contingency_tables, multitest, power, proportion

Answer = Sequence[float]


def mean_difference(a: np.ndarray, b: np.ndarray, axis: int) -> np.ndarray:
    """The statistic of the permutation test."""
    return np.mean(a, axis=axis) - np.mean(b, axis=axis)


def welch(a: list[float], b: list[float]) -> Answer:
    result = stats.ttest_ind(a, b, equal_var=False)
    return [result.statistic, result.pvalue, result.df]


def pooled(a: list[float], b: list[float]) -> Answer:
    result = stats.ttest_ind(a, b)
    return [result.statistic, result.pvalue]


def paired(differences: list[float]) -> Answer:
    result = stats.ttest_rel(differences, np.zeros(len(differences)))
    return [result.statistic, result.pvalue]


def mann_whitney(a: list[float], b: list[float]) -> Answer:
    result = stats.mannwhitneyu(a, b, method="asymptotic", use_continuity=True)
    return [result.statistic, result.pvalue]


def hodges_lehmann(a: list[float], b: list[float]) -> Answer:
    return [float(np.median(np.subtract.outer(a, b)))]


def wilcoxon_exact(differences: list[float]) -> Answer:
    result = stats.wilcoxon(differences, method="exact")
    return [result.statistic, result.pvalue]


def wilcoxon_normal(differences: list[float]) -> Answer:
    result = stats.wilcoxon(differences, method="approx", correction=False)
    return [result.statistic, result.pvalue]


def permutation(a: list[float], b: list[float]) -> Answer:
    samples = (np.array(a), np.array(b))
    result = stats.permutation_test(samples, mean_difference, n_resamples=np.inf, vectorized=True)
    extreme = np.abs(result.null_distribution) >= abs(result.statistic) * (1 - 1e-12)
    return [float(np.mean(extreme))]


def quantile(values: list[float], q: float) -> Answer:
    return [float(np.quantile(values, q))]


def proportions_pooled(x1: int, n1: int, x2: int, n2: int) -> Answer:
    return list(proportion.proportions_ztest([x1, x2], [n1, n2]))


def proportions_unpooled(x1: int, n1: int, x2: int, n2: int) -> Answer:
    result = proportion.test_proportions_2indep(x1, n1, x2, n2, method="wald")
    return [result.statistic, result.pvalue]


def non_inferiority(x1: int, n1: int, x2: int, n2: int, margin: float) -> Answer:
    result = proportion.test_proportions_2indep(
        x1, n1, x2, n2, value=-margin, method="wald", alternative="larger"
    )
    return [result.statistic, result.pvalue]


def newcombe(x1: int, n1: int, x2: int, n2: int) -> Answer:
    return list(proportion.confint_proportions_2indep(x1, n1, x2, n2, method="newcomb"))


def wilson(x: int, n: int) -> Answer:
    return list(proportion.proportion_confint(x, n, method="wilson"))


def mcnemar(b: int, c: int) -> Answer:
    table = [[10, b], [c, 10]]
    tests = ({"exact": True}, {"exact": False, "correction": True}, {"exact": False, "correction": False})
    return [contingency_tables.mcnemar(table, **options).pvalue for options in tests]


def multiple(p_values: list[float]) -> Answer:
    adjusted = [multitest.multipletests(p_values, method=method)[1] for method in ("holm", "fdr_bh")]
    return [*adjusted[0], *adjusted[1]]


def mean_size(difference: float, wanted: float) -> Answer:
    return [math.ceil(power.NormalIndPower().solve_power(difference, alpha=0.05, power=wanted))]


def mean_power(difference: float, n: int) -> Answer:
    return [power.NormalIndPower().power(difference, n, 0.05)]


def proportion_size(first: float, second: float, wanted: float) -> Answer:
    n = proportion.samplesize_proportions_2indep_onetail(second - first, first, wanted, alpha=0.05)
    return [math.ceil(n)]


ORACLES: dict[str, Callable[..., Answer]] = {
    "normal_cdf": lambda z: [stats.norm.cdf(z)],
    "normal_quantile": lambda p: [stats.norm.ppf(p)],
    "student_two_sided": lambda t, degrees: [2 * stats.t.sf(t, degrees)],
    "chi_square_sf": lambda x, degrees: [stats.chi2.sf(x, degrees)],
    "binomial_cdf": lambda k, n, p: [stats.binom.cdf(k, n, p)],
    "chi_square": lambda counts: list(stats.chisquare(counts)),
    **{
        oracle.__name__: oracle
        for oracle in (
            welch,
            pooled,
            paired,
            mann_whitney,
            hodges_lehmann,
            wilcoxon_exact,
            wilcoxon_normal,
            permutation,
            quantile,
            proportions_pooled,
            proportions_unpooled,
            non_inferiority,
            newcombe,
            wilson,
            mcnemar,
            multiple,
            mean_size,
            mean_power,
            proportion_size,
        )
    },
}


def main() -> None:
    questions = json.load(sys.stdin)
    answers = [
        [[float(value) for value in ORACLES[question["oracle"]](*case)] for case in question["cases"]]
        for question in questions
    ]
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
