"""A commit may die anywhere and any stored byte may rot: resuming finds the newest checkpoint that verifies.

Sampled by default; `--whole` kills inside every step and at 200 random bytes, and corrupts 300 times.
"""

import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from laurel_trainer import Checkpoints, TryAgain, durable
from laurel_trainer.checkpoints import highest_fence
from laurel_trainer.manifest import Place, newest_whole

RUN = "a" * 32
SHARD = random.Random(1).randbytes(20_000)


def in_child(act: Callable[[], object]) -> int:
    """Runs ``act`` in a forked process; returns the signal that ended it, 0 for none."""
    child = os.fork()
    if child == 0:
        try:
            act()
        finally:
            sys.stdout.flush()
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) * -1


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dying_at(byte: int) -> Callable[[int, bytes], None]:
    """A write that is cut off, with its process, after ``byte`` bytes of all that the process writes."""
    written = 0

    def write(descriptor: int, content: bytes) -> None:
        nonlocal written
        if written + len(content) > byte:
            os.write(descriptor, content[: byte - written])
            die()
        os.write(descriptor, content)
        written += len(content)

    return write


def commit(folder: Path, step: int, fence: int) -> None:
    Checkpoints(folder, RUN, fence).commit(step, SHARD + bytes([step]), {"step": step}, {"rng": "x" * 500})


def size_of_a_commit(folder: Path) -> int:
    sizes: list[int] = []
    original = durable._write
    try:
        durable._write = lambda descriptor, content: (sizes.append(len(content)), original(descriptor, content))
        commit(folder, 5, 1)
    finally:
        durable._write = original
    return sum(sizes)


def resumed(folder: Path, said: list[str] | None = None) -> int:
    """The step from which the next attempt goes on, after it has checked every byte; 0 at the beginning."""
    manifest = newest_whole(folder, RUN, (said if said is not None else []).append)
    found = Checkpoints(folder, RUN, highest_fence(folder) + 1).resume(str(manifest or ""), print)
    if found is None:
        return 0
    assert found.shard == SHARD + bytes([found.step])
    assert found.state == {"step": found.step}
    return found.step


def goes_on(folder: Path) -> None:
    """The next attempt takes the folder over and commits further steps, whatever lies about."""
    fence = highest_fence(folder) + 1
    Checkpoints(folder, RUN, fence).claim()
    commit(folder, 15, fence)
    commit(folder, 20, fence)
    assert resumed(folder) == 20
    assert json.loads((folder / "LATEST").read_text())["step"] == 20


def test_sigkill_before_each_step_of_a_commit_leaves_the_checkpoint_before_or_the_new_one(tmp_path: Path) -> None:
    place = Place(10, 2, tmp_path)
    steps = len(Checkpoints(tmp_path, RUN, 2).steps_of_commit(place, b"", {}, {}))
    ended = []
    for number in range(steps + 1):
        folder = tmp_path / str(number)
        commit(folder, 5, 1)

        def die_before(number: int = number, folder: Path = folder) -> None:
            place = Place(10, 2, folder / "10" / "2")
            acts = Checkpoints(folder, RUN, 2).steps_of_commit(place, SHARD + bytes([10]), {"step": 10}, {})
            for act in acts[:number]:
                act()
            die()

        assert in_child(die_before) == signal.SIGKILL
        ended.append(resumed(folder))
        goes_on(folder)
    published = steps - 2  # the manifest is written in the last step but two
    assert ended == [5] * published + [10] * (steps + 1 - published)


def test_sigkill_at_any_byte_leaves_the_checkpoint_before_or_the_new_one(tmp_path: Path, whole: bool) -> None:
    size = size_of_a_commit(tmp_path / "measured")
    chosen = random.Random(2).sample(range(size), 200 if whole else 40)
    outcomes = []
    for byte in [*chosen, 0, size - 1]:
        folder = tmp_path / str(byte)
        commit(folder, 5, 1)

        def cut(byte: int = byte, folder: Path = folder) -> None:
            durable._write = dying_at(byte)
            commit(folder, 10, 2)

        assert in_child(cut) == signal.SIGKILL
        outcomes.append((byte, resumed(folder)))
        goes_on(folder)
        shutil.rmtree(folder)
    assert {step for _, step in outcomes} <= {5, 10}
    assert all(earlier[1] <= later[1] for earlier, later in zip(sorted(outcomes), sorted(outcomes)[1:], strict=False))


