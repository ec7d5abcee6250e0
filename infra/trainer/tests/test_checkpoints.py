"""Checkpoints are whole or absent, and LATEST never goes back."""

import json
from pathlib import Path

import pytest

from laurel_trainer import Checkpoints, TryAgain

RUN = "a" * 32


def latest(folder: Path) -> dict:
    return json.loads((folder / "LATEST").read_text())


def test_a_torn_shard_is_never_loaded_and_the_one_before_is(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path, RUN, fence=1)
    checkpoints.commit(5, b"five", {"best": 0.5})
    newest = checkpoints.commit(10, b"ten", {"best": 0.4})
    (newest.parent / "shard-0.bin").write_bytes(b"te")
    said: list[str] = []
    found = checkpoints.resume(str(newest), said.append)
    assert (found.step, found.shard, found.state) == (5, b"five", {"best": 0.5})
    assert "does not match its digest" in said[0]


def test_without_a_whole_checkpoint_training_starts_afresh(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path, RUN, fence=1)
    path = checkpoints.commit(5, b"five", {})
    path.write_text("{")
    assert checkpoints.resume(str(path), print) is None


def test_another_runs_checkpoint_is_refused(tmp_path: Path) -> None:
    path = Checkpoints(tmp_path, "b" * 32, fence=1).commit(5, b"five", {})
    assert Checkpoints(tmp_path, RUN, fence=2).resume(str(path), print) is None


def test_latest_never_goes_back(tmp_path: Path) -> None:
    Checkpoints(tmp_path, RUN, fence=1).commit(10, b"", {})
    Checkpoints(tmp_path, RUN, fence=2).commit(5, b"", {})
    assert latest(tmp_path)["step"] == 10
    Checkpoints(tmp_path, RUN, fence=2).commit(10, b"", {})
    assert latest(tmp_path) == {"step": 10, "fence": 2, "manifest": "10/2/manifest.json"}


def test_an_attempt_that_was_replaced_is_stopped(tmp_path: Path) -> None:
    Checkpoints(tmp_path, RUN, fence=2).commit(5, b"", {})
    with pytest.raises(TryAgain, match="Attempt 2 has taken over"):
        Checkpoints(tmp_path, RUN, fence=1).commit(10, b"", {})


def test_several_ranks_make_one_checkpoint(tmp_path: Path) -> None:
    ranks = [Checkpoints(tmp_path, RUN, fence=1, rank=rank, world_size=2) for rank in range(2)]
    assert ranks[1].commit(5, b"one", {}) is None
    path = ranks[0].commit(5, b"zero", {})
    assert [ranks[r].resume(str(path), print).shard for r in range(2)] == [b"zero", b"one"]
