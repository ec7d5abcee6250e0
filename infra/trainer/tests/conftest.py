"""Runs a trainer script as the launcher does: a process with the protocol's environment."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

TEMPLATE = Path(__file__).parent.parent / "templates" / "train.py"

collect_ignore = [] if find_spec("torch") else ["ranks"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--whole", action="store_true", help="every fault, not a sample")


@pytest.fixture(scope="session")
def whole(request: pytest.FixtureRequest) -> bool:
    """Whether to try every fault."""
    return request.config.getoption("--whole")


@dataclass
class Workshop:
    """The folders of one run, and how to start its trainer."""

    folder: Path
    script: Path = TEMPLATE
    parameters: dict = field(default_factory=dict)
    environment: dict = field(default_factory=dict)
    command: list[str] = field(default_factory=lambda: [sys.executable])

    @property
    def output(self) -> Path:
        return self.folder / "output"

    @property
    def checkpoints(self) -> Path:
        return self.folder / "checkpoints"

    def write(self, train: pd.DataFrame, validation: pd.DataFrame, schema: dict) -> None:
        data = self.folder / "data"
        data.mkdir(parents=True, exist_ok=True)
        train.to_parquet(data / "train.parquet")
        validation.to_parquet(data / "validation.parquet")
        (data / "schema.json").write_text(json.dumps(schema))

    def start(self, **more: str) -> subprocess.Popen:
        variables = {
            "PATH": os.environ["PATH"],
            "LAUREL_PROTOCOL": "1",
            "LAUREL_RUN_ID": "0" * 32,
            "LAUREL_DATA_DIR": str(self.folder / "data"),
            "LAUREL_OUTPUT_DIR": str(self.output),
            "LAUREL_CHECKPOINT_DIR": str(self.checkpoints),
            "LAUREL_PARAMS": json.dumps(self.parameters),
            "LAUREL_SEED": "7",
            "LAUREL_FENCE": "1",
            "LAUREL_RESUME": "",
            "LAUREL_CHECKPOINT_EVERY": "5",
            **self.environment,
            **more,
        }
        command = [*self.command, str(self.script)]
        return subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, **more: str) -> "Ended":
        process = self.start(**more)
        try:
            out, error = process.communicate(timeout=300)
        finally:
            process.kill()
        return Ended(process.returncode, out, error)

    def model(self) -> dict:
        return json.loads((self.output / "model.json").read_text())


@dataclass(frozen=True)
class Ended:
    """How a trainer ended and what it said."""

    code: int
    out: str
    error: str

    def events(self, kind: str) -> list[dict]:
        lines = [json.loads(line) for line in self.out.splitlines() if line.startswith('{"laurel"')]
        return [event for event in lines if event["laurel"] == kind]


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path, parameters={"n_estimators": 20})


def schema(task: str, positive: str | None = None, **kinds: str) -> dict:
    """A ``schema.json`` for columns given as ``name="kind/storage"``; the target is ``y``."""
    pairs = {name: text.split("/") for name, text in kinds.items()}
    columns = [{"name": n, "kind": k, "storage": s, "nullable": True} for n, (k, s) in pairs.items()]
    features = [name for name in kinds if name != "y"]
    return {"columns": columns, "target": "y", "task": task, "positive": positive, "features": features}


def rows(count: int, seed: int = 1) -> pd.DataFrame:
    """A table with all kinds of trouble: missing values, booleans, rare and many categories, constants, emptiness."""
    random = np.random.default_rng(seed)
    size = random.normal(size=count)
    color = random.choice(["red", "green", "blue"], count)
    return pd.DataFrame(
        {
            "size": np.where(random.random(count) < 0.1, np.nan, size),
            "count": random.integers(0, 9, count),
            "color": np.where(random.random(count) < 0.1, None, color),
            "member": pd.array(random.random(count) < 0.5, dtype="boolean"),
            "street": [f"street {i}" for i in random.integers(0, count, count)],
            "empty": pd.array([None] * count, dtype="Float64"),
            "constant": "same",
            "signal": size + (color == "red") + random.normal(scale=0.3, size=count),
        }
    )


KINDS = {
    "size": "numeric/float",
    "count": "numeric/integer",
    "color": "categorical/string",
    "member": "categorical/boolean",
    "street": "categorical/string",
    "empty": "numeric/float",
    "constant": "categorical/string",
}
