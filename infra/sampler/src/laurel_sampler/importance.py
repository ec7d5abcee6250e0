"""How much each parameter explains."""

from collections.abc import Callable
from typing import Any

import optuna
from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances
from optuna.trial import FrozenTrial, TrialState

LEAST_TRIALS = 8
# PED-ANOVA compares the best trials with all; below five of them its shares are noise.
LEAST_BEST = 5


def shares(study: optuna.Study, goals: list[str]) -> list[list[dict[str, Any]]]:
    """Per objective the parameters with their shares, largest first; empty with fewer than eight complete trials."""
    complete = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    if len(complete) < LEAST_TRIALS:
        return []
    try:
        best = max(0.1, min(0.5, LEAST_BEST / len(complete)))
        return [_shares(study, _lower_is_better(index, goal), best) for index, goal in enumerate(goals)]
    except (ValueError, RuntimeError, ZeroDivisionError):
        return []  # every value is the same, so that nothing explains it


def _shares(study: optuna.Study, target: Callable[[FrozenTrial], float], best: float) -> list[dict[str, Any]]:
    evaluator = PedAnovaImportanceEvaluator(target_quantile=best)
    found = get_param_importances(study, evaluator=evaluator, target=target, normalize=True)
    return [{"parameter": name, "share": float(share)} for name, share in found.items()]


def _lower_is_better(index: int, goal: str) -> Callable[[FrozenTrial], float]:
    sign = 1.0 if goal == "minimize" else -1.0
    return lambda trial: sign * trial.values[index]
