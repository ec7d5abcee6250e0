"""Estimators fitted in stages end as they would undisturbed."""

import pickle
from pathlib import Path

import numpy as np
import pytest
from jobs import job, stop_at
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.neural_network import MLPClassifier

from laurel_trainer.failures import BadParameters, Preempted
from laurel_trainer.sklearn import fit

FEATURES = np.random.default_rng(1).normal(size=(200, 6))
TARGET = (FEATURES[:, 0] * FEATURES[:, 1] > 0).astype(int)

STAGED = {
    "partial_fit": SGDClassifier(loss="log_loss", random_state=7),
    "a global generator": SGDClassifier(loss="log_loss"),
    "network": MLPClassifier((8,), random_state=7),
    "boosting": GradientBoostingClassifier(n_estimators=30, subsample=0.5, random_state=7),
    "forest": RandomForestClassifier(n_estimators=25, random_state=7),
}


def fitted(folder: Path, estimator: object, stops: list[int]) -> np.ndarray:
    for stop in [*stops, None]:
        one = job(folder, every=3)
        np.random.seed(5)
        if stop is not None:
            stop_at(one, stop)
        try:
            return fit(one, estimator, FEATURES, TARGET, stages=8).predict_proba(FEATURES)
        except Preempted:
            continue
    raise AssertionError


@pytest.mark.parametrize("name", STAGED)
def test_an_interrupted_fit_ends_like_an_undisturbed_one(tmp_path: Path, name: str) -> None:
    calm = fitted(tmp_path / "calm", STAGED[name], [])
    assert np.array_equal(fitted(tmp_path / "stopped", STAGED[name], [2, 3, 7]), calm)


def test_an_estimator_with_fit_alone_has_one_stage(tmp_path: Path) -> None:
    own = LogisticRegression().fit(FEATURES, TARGET)
    model = fit(job(tmp_path, every=1), LogisticRegression(), FEATURES, TARGET)
    assert np.array_equal(model.coef_, own.coef_)
    again = fit(job(tmp_path, every=1), LogisticRegression(), FEATURES * 0, TARGET)
    assert np.array_equal(again.coef_, own.coef_), "the checkpoint of its one stage is taken"
    with pytest.raises(BadParameters, match="one stage only"):
        fit(job(tmp_path / "other"), LogisticRegression(), FEATURES, TARGET, stages=5)


def test_a_checkpoint_is_an_estimator_that_can_be_pickled(tmp_path: Path) -> None:
    fitted(tmp_path, STAGED["partial_fit"], [])
    shard = (tmp_path / "checkpoints" / "6" / "0" / "shard-0.bin").read_bytes()
    assert pickle.loads(shard).t_ > 1
