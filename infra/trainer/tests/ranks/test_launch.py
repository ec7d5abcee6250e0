"""Ranks end together, and as the first of them ended."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPT = """
import os, signal, sys, time
rank, how = int(os.environ["RANK"]), sys.argv[1]
os.write(1, f"pid {os.getpid()} port {os.environ['MASTER_PORT']}\\n".encode())
def leave(*_):
    time.sleep(0.2 * rank)
    sys.exit(143)
if how == "commit":
    signal.signal(signal.SIGTERM, leave)
if how == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if how == "data" and rank == 1:
    time.sleep(0.5)
    sys.exit(65)
if how == "killed" and rank == 1:
    time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGKILL)
if how == "done":
    sys.exit(0)
if how in ("commit", "deaf"):
    os.write(1, b"ready\\n")
time.sleep(60)
"""


def started(folder: Path, how: str) -> tuple[subprocess.Popen, list[int], int]:
    """A launch of two ranks; their process ids and their port."""
    script = folder / "rank.py"
    script.write_text(SCRIPT)
    command = [sys.executable, "-m", "laurel_trainer.launch", "-n", "2", "--", sys.executable, str(script), how]
    launch = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    said = [launch.stdout.readline().split() for _ in range(4 if how in ("commit", "deaf") else 2)]
    told = [line for line in said if line[0] == "pid"]
    return launch, [int(line[1]) for line in told], int(told[0][3])


def is_gone(pid: int) -> bool:
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return True


def assert_nothing_is_left(pids: list[int], port: int) -> None:
    until = time.monotonic() + 10
    while not all(map(is_gone, pids)):
        assert time.monotonic() < until, "a rank outlives its launch"
        time.sleep(0.05)
    listening = {line.split()[1].split(":")[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]}
    assert f"{port:04X}" not in listening


@pytest.mark.parametrize(("how", "code"), [("done", 0), ("data", 65), ("killed", 137)])
def test_the_exit_code_is_that_of_the_rank_that_failed_first(tmp_path: Path, how: str, code: int) -> None:
    launch, pids, port = started(tmp_path, how)
    assert launch.wait(timeout=60) == code
    assert_nothing_is_left(pids, port)


def test_sigterm_reaches_the_ranks_and_ends_with_143_when_all_have_saved(tmp_path: Path) -> None:
    launch, pids, port = started(tmp_path, "commit")
    launch.send_signal(signal.SIGTERM)
    assert launch.wait(timeout=60) == 143
    assert_nothing_is_left(pids, port)


@pytest.mark.parametrize("victim", ["rank", "launch"])
def test_sigkill_of_one_ends_all_within_ten_seconds(tmp_path: Path, victim: str) -> None:
    launch, pids, port = started(tmp_path, "deaf")
    began = time.monotonic()
    os.kill(launch.pid if victim == "launch" else pids[1], signal.SIGKILL)
    assert launch.wait(timeout=60) == (-signal.SIGKILL if victim == "launch" else 137)
    assert_nothing_is_left(pids, port)
    assert time.monotonic() - began < 10
