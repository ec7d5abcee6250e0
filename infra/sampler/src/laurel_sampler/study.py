"""From Laurel's description of a sweep to Optuna's samplers, pruners and distributions."""

import hashlib
from collections.abc import Mapping
from typing import Any

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution

Spec = Mapping[str, Any]


def directions(spec: Spec) -> list[str]:
    """``minimize`` or ``maximize`` per objective; Laurel's goals are Optuna's directions."""
    return list(spec["goals"])


def distributions(spec: Spec) -> dict[str, BaseDistribution]:
    """One distribution per searched parameter, in the order of their names."""
    if spec["grid"] is not None:
        return {name: CategoricalDistribution(values) for name, values in spec["grid"].items()}
    return {one["name"]: _distribution(one) for one in spec["dimensions"]}


def _distribution(one: Spec) -> BaseDistribution:
    match one["kind"]:
        case "choice":
            return CategoricalDistribution(one["values"])
        case "integer":
            return IntDistribution(int(one["min"]), int(one["max"]), log=one["log"], step=int(one["step"] or 1))
        case "float":
            return FloatDistribution(one["min"], one["max"], log=one["log"], step=one["step"])
        case other:
            raise ValueError(f"a dimension of the kind {other!r} is not known")


def sampler(spec: Spec, number: int) -> optuna.samplers.BaseSampler:
    """A sampler whose chance depends on the sweep's seed and the trial's number alone, not on who was asked before."""
    seed = _seed(spec["seed"], number)
    match spec["algorithm"]:
        case "grid":  # its seed also numbers the points, so that it must be the same for every trial
            return optuna.samplers.GridSampler(spec["grid"], seed=spec["seed"] % 2**32)
        case "random" | "asha":
            return optuna.samplers.RandomSampler(seed=seed)
        case "cmaes":
            return optuna.samplers.CmaEsSampler(seed=seed, warn_independent_sampling=False)
        case "nsga2":
            return optuna.samplers.NSGAIISampler(population_size=min(50, max(4, spec["trials"] // 5)), seed=seed)
        case "tpe" | "hyperband":
            return optuna.samplers.TPESampler(seed=seed)
        case other:
            raise ValueError(f"the algorithm {other!r} is not known")


def _seed(seed: int, number: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}/{number}".encode()).digest()[:4], "big")


def pruner(spec: Spec) -> optuna.pruners.BasePruner:
    """What stops trials that fall behind; one that stops none where the sweep asks for none."""
    wanted = spec["pruner"]
    match wanted and wanted["kind"]:
        case None:
            return optuna.pruners.NopPruner()
        case "median":
            return optuna.pruners.MedianPruner(
                n_startup_trials=5, n_warmup_steps=wanted["minSteps"], interval_steps=wanted["every"]
            )
        case "asha":
            return optuna.pruners.SuccessiveHalvingPruner(
                min_resource=wanted["minSteps"], reduction_factor=wanted["reduction"]
            )
        case "hyperband":
            return optuna.pruners.HyperbandPruner(
                min_resource=wanted["minSteps"],
                max_resource=wanted["maxSteps"] or "auto",
                reduction_factor=wanted["reduction"],
            )
        case other:
            raise ValueError(f"the pruner {other!r} is not known")
