"""XGBoost: boosting rounds that go on where they were interrupted, to the same model bit for bit.

    course = Checkpointing(job, rounds=300, patience=30)
    booster = xgboost.train(params, rows, course.remaining, evals=[(validation, "validation")],
                            xgb_model=course.booster, callbacks=[course])
    best = booster[: course.best_step]

``train`` is those lines. What makes a resumed training equal: each round draws from a seed of its own, and where
XGBoost keeps something between rounds that no model file holds (with sampling, ``dart``, ``gblinear``), it is renewed
at every checkpoint, and none is made in between: SIGTERM then costs the rounds since the last one.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xgboost as xgb

from laurel_trainer.failures import BadData, BadParameters, recognised
from laurel_trainer.job import Job

if TYPE_CHECKING:
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import Pipeline

    from laurel_trainer.tabular import Tabular

# Objective, metrics and wrapper of each task. The last metric decides about early stopping.
OBJECTIVES = {
    "binary": ("binary:logistic", ["error", "logloss"], xgb.XGBClassifier),
    "multiclass": ("multi:softprob", ["merror", "mlogloss"], xgb.XGBClassifier),
    "regression": ("reg:squarederror", ["mae", "rmse"], xgb.XGBRegressor),
}

# Metrics of which more is better, as XGBoost's own early stopping has them.
MAXIMISED = ("auc", "aucpr", "pre", "map", "ndcg")

SEEDS = 2**31 - 1


class Checkpointing(xgb.callback.TrainingCallback):
    """Reports each round, commits checkpoints, and stops ``patience`` rounds after the best by the last metric.

    Made right before the training: it looks for the checkpoint. ``booster`` is then what to go on from (``None`` at the
    beginning) and ``remaining`` how many rounds are left. ``rows`` is the size of the training set, for the throughput.
    """

    def __init__(self, job: Job, rounds: int, *, patience: int | None = None, rows: int | None = None) -> None:
        super().__init__()
        if rounds < 1 or (patience is not None and patience < 1):
            raise BadParameters("The numbers of rounds and of early-stopping rounds must be at least 1.")
        self.job, self.rounds, self.patience, self.rows = job, rounds, patience, rows
        self.step, self.best_step, self.best = 0, 0, None
        self.booster: xgb.Booster | None = None
        self._remembering = False
        found = job.resume()
        if found is not None:
            self.booster = xgb.Booster(model_file=bytearray(found.shard))
            self.step, self.best_step, self.best = found.step, found.state["bestStep"], found.state["best"]

    @property
    def remaining(self) -> int:
        """Rounds still to boost; 0 when the training had ended already."""
        return 0 if self._over else max(0, self.rounds - self.step)

    def before_training(self, model: xgb.Booster) -> xgb.Booster:
        self._remembering = _remembers(model)
        return model

    def before_iteration(self, model: xgb.Booster, epoch: int, evals_log: Mapping) -> bool:
        model.set_param("seed", (self.job.seed * 1_000_003 + self.step) % SEEDS)
        return False

    def after_iteration(self, model: xgb.Booster, epoch: int, evals_log: Mapping) -> bool:
        self.step += 1
        scores = _scores(evals_log)
        self._judge(scores)
        total = self.step if self._over else self.rounds
        saved: list[bytes] = []

        def snapshot() -> tuple[bytes, dict]:
            saved.append(bytes(model.save_raw("ubj")))
            return saved[0], {"bestStep": self.best_step, "best": self.best}

        self.job.step_done(self.step, total, scores, snapshot, rows=self.rows, savable=not self._remembering)
        if saved and self._remembering:
            # A new learner in the same object: what a resumed training begins with.
            model.__setstate__(model.__getstate__())
        return self._over

    def after_training(self, model: xgb.Booster) -> xgb.Booster:
        self.job.training_ended()
        return model

    @property
    def _over(self) -> bool:
        return self.patience is not None and self.best is not None and self.step - self.best_step >= self.patience

    def _judge(self, scores: Mapping[str, float]) -> None:
        if not scores or self.patience is None:
            self.best_step = self.step
            return
        name, value = list(scores.items())[-1]
        if self.best is None or (value > self.best if _is_maximised(name) else value < self.best):
            self.best, self.best_step = value, self.step


def train(
    job: Job,
    params: Mapping[str, object],
    rows: xgb.DMatrix,
    rounds: int,
    *,
    validation: xgb.DMatrix | None = None,
    patience: int | None = None,
) -> xgb.Booster:
    """Boosts up to ``rounds`` rounds from the job's checkpoint on; with ``patience`` keeps the best on ``validation``.

    ``BadParameters`` says what XGBoost refuses.
    """
    if patience is not None and params.get("booster") == "gblinear":
        raise BadParameters("A linear booster cannot go back to its best round; train it without early stopping.")
    course = Checkpointing(job, rounds, patience=patience, rows=rows.num_row())
    evals = [] if validation is None else [(validation, "validation")]
    first = course.step
    try:
        booster = xgb.train(
            {"seed": job.seed, **params},
            rows,
            course.remaining,
            evals=evals,
            xgb_model=course.booster,
            callbacks=[course],
            verbose_eval=False,
        )
    except xgb.core.XGBoostError as error:
        if course.step > first or recognised(error) is not None:
            raise
        raise _refused(error) from error
    return booster if course.best_step == course.step else booster[: course.best_step]


def boost_table(
    job: Job, data: "Tabular", encode: "ColumnTransformer", rounds: int, patience: int, **settings: float
) -> "Pipeline":
    """``laurel_trainer.tabular.boost``."""
    from sklearn.pipeline import Pipeline

    objective, metrics, wrapper = OBJECTIVES[data.task]
    options = {"objective": objective, "eval_metric": metrics, **settings}
    options["base_score"] = float(np.mean(data.train_target)) if data.task == "regression" else 0.5
    if data.task == "multiclass":
        options["num_class"] = len(data.classes)
    validation = _matrix(encode, *_known(job, data))
    train_rows = _matrix(encode, data.train, data.train_target)
    booster = train(job, options, train_rows, rounds, validation=validation, patience=patience)
    model = wrapper(objective=objective)
    model.load_model(bytearray(booster.save_raw("ubj")))
    return Pipeline([("features", encode), ("model", model)])


def _scores(log: Mapping) -> dict[str, float]:
    """The newest value of each metric; named by data set too where there are several."""
    several = len(log) > 1
    return {
        f"{rows}-{metric}" if several else metric: float(values[-1])
        for rows, metrics in log.items()
        for metric, values in metrics.items()
    }


def _is_maximised(metric: str) -> bool:
    """``validation-ndcg@5-`` is ``ndcg`` of a data set; the last ``-`` is XGBoost's, for groups without a positive."""
    return metric.rstrip("-").rsplit("-", 1)[-1].split("@", maxsplit=1)[0] in MAXIMISED


def _remembers(model: xgb.Booster) -> bool:
    """Whether XGBoost keeps more between rounds than the model says: sampling does, and boosters other than trees."""
    config = model.save_config()
    shares = re.findall(r'"(?:subsample|colsample_\w+)":"([^"]+)"', config)
    return '"booster":"gbtree"' not in config or any(float(share) != 1.0 for share in shares)


def _refused(error: xgb.core.XGBoostError) -> BadParameters:
    reason = str(error).split("Stack trace")[0].split(": ", 1)[-1]
    return BadParameters(f"XGBoost refuses these parameters: {' '.join(reason.split())}")


def _known(job: Job, data: "Tabular") -> tuple[pd.DataFrame, np.ndarray]:
    known = data.validation_target >= 0 if data.classes else np.isfinite(data.validation_target)
    if not known.any():
        raise BadData("No validation row has a target that training has seen.")
    if not known.all():
        job.warning(f"{int((~known).sum())} validation rows have a class that training has not seen.")
    return data.validation[known], data.validation_target[known]


def _matrix(encode: "ColumnTransformer", rows: pd.DataFrame, target: np.ndarray) -> xgb.DMatrix:
    return xgb.DMatrix(encode.transform(rows).astype(np.float32), label=target)