def corruption(draw: random.Random, file: Path) -> str:
    """Damages one file and says how."""
    content = bytearray(file.read_bytes())
    kind = draw.choice(["flip", "flip", "cut", "grow", "empty", "remove", "zero", "swap"])
    at = draw.randrange(max(1, len(content)))
    match kind:
        case "flip":
            content[at] ^= 1 << draw.randrange(8)
        case "cut":
            del content[at:]
        case "grow":
            content += draw.randbytes(1 + at % 7)
        case "empty":
            content.clear()
        case "zero":
            content[at : at + 512] = bytes(len(content[at : at + 512]))
        case "swap":
            content[:] = draw.randbytes(len(content))
        case "remove":
            file.unlink()
            return kind
    file.write_bytes(content)
    return kind


def test_whatever_is_corrupted_the_newest_that_verifies_is_resumed(tmp_path: Path, whole: bool) -> None:
    for number in range(300 if whole else 60):
        draw = random.Random(1000 + number)
        folder = tmp_path / str(number)
        for step in (5, 10, 15):
            commit(folder, step, 1)
        Checkpoints(folder, RUN, 1).claim()
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        hit = {draw.choice([5, 10, 15]) for _ in range(draw.randint(1, 3))}
        for step in hit:
            corruption(draw, folder / str(step) / "1" / draw.choice(["manifest.json", "shard-0.bin"]))
        for name in draw.sample(["LATEST", "FENCE"], draw.randint(0, 2)):
            corruption(draw, folder / name)
        changed = {step for step in hit if _differs(folder / str(step) / "1", before)}
        said: list[str] = []
        expected = max([step for step in (5, 10, 15) if step not in changed], default=0)
        assert resumed(folder, said) == expected, (number, hit, said)
        broken = [step for step in changed if step > expected and (folder / str(step) / "1" / "manifest.json").exists()]
        assert len(said) == len(broken), said
        goes_on(folder)
        shutil.rmtree(folder)


def _differs(folder: Path, before: dict[Path, bytes]) -> bool:
    """A change that leaves what the manifest says as it was (white space) is none."""
    for path in (folder / "manifest.json", folder / "shard-0.bin"):
        if not path.exists():
            return True
        now = path.read_bytes()
        if now != before[path] and (path.suffix == ".bin" or _parsed(now) != _parsed(before[path])):
            return True
    return False


def _parsed(content: bytes) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


@pytest.mark.parametrize("seed", [1, 2])
def test_two_rival_writers_leave_latest_monotone(tmp_path: Path, seed: int) -> None:
    def write(fence: int) -> None:
        draw = random.Random(seed * 10 + fence)
        for step in range(1, 60):
            try:
                commit(tmp_path, step, fence)
            except TryAgain:
                os._exit(0)
            time.sleep(draw.random() * 0.003)

    children = []
    for fence in (1, 1, 2):
        child = os.fork()
        if child == 0:
            time.sleep(0.05 * (fence - 1))
            write(fence)
            os._exit(0)
        children.append(child)
    seen = _watch(tmp_path / "LATEST", children)
    assert len(seen) > 5
    assert seen == sorted(seen)
    assert seen[-1] == (59, 2)
    assert resumed(tmp_path) == 59


def _watch(latest: Path, children: list[int]) -> list[tuple[int, int]]:
    seen: list[tuple[int, int]] = []
    while children:
        if latest.exists():
            content = json.loads(latest.read_bytes())
            seen.append((content["step"], content["fence"]))
        children = [child for child in children if os.waitpid(child, os.WNOHANG)[0] == 0]
    content = json.loads(latest.read_bytes())
    return [*seen, (content["step"], content["fence"])]
