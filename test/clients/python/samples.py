"""Requests that the models of the contract cases take."""

import numpy as np

FLAT = {"input": np.array([[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3], [-1.0, 0.0, 1e-3, 1e3]], dtype=np.float32)}

COLUMNS = {
    "tenure": np.array([[1.0], [40.5], [0.0]], dtype=np.float32),
    "charge": np.array([[20.25], [99.9], [70.0]], dtype=np.float32),
    "contract": np.array([["monthly"], ["Zweijährig"], ["never heard of"]], dtype=object),
}

MLP = {"x": np.random.default_rng(7).normal(size=(100, 16)).astype(np.float32)}

TEXTS = ["", "Zürich", "東京 🗼", 'a "quoted"\nline\tend']


def every_type(**given: list) -> dict[str, np.ndarray]:
    """A value of each datatype at both ends of its range, or those that are ``given`` by lower-case datatype."""
    whole = {
        f"{kind}int{bits}": np.array(_ends(f"{kind}int{bits}"), dtype=f"{kind}int{bits}")
        for kind in ("u", "")
        for bits in (8, 16, 32, 64)
    }
    values = {
        "bool": np.array([True, False, True, False]),
        **whole,
        "fp16": np.array([0.1, -65504.0, 6e-8, 2.5], dtype=np.float16),
        "fp32": np.array([0.1, -3.4e38, 1e-45, 16777217.0], dtype=np.float32),
        "fp64": np.array([0.1, -1.7e308, 5e-324, 9007199254740993.0], dtype=np.float64),
        "bytes": np.array(TEXTS, dtype=object),
    }
    for name, cells in given.items():
        values[name] = np.array(cells, dtype=values[name].dtype)
    return values


def _ends(name: str) -> list[int]:
    limits = np.iinfo(name)
    return [int(limits.min), int(limits.max), 1, int(limits.max) - 1]
