"""Gradient-boosted trees on an ordinary table, in pieces: prepare, encode, boost. Works from the schema alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xgboost as xgb
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder

from laurel_trainer.data import Column, Table
from laurel_trainer.failures import BadData, BadParameters
from laurel_trainer.job import Job

# Objective, metrics and wrapper of each task. The last metric decides about early stopping.
OBJECTIVES = {
    "binary": ("binary:logistic", ["error", "logloss"], xgb.XGBClassifier),
    "multiclass": ("multi:softprob", ["merror", "mlogloss"], xgb.XGBClassifier),
    "regression": ("reg:squarederror", ["mae", "rmse"], xgb.XGBRegressor),
}


@dataclass(frozen=True)
class Tabular:
    """Features and targets ready to learn from. A class is its index in ``classes``; a binary task's positive is 1."""

    task: str
    features: tuple[Column, ...]
    classes: tuple[str, ...]
    train: pd.DataFrame
    validation: pd.DataFrame
    train_target: np.ndarray
    validation_target: np.ndarray


def prepare(job: Job, only: Sequence[str] = ()) -> Tabular:
    """Loads the data and leaves out what cannot be learned from, with a warning. ``only`` restricts the features."""
    table = job.load()
    unknown = [name for name in only if name not in table.schema.features]
    if unknown:
        raise BadParameters(f"No feature is called {', '.join(unknown)}; there are {', '.join(table.schema.features)}.")
    wanted = [table.schema.column(name) for name in table.schema.features if not only or name in only]
    features = tuple(column for column in wanted if _usable(job, table, column))
    if not features:
        raise BadData("No column is left to learn from: all are constant, empty or timestamps.")
    names = [column.name for column in features]
    classes = _classes(table)
    train, validation = table.train[table.schema.target], table.validation[table.schema.target]
    return Tabular(
        table.schema.task,
        features,
        classes,
        table.train[names],
        table.validation[names],
        _target(train, classes),
        _target(validation, classes),
    )


def encoder(data: Tabular, max_categories: int = 40, min_frequency: int = 5) -> ColumnTransformer:
    """A fitted transformer: numbers pass (trees take NaN), text becomes one column per frequent value.

    A value that is rare or unseen has zero in all of them, in training as in serving.
    """
    numeric = [c.name for c in data.features if c.kind == "numeric"]
    text = [c.name for c in data.features if c.kind != "numeric"]
    frequent = [_frequent(data.train[name], max_categories, min_frequency) for name in text]
    steps = []
    if numeric:
        steps.append(("numbers", "passthrough", numeric))
    if text:
        encode = OneHotEncoder(categories=frequent, handle_unknown="ignore", sparse_output=False, dtype=np.float32)
        steps.append(("categories", encode, text))
    return ColumnTransformer(steps, sparse_threshold=0).fit(data.train)


def boost(
    job: Job, data: Tabular, encode: ColumnTransformer, rounds: int, patience: int, **settings: float
) -> Pipeline:
    """Boosts up to ``rounds`` rounds, stops ``patience`` rounds after the best on validation, and keeps the best.

    Goes on from the job's checkpoint when there is one; without subsampling the result is then the same, bit for bit.
    ``settings`` are XGBoost's own, for example ``max_depth``.
    """
    if rounds < 1 or patience < 1:
        raise BadParameters("The numbers of rounds and of early-stopping rounds must be at least 1.")
    objective, metrics, wrapper = OBJECTIVES[data.task]
    train = _matrix(encode, data.train, data.train_target)
    validation = _matrix(encode, *_known(job, data))
    options = {"objective": objective, "eval_metric": metrics, "seed": job.seed, **settings}
    options["base_score"] = float(np.mean(data.train_target)) if data.task == "regression" else 0.5
    if data.task == "multiclass":
        options["num_class"] = len(data.classes)
    course = _Course.resume(job, metrics[-1], options, train, validation)
    while course.step < rounds and course.step - course.best_step < patience:
        scores = course.advance(train, validation)
        ended = course.step - course.best_step >= patience
        job.step_done(course.step, course.step if ended else rounds, scores, course.snapshot)
    job.training_ended()
    model = wrapper(objective=objective)
    model.load_model(bytearray(course.booster[: course.best_step].save_raw("ubj")))
    return Pipeline([("features", encode), ("model", model)])


