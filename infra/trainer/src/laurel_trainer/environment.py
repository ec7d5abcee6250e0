"""The variables of the trainer protocol, read once and checked all together."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from laurel_trainer.failures import BadConfiguration
from laurel_trainer.manifest import PROTOCOL

Parameter = str | int | float | bool


@dataclass(frozen=True)
class Environment:
    """What the launcher said."""

    run_id: str
    data_folder: Path
    output_folder: Path
    checkpoint_folder: Path
    parameters: Mapping[str, Parameter]
    seed: int
    fence: int
    checkpoint_every: int
    resume_from: str
    rank: int
    world_size: int


class _Reading:
    """Collects what is wrong, so that a person hears of everything at once."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.problems: list[str] = []

    def need(self, name: str) -> str:
        if not self.variables.get(name):
            self.problems.append(f"{name} is not set")
        return self.variables.get(name, "")

    def number(self, name: str, default: int, least: int | None = None) -> int:
        text = self.variables.get(name) or str(default)
        if not text.removeprefix("-").isdecimal():
            self.problems.append(f"{name} must be an integer, not {text!r}")
            return default
        if least is not None and int(text) < least:
            self.problems.append(f"{name} must be at least {least}")
        return int(text)

    def parameters(self) -> Mapping[str, Parameter]:
        try:
            given = json.loads(self.variables.get("LAUREL_PARAMS") or "{}")
        except ValueError as error:
            self.problems.append(f"LAUREL_PARAMS is not JSON ({error})")
            return {}
        if not isinstance(given, dict):
            self.problems.append("LAUREL_PARAMS must be a JSON object")
            return {}
        return given


def read_environment(variables: Mapping[str, str]) -> Environment:
    """Reads the protocol's variables; ``BadConfiguration`` names everything that is wrong, all together."""
    reading = _Reading(variables)
    spoken = variables.get("LAUREL_PROTOCOL", PROTOCOL)
    if spoken != PROTOCOL:
        reading.problems.append(f"LAUREL_PROTOCOL is {spoken!r}; this package speaks {PROTOCOL!r}")
    found = Environment(
        run_id=reading.need("LAUREL_RUN_ID"),
        data_folder=Path(reading.need("LAUREL_DATA_DIR")),
        output_folder=Path(reading.need("LAUREL_OUTPUT_DIR")),
        checkpoint_folder=Path(reading.need("LAUREL_CHECKPOINT_DIR")),
        parameters=reading.parameters(),
        seed=reading.number("LAUREL_SEED", 0),
        fence=reading.number("LAUREL_FENCE", 0, least=0),
        checkpoint_every=reading.number("LAUREL_CHECKPOINT_EVERY", 50, least=1),
        resume_from=variables.get("LAUREL_RESUME", ""),
        rank=reading.number("RANK", 0, least=0),
        world_size=reading.number("WORLD_SIZE", 1, least=1),
    )
    if reading.problems:
        raise BadConfiguration(f"The environment does not follow the trainer protocol: {'; '.join(reading.problems)}.")
    return found
