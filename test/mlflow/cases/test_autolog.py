"""
What autologging of scikit-learn and XGBoost leaves behind is the same on both servers. It draws pictures, which are
artifacts: a server that takes none ends its runs as failed.
"""

import mlflow
import pytest
import xgboost
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

from conftest import artifacts_are_served

pytestmark = pytest.mark.skipif(not artifacts_are_served(), reason="Laurel takes no artifacts")


def left_behind(either, experiment):
    """Of each run of the experiment its params, its metrics, the keys of its tags and its datasets."""
    runs = either.search_runs([experiment], order_by=["start_time"])
    return [
        (
            run.info.status,
            run.data.params,
            {key: round(value, 6) for key, value in run.data.metrics.items() if "time" not in key},
            sorted(key for key in run.data.tags if not key.startswith("mlflow.log")),
            sorted(each.dataset.digest for each in run.inputs.dataset_inputs),
        )
        for run in sorted(runs, key=lambda run: sorted(run.data.params.items()))
    ]


@pytest.fixture(scope="module")
def seen():
    return {}


def same_as_before(seen, case, found):
    assert found and seen.setdefault(case, found) == found


def test_sklearn(either, experiment, seen):
    mlflow.sklearn.autolog(log_models=False, silent=True)
    try:
        rows, labels = load_iris(return_X_y=True)
        LogisticRegression(max_iter=300, C=0.5).fit(rows, labels)
    finally:
        mlflow.sklearn.autolog(disable=True)
    found = left_behind(either, experiment)
    assert found[0][0] == "FINISHED" and found[0][1]["C"] == "0.5" and "training_accuracy_score" in found[0][2]
    same_as_before(seen, "sklearn", found)


def test_sklearn_search_makes_nested_runs(either, experiment, seen):
    mlflow.sklearn.autolog(log_models=False, silent=True, max_tuning_runs=3)
    try:
        rows, labels = load_iris(return_X_y=True)
        GridSearchCV(LogisticRegression(max_iter=300), {"C": [0.1, 1, 10]}, cv=2).fit(rows, labels)
    finally:
        mlflow.sklearn.autolog(disable=True)
    found = left_behind(either, experiment)
    assert len(found) == 4 and sum("mlflow.parentRunId" in tags for _, _, _, tags, _ in found) == 3
    metrics = {key for _, _, values, _, _ in found for key in values}
    assert "best_cv_score" in metrics
    same_as_before(seen, "search", [each[:2] for each in found])


def test_xgboost(either, experiment, seen):
    mlflow.xgboost.autolog(log_models=False, silent=True)
    try:
        rows, labels = load_iris(return_X_y=True)
        data = xgboost.DMatrix(rows, labels)
        settings = {"objective": "multi:softprob", "num_class": 3, "seed": 7}
        xgboost.train(settings, data, num_boost_round=12, evals=[(data, "train")], verbose_eval=False)
    finally:
        mlflow.xgboost.autolog(disable=True)
    found = left_behind(either, experiment)
    assert found[0][1]["num_class"] == "3" and "train-mlogloss" in found[0][2]
    run = either.search_runs([experiment])[0].info.run_id
    assert [point.step for point in either.get_metric_history(run, "train-mlogloss")] == list(range(12))
    same_as_before(seen, "xgboost", found)


def test_xgboost_as_an_estimator(either, experiment, seen):
    mlflow.xgboost.autolog(log_models=False, silent=True)
    try:
        rows, labels = load_iris(return_X_y=True)
        xgboost.XGBClassifier(n_estimators=5, random_state=7).fit(rows, labels)
    finally:
        mlflow.xgboost.autolog(disable=True)
    found = left_behind(either, experiment)
    assert found[0][1]["objective"] == "multi:softprob" and found[0][1]["num_boost_round"] == "5"
    same_as_before(seen, "estimator", found)
