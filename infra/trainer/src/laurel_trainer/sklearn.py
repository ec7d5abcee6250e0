"""scikit-learn: an estimator fitted in stages, each a step with a checkpoint.

    model = fit(job, SGDClassifier(loss="log_loss"), features, target, stages=20)

An estimator with ``partial_fit`` sees all rows once per stage; one with ``warm_start`` and ``n_estimators`` grows by
its share; any other has one stage, its ``fit``. A checkpoint is the pickled estimator, read back only when its digest
fits; whoever can write the checkpoint folder can run code in the trainer.
"""

import math
import pickle
from collections.abc import Callable, Mapping

import numpy as np
from sklearn.base import BaseEstimator, clone, is_classifier

from laurel_trainer.failures import BadParameters
from laurel_trainer.job import Job

Advance = Callable[[BaseEstimator, int], BaseEstimator]


def fit(
    job: Job,
    estimator: BaseEstimator,
    features: np.ndarray,
    target: np.ndarray,
    *,
    stages: int = 1,
    advance: Advance | None = None,
    score: Callable[[BaseEstimator], Mapping[str, float]] = lambda _: {},
) -> BaseEstimator:
    """Fits a clone of ``estimator`` and goes on from the job's checkpoint.

    ``advance(estimator, stage)`` does stage 1, 2, … in its own way and returns the estimator; ``score`` gives the
    metrics to report after a stage. ``BadParameters`` for several stages of an estimator that has only ``fit``.
    """
    if stages < 1:
        raise BadParameters("The number of stages must be at least 1.")
    advance = advance or _advance_of(job, estimator, features, target, stages)
    found = job.resume()
    model = clone(estimator) if found is None else pickle.loads(found.shard)
    for stage in range(1 if found is None else found.step + 1, stages + 1):
        model = advance(model, stage)
        job.step_done(stage, stages, score(model), lambda: (pickle.dumps(model, protocol=5), {}), rows=len(target))  # noqa: B023
    job.training_ended()
    return model


def _advance_of(job: Job, estimator: BaseEstimator, features: np.ndarray, target: np.ndarray, stages: int) -> Advance:
    if hasattr(estimator, "partial_fit"):
        classes = {"classes": np.unique(target)} if is_classifier(estimator) else {}

        def pass_over(model: BaseEstimator, stage: int) -> BaseEstimator:
            order = np.random.default_rng((job.seed, stage)).permutation(len(target))
            return model.partial_fit(features[order], target[order], **classes)

        return pass_over
    settings = estimator.get_params(deep=False)
    if "warm_start" in settings and "n_estimators" in settings and stages > 1:
        wanted = settings["n_estimators"]

        def grow(model: BaseEstimator, stage: int) -> BaseEstimator:
            model.set_params(warm_start=True, n_estimators=math.ceil(wanted * stage / stages))
            return model.fit(features, target)

        return grow
    if stages > 1:
        kind = type(estimator).__name__
        raise BadParameters(f"{kind} can be fitted in one stage only, not in {stages}; give `advance` or stages=1.")
    return lambda model, _: model.fit(features, target)
