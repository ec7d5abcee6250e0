"""Watches whether every parameter of a network moves, while an unchanged trainer trains.

    python -m laurel_trainer.gradient_flow 5 train.py

runs ``train.py`` as it is. The first ``Training`` (``laurel_trainer.torch``) in it is watched for 5 steps, and what
its parameters did is written to ``gradient_flow.json`` in the output folder, which ``laurel ci`` judges. A trainer that uses
no ``Training`` writes the file without parameters.
"""

import json
import os
import runpy
import sys
from pathlib import Path

import torch

from laurel_trainer import torch as training_module

FILE = "gradient_flow.json"


class Watch:
    """Compares parameters with what they were before the first step, and keeps the largest gradient of each."""

    def __init__(self, steps: int) -> None:
        self.steps, self.seen = steps, 0
        self.model: torch.nn.Module | None = None
        self.before: dict[str, torch.Tensor] = {}
        self.changed: set[str] = set()
        self.gradients: dict[str, float] = {}

    def begin(self, model: torch.nn.Module) -> None:
        self.model = model
        self.before = {name: value.detach().clone() for name, value in model.named_parameters()}

    def step(self) -> None:
        if self.model is None or self.seen >= self.steps:
            return
        self.seen += 1
        for name, value in self.model.named_parameters():
            if value.grad is not None:
                largest = float(value.grad.abs().max())
                self.gradients[name] = max(self.gradients.get(name, 0.0), largest)
            if not torch.equal(value.detach(), self.before[name]):
                self.changed.add(name)

    def report(self) -> dict:
        return {
            "steps": self.seen,
            "parameters": [
                {"name": name, "changed": name in self.changed, "gradient": _finite(self.gradients.get(name))}
                for name in self.before
            ],
        }


def _finite(value: float | None) -> float | None:
    return value if value is not None and value < float("inf") else None


def attach(watch: Watch) -> None:
    """From here on the first ``Training`` that is made tells ``watch`` of its steps."""
    kind = training_module.Training
    init, step_done = kind.__init__, kind.step_done

    def begins(self, job, model, optimizer, **others) -> None:
        init(self, job, model, optimizer, **others)
        if watch.model is None:
            watch.begin(model)
            self._watched = True

    def stepped(self, *given, **named) -> None:
        if getattr(self, "_watched", False):
            watch.step()
        step_done(self, *given, **named)

    kind.__init__, kind.step_done = begins, stepped


def main(arguments: list[str]) -> None:
    steps, script, *rest = arguments
    watch = Watch(int(steps))
    attach(watch)
    sys.argv = [script, *rest]
    sys.path[0] = str(Path(script).resolve().parent)
    try:
        runpy.run_path(script, run_name="__main__")
    finally:
        if os.environ.get("RANK", "0") == "0":
            Path(os.environ["LAUREL_OUTPUT_DIR"], FILE).write_text(json.dumps(watch.report()), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
