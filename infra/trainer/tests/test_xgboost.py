"""Boosting that is interrupted ends with the model of boosting that is not."""

from pathlib import Path

import numpy as np
import pytest
import xgboost as xgb
from jobs import job, stop_at

from laurel_trainer.failures import BadParameters, Preempted
from laurel_trainer.xgboost import Checkpointing, train

SETTINGS = {
    "plain": {},
    "row sampling": {"subsample": 0.6},
    "column sampling": {"colsample_bytree": 0.5, "colsample_bynode": 0.7, "subsample": 0.8},
    "exact": {"tree_method": "exact", "subsample": 0.6},
    "dart": {"booster": "dart", "rate_drop": 0.3, "subsample": 0.7},
    "forest": {"num_parallel_tree": 3, "subsample": 0.5},
    "linear": {"booster": "gblinear"},
}


def rows(seed: int = 3, count: int = 600) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    features = random.normal(size=(count, 12)).astype(np.float32)
    return features, (features[:, 0] + features[:, 1] * features[:, 2] + random.normal(size=count) > 0).astype(int)


def boosted(folder: Path, settings: dict, stops: list[int], rounds: int = 23, patience: int | None = None) -> bytes:
    """The model after an attempt per stop and one to the end; each attempt has data of its own, as a process has."""
    for stop in [*stops, None]:
        one = job(folder)
        if stop is not None:
            stop_at(one, stop)
        params = {"objective": "binary:logistic", "eval_metric": ["auc", "logloss"], "nthread": 1, **settings}
        sets = [xgb.DMatrix(*rows(seed)) for seed in (3, 4)]
        try:
            model = train(one, params, sets[0], rounds, validation=sets[1], patience=patience)
        except Preempted:
            continue
        return bytes(model.save_raw("ubj"))
    raise AssertionError("the last attempt was interrupted too")


@pytest.mark.parametrize("name", SETTINGS)
def test_an_interrupted_training_ends_with_the_same_bytes(tmp_path: Path, name: str) -> None:
    calm = boosted(tmp_path / "calm", SETTINGS[name], [])
    assert boosted(tmp_path / "stopped", SETTINGS[name], [3, 7, 8, 15, 21]) == calm


def test_early_stopping_remembers_its_best_round(tmp_path: Path) -> None:
    settings = {"learning_rate": 0.9, "max_depth": 6}
    calm = boosted(tmp_path / "calm", settings, [], rounds=200, patience=6)
    assert xgb.Booster(model_file=bytearray(calm)).num_boosted_rounds() < 50
    assert boosted(tmp_path / "stopped", settings, [2, 4, 6], rounds=200, patience=6) == calm


def test_a_training_that_had_ended_is_not_boosted_further(tmp_path: Path) -> None:
    calm = boosted(tmp_path, {}, [], rounds=10)
    assert boosted(tmp_path, {}, [], rounds=10) == calm
    course = Checkpointing(job(tmp_path), 10)
    assert (course.step, course.remaining) == (10, 0)


def test_the_callback_serves_estimators_too(tmp_path: Path) -> None:
    def fitted(folder: Path, stops: list[int]) -> bytes:
        for stop in [*stops, None]:
            one = job(folder)
            if stop is not None:
                stop_at(one, stop)
            course = Checkpointing(one, 20)
            model = xgb.XGBClassifier(n_estimators=course.remaining, subsample=0.5, n_jobs=1, callbacks=[course])
            try:
                model.fit(*rows(), eval_set=[rows(4)], xgb_model=course.booster, verbose=False)
            except Preempted:
                continue
            return bytes(model.get_booster().save_raw("ubj"))
        raise AssertionError

    assert fitted(tmp_path / "stopped", [6, 13]) == fitted(tmp_path / "calm", [])


def test_a_refused_parameter_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadParameters, match="XGBoost refuses"):
        train(job(tmp_path), {"max_depth": -3}, xgb.DMatrix(*rows()), 5)
