"""A model that was logged with MLflow becomes the files of a training: ``python -m laurel_trainer.convert``.

The job's folder holds the model's files below ``model/``. Unpickling runs whatever the pickle says, which is why it
happens here, in a job of its own, and nowhere else.
"""

import copy
import json
import pickle
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline

from laurel_trainer import run
from laurel_trainer.export import save_model
from laurel_trainer.failures import BadData, BadParameters
from laurel_trainer.job import Job
from laurel_trainer.tabular import Tabular, tabular_of


def main(job: Job) -> None:
    """Loads the model, brings it into the shape of a training's pipeline, and exports it like one."""
    asked = job.parameters(flavor="", data="", content="")
    estimator = load(asked.flavor, Path("model") / asked.data)
    data = tabular_of(job.load(), names_of(estimator))
    forget_names(estimator)
    pipeline = with_class_indexes(on_columns(estimator, data), data)
    try:
        save_model(job, data, pipeline, algorithm=f"{type(pipeline[-1]).__name__} (registered with MLflow)")
    except (TypeError, ValueError) as error:
        first = str(error).split(". ")[0].splitlines()[0] if str(error) else type(error).__name__
        raise BadData(f"The model does not take the project's rows, or has no graph: {first}.") from error


def load(flavor: str, path: Path) -> BaseEstimator:
    """The estimator in ``path``; ``BadParameters`` for a flavor that is not converted, ``BadData`` for what is none."""
    if flavor == "xgboost":
        return _load_xgboost(path)
    if flavor != "sklearn":
        raise BadParameters(f"The flavor {flavor!r} cannot be converted; sklearn and xgboost can.")
    try:
        estimator = pickle.loads(path.read_bytes())
    except Exception as error:
        raise BadData(f"The model cannot be loaded here: {type(error).__name__}: {error}") from error
    if not hasattr(estimator, "predict"):
        raise BadData(f"The model is a {type(estimator).__name__}, which does not predict.")
    return estimator


def _load_xgboost(path: Path) -> BaseEstimator:
    import xgboost as xgb

    booster = xgb.Booster()
    try:
        booster.load_model(path)
    except xgb.core.XGBoostError as error:
        raise BadData("The model is no XGBoost model that this version reads.") from error
    objective = json.loads(booster.save_config())["learner"]["objective"]["name"]
    model = xgb.XGBClassifier() if objective.startswith(("binary:", "multi:")) else xgb.XGBRegressor()
    model.load_model(path)
    return model


def names_of(estimator: BaseEstimator) -> list[str] | None:
    """The columns it was fitted on, in their order; ``None`` when it was fitted without names."""
    names = getattr(estimator, "feature_names_in_", None)
    return None if names is None else [str(name) for name in names]


def forget_names(estimator: BaseEstimator) -> None:
    """XGBoost's converter takes boosters without names of features only."""
    last = estimator[-1] if isinstance(estimator, Pipeline) else estimator
    if hasattr(last, "get_booster"):
        booster = last.get_booster()
        booster.feature_names, booster.feature_types = None, None


def on_columns(estimator: BaseEstimator, data: Tabular) -> Pipeline:
    """A pipeline that takes one column each. One that picks no columns by name takes numbers, in their order."""
    steps = estimator.steps if isinstance(estimator, Pipeline) else [("model", estimator)]
    if isinstance(steps[0][1], ColumnTransformer):
        return Pipeline(steps)
    text = [column.name for column in data.features if column.kind != "numeric"]
    if text:
        raise BadData(f"The model takes numbers, and {', '.join(text)} hold text; log a pipeline that encodes them.")
    wanted = getattr(estimator, "n_features_in_", len(data.features))
    if wanted != len(data.features):
        raise BadData(f"The model takes {wanted} numbers and the data has {len(data.features)} columns.")
    names = [column.name for column in data.features]
    columns = ColumnTransformer([("numbers", "passthrough", names)], verbose_feature_names_out=False).fit(data.train)
    if names_of(steps[0][1]) is not None:
        columns.set_output(transform="pandas")
    return Pipeline([("columns", columns), *steps])


def with_class_indexes(pipeline: Pipeline, data: Tabular) -> Pipeline:
    """Predicts class indexes, as the exporter wants them. ``BadData`` when the classes are not the project's."""
    if not data.classes:
        return pipeline
    last = pipeline[-1]
    if not hasattr(last, "predict_proba"):
        raise BadData(f"{type(last).__name__} gives no probabilities, which a classifier of Laurel must.")
    own = list(last.classes_)
    indexes = list(range(len(data.classes)))
    if own == indexes:
        return pipeline
    if [str(name) for name in own] != list(data.classes):
        raise BadData(f"The model's classes are {own}, the project's {list(data.classes)}; fit it on those.")
    changed = copy.deepcopy(last)
    changed.classes_ = np.array(indexes)
    return Pipeline([*pipeline.steps[:-1], (pipeline.steps[-1][0], changed)])


if __name__ == "__main__":
    run(main)
