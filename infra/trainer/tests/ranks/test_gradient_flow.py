"""Every parameter of a network is watched while an unchanged script trains it."""

import json
import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import sys
import torch
import laurel_trainer
from laurel_trainer.torch import Training


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.used, self.cut, self.dead = torch.nn.Linear(3, 1), torch.nn.Linear(3, 1), torch.nn.Linear(3, 1)

    def forward(self, x):
        return self.used(x) + self.cut(x).detach() + 0.0 * self.dead(x)


def main(job):
    assert sys.argv[1:] == ["--quiet"], sys.argv
    network, x = Network(), torch.ones(40, 3)
    training = Training(job, network, torch.optim.SGD(network.parameters(), lr=0.1), rows=40, batch=4, epochs=1)
    for rows in training:
        training.descend((training.model(x[rows]) - 2.0).square().mean())
    training.end()


laurel_trainer.run(main)
"""


def watched(folder: Path, script: str, steps: int) -> tuple[int, dict]:
    (folder / "train.py").write_text(script)
    (folder / "out").mkdir()
    variables = {
        "LAUREL_RUN_ID": "a" * 32,
        "LAUREL_DATA_DIR": str(folder),
        "LAUREL_OUTPUT_DIR": str(folder / "out"),
        "LAUREL_CHECKPOINT_DIR": str(folder / "checkpoints"),
    }
    command = [sys.executable, "-m", "laurel_trainer.gradient_flow", str(steps), "train.py", "--quiet"]
    ended = subprocess.run(command, cwd=folder, env={**os.environ, **variables}, check=False)
    return ended.returncode, json.loads((folder / "out" / "gradient_flow.json").read_text())


def test_what_moves_and_what_no_gradient_reaches_are_told_apart(tmp_path: Path) -> None:
    code, report = watched(tmp_path, SCRIPT, 3)
    seen = {one["name"]: (one["changed"], one["gradient"]) for one in report["parameters"]}
    assert (code, report["steps"]) == (0, 3)
    assert seen["used.weight"][0] and seen["used.weight"][1] > 0
    assert seen["cut.weight"] == (False, None)
    assert seen["dead.weight"] == (False, 0.0)


def test_a_script_that_trains_no_network_gives_a_report_without_parameters(tmp_path: Path) -> None:
    code, report = watched(tmp_path, "raise SystemExit(3)\n", 3)
    assert (code, report) == (3, {"steps": 0, "parameters": []})
