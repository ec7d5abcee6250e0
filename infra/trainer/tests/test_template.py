"""The template trainer on every task: what it writes is what Laurel takes."""

import json
import signal
import time

import numpy as np
import onnxruntime
import pandas as pd
import pytest
from conftest import KINDS, Workshop, rows, schema

TARGETS = {
    "text": (lambda s: np.where(s > 0.3, "Yes", "No"), "binary", "Yes", ["No", "Yes"], "categorical/string"),
    "reversed": (lambda s: np.where(s > 0.3, "Yes", "No"), "binary", "No", ["Yes", "No"], "categorical/string"),
    "numbers": (lambda s: (s > 0.3).astype(int), "binary", "1", ["0", "1"], "categorical/integer"),
    "booleans": (lambda s: s > 0.3, "binary", "true", ["false", "true"], "categorical/boolean"),
    "three": (lambda s: np.digitize(s, [-0.3, 0.8]) + 9, "multiclass", None, ["9", "10", "11"], "numeric/integer"),
    "regression": (lambda s: 1000 + 50 * s, "regression", None, [], "numeric/float"),
}


@pytest.mark.parametrize("name", TARGETS)
def test_every_task_gives_one_graph_that_agrees_with_the_framework(workshop: Workshop, name: str) -> None:
    target, task, positive, classes, kind = TARGETS[name]
    parts = [rows(800, seed) for seed in (1, 2)]
    train, validation = (p.assign(y=target(p["signal"].to_numpy())).drop(columns="signal") for p in parts)
    workshop.write(train, validation, schema(task, positive, **KINDS, y=kind))

    ended = workshop.run()

    assert ended.code == 0, ended.error
    assert ended.events("progress")[-1]["step"] <= 20
    assert {e["message"].split()[2] for e in ended.events("warning")} == {"empty", "constant"}
    model = workshop.model()
    assert model["classes"] == classes
    assert model["parity"] == {"rows": 800, "maxAbsDiff": pytest.approx(0, abs=1e-5)}
    predictions = pd.read_parquet(workshop.output / "validation_predictions.parquet")
    assert list(predictions) == (["label", *(f"p_{i}" for i in range(len(classes)))] if classes else ["value"])
    assert len(pd.read_parquet(workshop.output / "explain" / "background.parquet")) == 100
    assert "xgboost-cpu==" in (workshop.output / "environment.lock").read_text()
    if classes:
        agreement = predictions["label"] == validation["y"].map(
            lambda v: str(v).lower() if name == "booleans" else str(v)
        )
        assert agreement.mean() > 0.75
    else:
        assert np.corrcoef(predictions["value"], validation["y"])[0, 1] > 0.8


def test_the_graph_answers_rows_with_unseen_and_missing_values(workshop: Workshop) -> None:
    train = rows(800)
    train["y"] = np.where(train.pop("signal") > 0.3, "Yes", "No")
    workshop.write(train, train, schema("binary", "Yes", **KINDS, y="categorical/string"))
    assert workshop.run().code == 0

    session = onnxruntime.InferenceSession(workshop.output / "model.onnx")
    odd = {"color": "ultraviolet", "member": "", "street": "nowhere"}
    feeds = {
        i["name"]: np.array([[odd[i["name"]]]], dtype=object)
        if i["dtype"] == "BYTES"
        else np.array([[np.nan]], np.float32)
        for i in workshop.model()["inputs"]
    }
    label, probabilities = session.run(["label", "probabilities"], feeds)
    assert label.shape == (1,)
    assert label[0] in {"No", "Yes"}
    assert probabilities.shape == (1, 2)
    assert probabilities.sum() == pytest.approx(1, abs=1e-6)


def test_sigterm_commits_a_checkpoint_and_a_resumed_run_ends_like_an_undisturbed_one(tmp_path) -> None:
    data = rows(800)
    data["y"] = np.where(data.pop("signal") > 0.3, "Yes", "No")
    parameters = {"n_estimators": 600, "early_stopping_rounds": 600, "learning_rate": 0.01}
    stopped, calm = (Workshop(tmp_path / name, parameters=parameters) for name in ("stopped", "calm"))
    for workshop in (stopped, calm):
        workshop.environment = {"LAUREL_CHECKPOINT_EVERY": "30"}
        workshop.write(data, data, schema("binary", "Yes", **KINDS, y="categorical/string"))

    process = stopped.start()
    while '"step": 30,' not in (process.stdout.readline()):
        assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=120)
    assert process.returncode == 143
    latest = json.loads((stopped.checkpoints / "LATEST").read_text())
    assert 30 <= latest["step"] < 600
    resumed = stopped.run(LAUREL_RESUME=str(stopped.checkpoints / latest["manifest"]), LAUREL_FENCE="2")

    assert resumed.code == 0, resumed.error
    assert resumed.events("progress")[0]["step"] > latest["step"]
    assert calm.run(PYTHONHASHSEED="11").code == 0
    one, other = (pd.read_parquet(w.output / "validation_predictions.parquet") for w in (stopped, calm))
    pd.testing.assert_frame_equal(one, other, check_exact=True)
    assert (stopped.output / "model.onnx").read_bytes() == (calm.output / "model.onnx").read_bytes()


def test_sigterm_before_training_ends_with_143_at_once(workshop: Workshop) -> None:
    script = workshop.folder / "slow.py"
    script.write_text(
        "import time, laurel_trainer\n"
        "def main(job):\n"
        "    print('ready', flush=True)\n"
        "    time.sleep(60)\n"
        "laurel_trainer.run(main)\n"
    )
    workshop.script = script
    process = workshop.start()
    assert process.stdout.readline() == "ready\n"
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 143
    assert time.monotonic() - began < 5


def test_raw_column_names_survive_whatever_characters_they_have(workshop: Workshop) -> None:
    odd = {"color": 'city, "name"', "street": "od280/od315 of wine", "member": "mitglied (ja/nein)"}
    train = rows(800).rename(columns=odd)
    train["y"] = np.where(train.pop("signal") > 0.3, "Yes", "No")
    kinds = {odd.get(name, name): kind for name, kind in KINDS.items()}
    workshop.write(train, train, schema("binary", "Yes", **kinds, y="categorical/string"))

    assert workshop.run().code == 0

    session = onnxruntime.InferenceSession(workshop.output / "model.onnx")
    assert {value.name for value in session.get_inputs()} == {i["name"] for i in workshop.model()["inputs"]}
    assert set(odd.values()) <= {value.name for value in session.get_inputs()}
