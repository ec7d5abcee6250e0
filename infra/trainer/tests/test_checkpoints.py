"""Checkpoints are whole or absent, and LATEST never goes back."""

import json
import threading
from pathlib import Path

import pytest

from laurel_trainer import Checkpoints, TryAgain
from laurel_trainer.checkpoints import highest_fence
from laurel_trainer.manifest import newest_whole, places

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
    assert "shard-0.bin has 2 of 3 bytes" in said[0]


def test_without_a_whole_checkpoint_training_starts_afresh(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path, RUN, fence=1)
    path = checkpoints.commit(5, b"five", {})
    path.write_text("{")
    assert checkpoints.resume(str(path), print) is None


def test_another_runs_checkpoint_is_refused(tmp_path: Path) -> None:
    path = Checkpoints(tmp_path, "b" * 32, fence=1).commit(5, b"five", {})
    said: list[str] = []
    assert Checkpoints(tmp_path, RUN, fence=2).resume(str(path), said.append) is None
    assert "belongs to run bbbb" in said[0]


def test_a_checkpoint_in_another_place_than_it_was_written_for_is_refused(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path, RUN, fence=1)
    path = checkpoints.commit(5, b"five", {})
    path.parent.parent.rename(tmp_path / "50")
    said: list[str] = []
    assert checkpoints.resume(str(tmp_path / "50" / "1" / "manifest.json"), said.append) is None
    assert "written for step 5" in said[0]


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


def test_an_attempt_is_stopped_as_soon_as_a_newer_one_begins(tmp_path: Path) -> None:
    Checkpoints(tmp_path, RUN, fence=1).commit(5, b"", {})
    Checkpoints(tmp_path, RUN, fence=2).claim()
    with pytest.raises(TryAgain, match="Attempt 2 has taken over"):
        Checkpoints(tmp_path, RUN, fence=1).commit(10, b"", {})
    assert (latest(tmp_path)["step"], highest_fence(tmp_path)) == (5, 2)


def test_the_same_commit_twice_is_one_and_another_under_its_name_is_refused(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path, RUN, fence=1)
    path = checkpoints.commit(5, b"five", {"best": 1})
    written = path.read_bytes()
    assert checkpoints.commit(5, b"five", {"best": 1}).read_bytes() == written
    with pytest.raises(TryAgain, match="higher LAUREL_FENCE"):
        checkpoints.commit(5, b"cinq", {"best": 1})
    with pytest.raises(TryAgain, match="higher LAUREL_FENCE"):
        checkpoints.commit(5, b"five", {"best": 2})
    assert checkpoints.resume(str(path), print).shard == b"five"


def test_several_ranks_make_one_checkpoint_and_each_gets_its_own_state_back(tmp_path: Path) -> None:
    ranks = [Checkpoints(tmp_path, RUN, fence=1, rank=rank, world_size=3) for rank in range(3)]
    others = [threading.Timer(0.2 * r, ranks[r].commit, [5, f"shard {r}".encode(), {}, {"rank": r}]) for r in (1, 2)]
    for other in others:
        other.start()
    path = ranks[0].commit(5, b"shard 0", {"common": 1}, {"rank": 0})
    assert all(rank.await_manifest(5, 1) for rank in ranks)
    found = [rank.resume(str(path), print) for rank in ranks]
    assert [one.shard for one in found] == [b"shard 0", b"shard 1", b"shard 2"]
    assert [one.own for one in found] == [{"rank": 0}, {"rank": 1}, {"rank": 2}]
    assert {one.state["common"] for one in found} == {1}


def test_another_number_of_ranks_is_refused_unless_asked_for(tmp_path: Path) -> None:
    pair = [Checkpoints(tmp_path, RUN, fence=1, rank=rank, world_size=2) for rank in (1, 0)]
    path = [one.commit(5, b"model" if one.rank == 0 else b"", {}) for one in pair][1]
    alone = Checkpoints(tmp_path, RUN, fence=2)
    said: list[str] = []
    assert alone.resume(str(path), said.append) is None
    assert "written by 2 workers" in said[0]
    found = alone.resume(str(path), print, other_world_size=True)
    assert (found.shard, found.own, found.world_size) == (b"model", {}, 2)


def test_old_checkpoints_go_but_never_the_last_whole_ones_nor_another_runs(tmp_path: Path) -> None:
    foreign = Checkpoints(tmp_path, "b" * 32, fence=0).commit(1, b"", {})
    first = Checkpoints(tmp_path, RUN, fence=1)
    for step in (5, 10, 15, 20, 25):
        path = first.commit(step, b"x", {})
    assert [place.step for place in places(tmp_path)] == [25, 20, 15, 1]
    for step in (20, 25):
        (tmp_path / str(step) / "1" / "shard-0.bin").write_bytes(b"y")
    second = Checkpoints(tmp_path, RUN, fence=2)
    assert second.resume(str(path), print).step == 15
    second.commit(20, b"x", {})
    assert (tmp_path / "15" / "1" / "manifest.json").exists()
    assert foreign.exists()


def rotten(folder: Path, *steps: int) -> None:
    """Commits of an earlier attempt whose shards have rotted since."""
    for step in steps:
        path = Checkpoints(folder, RUN, fence=1).commit(step, b"x", {})
        (path.parent / "shard-0.bin").write_bytes(b"y")


def test_rotten_checkpoints_ahead_cost_a_fresh_start_none_of_its_own(tmp_path: Path) -> None:
    rotten(tmp_path, 15, 20, 25)
    again = Checkpoints(tmp_path, RUN, fence=2)
    assert again.resume("", print) is None
    for step in (5, 10):
        assert again.commit(step, b"x", {}).exists()
    assert [place.step for place in places(tmp_path) if place.fence == 2] == [10, 5]


def test_rotten_checkpoints_that_the_launcher_passed_over_do_not_count_as_kept(tmp_path: Path) -> None:
    path = Checkpoints(tmp_path, RUN, fence=1).commit(10, b"x", {})
    rotten(tmp_path, 15, 20)
    again = Checkpoints(tmp_path, RUN, fence=2)
    assert again.resume(str(path), print).step == 10
    assert again.commit(12, b"x", {}).exists()
    assert path.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"shards": ["shard-0.bin"]},
        {"shards": [{"path": "shard-0.bin", "size": 1}]},
        {"shards": 1},
        {"shards": []},
        {"runId": None},
        {"state": None},
    ],
)
def test_a_manifest_of_another_form_is_passed_over(tmp_path: Path, change: dict) -> None:
    checkpoints = Checkpoints(tmp_path, RUN, fence=1)
    whole, path = (checkpoints.commit(step, b"x", {}) for step in (5, 10))
    content = {**json.loads(path.read_bytes()), "worldSize": 0 if change == {"shards": []} else 1, **change}
    del content["digest"]
    for name in [name for name, value in change.items() if value is None]:
        del content[name]
    path.write_text(json.dumps(content))
    said: list[str] = []
    assert newest_whole(tmp_path, RUN, said.append) == whole
    assert checkpoints.resume(str(path), said.append).step == 5
    assert len(said) == 2
    assert all("does not have the form of this protocol; an older" in line for line in said)