@dataclass
class _Course:
    """A training under way: the trees so far, and which round was the best by ``metric`` on validation."""

    booster: xgb.Booster
    metric: str
    step: int = 0
    best_step: int = 0
    best: float = float("inf")

    @staticmethod
    def resume(job: Job, metric: str, options: dict, *rows: xgb.DMatrix) -> "_Course":
        found = job.resume()
        if found is None:
            return _Course(_booster(options, rows, None), metric)
        booster = _booster(options, rows, bytearray(found.shard))
        return _Course(booster, metric, found.step, found.state["bestStep"], found.state["best"])

    def advance(self, train: xgb.DMatrix, validation: xgb.DMatrix) -> dict[str, float]:
        """Adds one round and returns its scores."""
        self._update(train)
        line = self.booster.eval_set([(validation, "validation")], self.step)
        pairs = (part.removeprefix("validation-").rsplit(":", 1) for part in line.split("\t")[1:])
        scores = {name: float(value) for name, value in pairs}
        self.step += 1
        if scores[self.metric] < self.best:
            self.best, self.best_step = scores[self.metric], self.step
        return scores

    def snapshot(self) -> tuple[bytes, dict]:
        return bytes(self.booster.save_raw("ubj")), {"bestStep": self.best_step, "best": self.best}

    def _update(self, train: xgb.DMatrix) -> None:
        try:
            self.booster.update(train, self.step)
        except xgb.core.XGBoostError as error:
            if self.step > 0:
                raise
            raise _refused(error) from error


def _booster(options: dict, rows: Sequence[xgb.DMatrix], model: bytearray | None) -> xgb.Booster:
    try:
        return xgb.Booster(options, cache=rows, model_file=model)
    except xgb.core.XGBoostError as error:
        raise _refused(error) from error


def _refused(error: xgb.core.XGBoostError) -> BadParameters:
    reason = str(error).split("Stack trace")[0].split(": ", 1)[-1]
    return BadParameters(f"XGBoost refuses these parameters: {' '.join(reason.split())}")


def _usable(job: Job, table: Table, column: Column) -> bool:
    values = table.train[column.name]
    reason = None
    if column.storage == "timestamp":
        reason = "holds timestamps"
    elif (values.isna() if column.kind == "numeric" else values == "").all():
        reason = "is empty"
    elif values.nunique(dropna=False) == 1:
        reason = "has one value only"
    if reason is not None:
        job.warning(f"The column {column.name} {reason} and is left out.")
    return reason is None


def _classes(table: Table) -> tuple[str, ...]:
    schema = table.schema
    if schema.task == "regression":
        return ()
    found = sorted(set(table.train[schema.target]), key=_by_value)
    if len(found) < 2:
        raise BadData(f"The target {schema.target} has one class only ({found[0]}); nothing can be learned.")
    if schema.task == "binary":
        if len(found) > 2:
            raise BadData(f"The target {schema.target} has {len(found)} classes; a binary task has two.")
        if schema.positive is not None and schema.positive not in found:
            raise BadData(f"The positive class {schema.positive!r} does not occur; there are {' and '.join(found)}.")
        found.sort(key=lambda name: name == schema.positive)
    return tuple(found)


def _by_value(name: str) -> tuple[float, str]:
    try:
        return float(name), name
    except ValueError:
        return float("inf"), name


def _target(values: pd.Series, classes: Sequence[str]) -> np.ndarray:
    """Class indexes, -1 for a class that training has not seen; or the numbers of a regression."""
    if not classes:
        return values.to_numpy(np.float64)
    index = {name: position for position, name in enumerate(classes)}
    return np.array([index.get(name, -1) for name in values], dtype=np.int64)


def _known(job: Job, data: Tabular) -> tuple[pd.DataFrame, np.ndarray]:
    known = data.validation_target >= 0 if data.classes else np.isfinite(data.validation_target)
    if not known.any():
        raise BadData("No validation row has a target that training has seen.")
    if not known.all():
        job.warning(f"{int((~known).sum())} validation rows have a class that training has not seen.")
    return data.validation[known], data.validation_target[known]


def _matrix(encode: ColumnTransformer, rows: pd.DataFrame, target: np.ndarray) -> xgb.DMatrix:
    return xgb.DMatrix(encode.transform(rows).astype(np.float32), label=target)


def _frequent(values: pd.Series, most: int, least: int) -> list[str]:
    counts = values.value_counts()
    kept = counts[counts >= min(least, counts.iloc[0])].head(most)
    return sorted(kept.index)
