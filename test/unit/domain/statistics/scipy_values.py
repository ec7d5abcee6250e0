"""Writes scipy-values.json: arguments first, then what SciPy computes for them. Run it with a Python that has SciPy."""

import json
import math
from pathlib import Path

from scipy import optimize, special, stats


def margin_test(x0: float, n0: float, x1: float, n1: float, margin: float) -> list[float]:
    """Farrington and Manning's score test, its constrained shares found by maximising the likelihood."""

    def loss(p: float) -> float:
        return -(
            special.xlogy(x0, p)
            + special.xlog1py(n0 - x0, -p)
            + special.xlogy(x1, p + margin)
            + special.xlog1py(n1 - x1, -(p + margin))
        )

    found = optimize.minimize_scalar(loss, bounds=(0, 1 - margin), method="bounded", options={"xatol": 1e-14})
    p0 = float(found.x)
    p1 = p0 + margin
    error = math.sqrt(p0 * (1 - p0) / n0 + p1 * (1 - p1) / n1)
    return [(margin - x1 / n1 + x0 / n0) / error]


FUNCTIONS = {
    "lnGamma": (lambda x: [special.gammaln(x)], [0.01, 0.1, 0.5, 1.5, 2.5, 3.0001, 10, 33.3, 100, 1234.5, 1e5]),
    "gammaP": (
        lambda a, x: [special.gammainc(a, x), special.gammaincc(a, x)],
        [
            (0.5, 1e-6), (0.5, 0.2), (0.5, 3), (0.5, 50), (0.5, 300), (1, 1), (2.5, 2), (5, 20), (10, 3), (50, 50),
            (50, 90), (200, 180), (500, 600), (0.1, 0.01),
        ],
    ),
    "erfc": (
        lambda x: [special.erf(x), special.erfc(x)],
        [-3, -1, -0.2, 0, 1e-8, 0.1, 0.5, 1, 2, 3, 5, 8, 12, 20, 26],
    ),
    "betaI": (
        lambda x, a, b: [special.betainc(a, b, x)],
        [
            (0.5, 0.5, 0.5), (0.1, 2, 3), (0.9, 2, 3), (0.01, 0.5, 5), (0.3, 30, 70), (0.2, 30, 70), (0.999, 4, 0.5),
            (0.5, 500, 520), (0.0001, 3, 2), (0.05, 50, 10), (0.42, 1000, 1500),
        ],
    ),
    "normalCdf": (
        lambda z: [special.ndtr(z)],
        [-37, -20, -10, -5, -1.959963984540054, -1, 0, 0.3, 1.6448536269514722, 3, 6, 8],
    ),
    "logNormalCdf": (lambda z: [special.log_ndtr(z)], [-1e4, -300, -50, -35.1, -34.9, -10, -3, -0.5, 0, 1, 4, 8]),
    "normalQuantile": (
        lambda p: [special.ndtri(p)],
        [1e-300, 1e-100, 1e-20, 1e-10, 1e-5, 0.001, 0.025, 0.2, 0.5, 0.7, 0.975, 0.999, 0.999999],
    ),
    "studentT": (
        lambda t, degrees: [stats.t.cdf(t, degrees), 2 * stats.t.sf(abs(t), degrees)],
        [
            (-50, 3), (-10, 30), (-3, 1), (-2, 9), (-0.1, 5), (0, 7), (0.5, 2), (1.7, 10), (2.1, 1000), (4, 17.877),
            (6.331738236, 9), (12, 50),
        ],
    ),
    "chiSquare": (
        lambda x, degrees: [stats.chi2.sf(x, degrees)],
        [
            (0.01, 1), (1, 1), (3.84, 1), (10, 1), (22.774, 1), (40, 1), (300, 1), (1066.7, 1), (5, 2), (20, 10),
            (150, 100),
        ],
    ),
    "binomial": (
        lambda k, n, p: [stats.binom.cdf(k, n, p)],
        [
            (0, 5, 0.5), (10, 20, 0.5), (59, 180, 0.5), (3, 10, 0.1), (9, 10, 0.9), (100, 1000, 0.13), (2, 1000, 0.01),
            (480, 1000, 0.5),
        ],
    ),
    "lnBeta": (
        lambda a, b: [special.betaln(a, b)],
        [(0.5, 0.5), (2, 3), (24.3, 975.7), (1e-3, 1e-3), (0.1, 4000), (300, 700), (20000, 80000)],
    ),
    "betaIInverse": (
        lambda p, a, b: [special.betaincinv(a, b, p)],
        [
            (0.5, 0.5, 0.5), (0.025, 5, 46), (0.975, 6, 45), (1e-4, 30, 971), (1e-4, 1, 4000), (1e-12, 3, 2),
            (0.999999, 2, 7), (0.3, 1000, 1500), (0.9, 0.2, 4),
        ],
    ),
    "gammaPInverse": (
        lambda p, a: [special.gammaincinv(a, p)],
        [(0.5, 1), (0.025, 0.5), (0.975, 10), (1e-10, 3), (0.999999, 0.2), (0.4, 250), (0.95, 1e4)],
    ),
    "zeta": (lambda s: [special.zeta(s)], [1.01, 1.1, 1.4, 2, 3.5, 10]),
    "sharesMargin": (
        margin_test,
        [
            (30, 1000, 20, 1000, 0.01), (9000, 10000, 8970, 10000, 0.01), (0, 4000, 0, 2100, 0.005),
            (40, 4000, 12, 1000, 0.005), (250, 500, 262, 500, 0.05), (5, 50, 30, 60, 0.2),
        ],
    ),
}


def rows(compute, arguments):
    for given in arguments:
        values = given if isinstance(given, tuple) else (given,)
        yield [*values, *(float(value) for value in compute(*values))]


def main() -> None:
    lines = []
    for name, (compute, arguments) in FUNCTIONS.items():
        table = ",\n".join(f"    {json.dumps(row)}" for row in rows(compute, arguments))
        lines.append(f'  "{name}": [\n{table}\n  ]')
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    Path(__file__).with_name("scipy-values.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
