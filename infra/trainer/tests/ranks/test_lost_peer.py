"""A rank that is killed ends the others wherever they are, on machines of their own too."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import os, signal, sys
from pathlib import Path
import torch
from jobs import job
from laurel_trainer.checkpoints import Checkpoints
from laurel_trainer.job import run
from laurel_trainer.torch import Training, join

rank, where = int(os.environ["RANK"]), sys.argv[1]

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def train(one):
    join(one)
    if rank == 1 and where == "before its files":
        Checkpoints.commit = die
    if rank == 1 and where == "after its files":
        one.checkpoints.peers.wrote = die
    network = torch.nn.Linear(1, 1)
    training = Training(one, network, torch.optim.SGD(network.parameters(), lr=0.1), rows=64, batch=4, epochs=4)
    for rows in training:
        loss = training.model(torch.ones(len(rows), 1)).mean()
        training.optimizer.zero_grad()
        loss.backward()
        training.optimizer.step()
        training.step_done(loss)
    training.end()
    (one.output_folder / f"done-{rank}").touch()

run(train)
"""


def started(folder: Path, where: str) -> list[subprocess.Popen]:
    """Two ranks, each as a machine of its own starts it: nobody watches both."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name in ("checkpoints", "output"):
        (folder / name).mkdir()
    tests = Path(__file__).parents[1]
    shared = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, [tests, tests.parent / "src"])),
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
        "WORLD_SIZE": "2",
        "LAUREL_RUN_ID": "a" * 32,
        "LAUREL_DATA_DIR": str(folder / "data"),
        "LAUREL_OUTPUT_DIR": str(folder / "output"),
        "LAUREL_CHECKPOINT_DIR": str(folder / "checkpoints"),
        "LAUREL_SEED": "7",
        "LAUREL_FENCE": "1",
        "LAUREL_CHECKPOINT_EVERY": "2",
    }
    script = folder / "train.py"
    script.write_text(SCRIPT)
    return [
        subprocess.Popen(
            [sys.executable, str(script), where],
            env={**shared, "RANK": str(rank), "LOCAL_RANK": "0"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(2)
    ]


@pytest.mark.parametrize("where", ["before its files", "after its files"])
def test_a_rank_killed_in_a_commit_ends_the_other_within_ten_seconds(tmp_path: Path, where: str) -> None:
    first, second = started(tmp_path, where)
    assert second.wait(timeout=60) == -signal.SIGKILL
    try:
        assert first.wait(timeout=10) == 75
    finally:
        first.kill()
    assert "Another rank is gone" in first.stderr.read()
    assert not list((tmp_path / "checkpoints").glob("*/*/manifest.json"))


def test_two_ranks_that_live_commit_every_checkpoint(tmp_path: Path) -> None:
    assert [rank.wait(timeout=60) for rank in started(tmp_path, "nowhere")] == [0, 0]
    assert (tmp_path / "checkpoints" / "LATEST").exists()
