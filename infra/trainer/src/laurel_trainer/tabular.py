"""Learning from an ordinary table, in pieces: prepare, encode, boost. Works from the schema alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from laurel_trainer.data import Column, Table
from laurel_trainer.failures import BadData, BadParameters
from laurel_trainer.job import Job


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
    return _tabular(table, features)


def tabular_of(table: Table, names: Sequence[str] | None) -> Tabular:
    """The table with just these features, in this order; with all for ``None``. Nothing is left out."""
    unknown = [name for name in names or () if name not in table.schema.features]
    if unknown:
        raise BadData(f"The data has no feature {', '.join(unknown)}; there are {', '.join(table.schema.features)}.")
    return _tabular(table, tuple(table.schema.column(name) for name in names or table.schema.features))


def _tabular(table: Table, features: tuple[Column, ...]) -> Tabular:
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
    return _encoder(data, "passthrough", max_categories, min_frequency)


def scaled_encoder(data: Tabular, max_categories: int = 40, min_frequency: int = 5) -> ColumnTransformer:
    """Like ``encoder``, for networks: a missing number becomes the mean, and numbers have mean 0 and deviation 1."""
    numbers = Pipeline([("fill", SimpleImputer(keep_empty_features=True)), ("scale", StandardScaler())])
    return _encoder(data, numbers, max_categories, min_frequency)


def _encoder(data: Tabular, numbers: object, max_categories: int, min_frequency: int) -> ColumnTransformer:
    if max_categories < 1 or min_frequency < 1:
        raise BadParameters("max_categories and min_frequency must be at least 1.")
    numeric = [c.name for c in data.features if c.kind == "numeric"]
    text = [c.name for c in data.features if c.kind != "numeric"]
    frequent = [_frequent(data.train[name], max_categories, min_frequency) for name in text]
    steps = []
    if numeric:
        steps.append(("numbers", numbers, numeric))
    if text:
        encode = OneHotEncoder(categories=frequent, handle_unknown="ignore", sparse_output=False, dtype=np.float32)
        steps.append(("categories", encode, text))
    return ColumnTransformer(steps, sparse_threshold=0).fit(data.train)


def boost(
    job: Job, data: Tabular, encode: ColumnTransformer, rounds: int, patience: int, **settings: float
) -> Pipeline:
    """Boosts up to ``rounds`` rounds with XGBoost, stops ``patience`` rounds after the best on validation, keeps it.

    Goes on from the job's checkpoint when there is one, to the same model bit for bit. ``settings`` are XGBoost's own,
    for example ``max_depth``.
    """
    from laurel_trainer.xgboost import boost_table

    return boost_table(job, data, encode, rounds, patience, **settings)


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


def _frequent(values: pd.Series, most: int, least: int) -> list[str]:
    counts = values.value_counts()
    kept = counts[counts >= min(least, counts.iloc[0])].head(most)
    return sorted(kept.index)
