"""Throughput, the time that is left, and the generators that a checkpoint keeps."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
from jobs import job

from laurel_trainer import rng
from laurel_trainer.meter import Meter


def test_throughput_and_the_rest_follow_the_last_half_minute() -> None:
    clock = [0.0]
    meter = Meter(now=lambda: clock[0])
    meter.start(100)
    assert meter.measures(200) == {}
    for step in range(101, 111):
        clock[0] += 2.0
        meter.moved(step, 50)
    assert meter.measures(200) == {"stepsPerSecond": 0.5, "rowsPerSecond": 25.0, "etaSeconds": 180.0}
    for step in range(111, 200):
        clock[0] += 0.5
        meter.moved(step, 50)
    fast = meter.measures(200)
    assert fast["stepsPerSecond"] == pytest.approx(2.0, rel=0.1)
    assert fast["etaSeconds"] == pytest.approx(0.5, rel=0.1)
    assert "etaSeconds" not in meter.measures(None)


def test_a_fast_loop_is_measured_in_little_memory() -> None:
    clock = [0.0]
    meter = Meter(now=lambda: clock[0])
    meter.start(0)
    for step in range(1, 40_001):
        clock[0] = step / 1000
        meter.moved(step, 2)
    assert len(meter._seen) < 400
    assert meter.measures(None) == {"stepsPerSecond": 1000.0, "rowsPerSecond": 2000.0}


def test_metrics_may_be_scalars_of_numpy(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    job(tmp_path).progress(1, 4, {"loss": np.float32(0.5), "count": np.int64(3)})
    assert json.loads(capsys.readouterr().out)["metrics"] == {"loss": 0.5, "count": 3}


def test_a_line_of_progress_carries_them(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    one = job(tmp_path, every=1)
    one.resume()
    one.step_done(1, 4, {"loss": 0.5}, lambda: (b"", {}), rows=10)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0]["metrics"].keys() == {"loss", "stepsPerSecond", "rowsPerSecond", "etaSeconds"}
    assert [line["laurel"] for line in lines] == ["progress", "checkpoint"]


def test_python_and_numpy_draw_on_where_the_checkpoint_was_made(tmp_path: Path) -> None:
    one = job(tmp_path, every=1)
    one.resume()
    random.seed(3)
    np.random.seed(4)
    random.gauss(0, 1)
    np.random.standard_normal(3)
    one.checkpoint(1, b"", {})
    drawn = random.random(), random.gauss(0, 1), np.random.standard_normal(5).tolist()
    rng.seed(99)
    job(tmp_path).resume()
    assert (random.random(), random.gauss(0, 1), np.random.standard_normal(5).tolist()) == drawn
