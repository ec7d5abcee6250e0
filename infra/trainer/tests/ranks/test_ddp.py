"""The network's template on two ranks: interrupted in every way, it ends with the same bytes."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime
from conftest import KINDS, Workshop, rows, schema

TEMPLATE = Path(__file__).parent.parent.parent / "templates" / "train_ddp.py"


def workshop_of(folder: Path, epochs: int = 30) -> Workshop:
    data = rows(800)
    data["y"] = np.where(data.pop("signal") > 0.3, "Yes", "No")
    workshop = Workshop(folder, TEMPLATE, {"epochs": epochs, "batch": 128}, {"OMP_NUM_THREADS": "1"})
    workshop.write(data, data, schema("binary", "Yes", **KINDS, y="categorical/string"))
    return workshop


def launched(workshop: Workshop, ranks: int, fence: int) -> subprocess.Popen:
    latest = workshop.checkpoints / "LATEST"
    manifest = workshop.checkpoints / json.loads(latest.read_text())["manifest"] if latest.exists() else ""
    workshop.command = [sys.executable, "-m", "laurel_trainer.launch", "-n", str(ranks), "--", sys.executable]
    return workshop.start(LAUREL_FENCE=str(fence), LAUREL_RESUME=str(manifest))


def wait_for_step(process: subprocess.Popen, step: int) -> None:
    for line in process.stdout:
        if line.startswith('{"laurel": "progress"') and json.loads(line)["step"] >= step:
            return
    raise AssertionError(process.communicate()[1])


def test_two_ranks_interrupted_by_sigterm_and_sigkill_end_with_the_bytes_of_an_undisturbed_run(tmp_path: Path) -> None:
    calm, stopped = workshop_of(tmp_path / "calm"), workshop_of(tmp_path / "stopped")
    undisturbed = launched(calm, 2, 1)

    first = launched(stopped, 2, 1)
    wait_for_step(first, 5)
    first.send_signal(signal.SIGTERM)
    began = time.monotonic()
    _, said = first.communicate(timeout=60)
    assert (first.returncode, time.monotonic() - began < 12) == (143, True), said

    second = launched(stopped, 2, 2)
    wait_for_step(second, 30)
    second.kill()
    second.communicate(timeout=60)

    third = launched(stopped, 2, 3)
    _, said = third.communicate(timeout=300)
    assert third.returncode == 0, said
    _, said = undisturbed.communicate(timeout=300)
    assert undisturbed.returncode == 0, said
    assert (stopped.output / "model.onnx").read_bytes() == (calm.output / "model.onnx").read_bytes()
    assert calm.model()["parity"]["maxAbsDiff"] < 1e-6
    _answers_raw_columns(calm)


def _answers_raw_columns(workshop: Workshop) -> None:
    session = onnxruntime.InferenceSession(workshop.output / "model.onnx")
    odd = {"color": "ultraviolet", "member": "", "street": "nowhere"}
    feeds = {
        i["name"]: np.array([[odd[i["name"]]]] * 3, dtype=object)
        if i["dtype"] == "BYTES"
        else np.full((3, 1), np.nan, np.float32)
        for i in workshop.model()["inputs"]
    }
    label, probabilities = session.run(["label", "probabilities"], feeds)
    assert set(label) <= {"No", "Yes"}
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-6)


def test_another_number_of_ranks_takes_a_checkpoint_up(tmp_path: Path) -> None:
    workshop = workshop_of(tmp_path, epochs=6)
    first = launched(workshop, 2, 1)
    wait_for_step(first, 5)
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=60)
    alone = launched(workshop, 1, 2)
    out, said = alone.communicate(timeout=300)
    assert alone.returncode == 0, said
    assert "written by 2 ranks and is taken up by 1" in out
