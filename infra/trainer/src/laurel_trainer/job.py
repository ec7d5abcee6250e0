"""One training job as the trainer protocol describes it: environment in, JSON lines, files and an exit code out."""

import json
import math
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

from laurel_trainer.checkpoints import Checkpoint, Checkpoints
from laurel_trainer.data import Table, read_part, read_schema
from laurel_trainer.failures import BadConfiguration, BadData, BadParameters, Failure, Preempted

PROTOCOL = "1"
PROGRESS_SECONDS = 1.0

Parameter = str | int | float | bool


@dataclass
class Job:
    """What a trainer was asked to do, and how it reports. Made by ``run`` from the environment."""

    run_id: str
    data_folder: Path
    output_folder: Path
    checkpoints: Checkpoints
    given: Mapping[str, Parameter]
    seed: int
    checkpoint_every: int
    resume_from: str
    stopping: bool = False
    _interruptible: bool = field(default=True, repr=False)
    _reported: float = field(default=0.0, repr=False)

    @staticmethod
    def from_environment(environment: Mapping[str, str]) -> "Job":
        """Reads the protocol's variables; ``BadConfiguration`` names everything that is wrong, all together."""
        problems: list[str] = []

        def need(name: str) -> str:
            if not environment.get(name):
                problems.append(f"{name} is not set")
            return environment.get(name, "")

        def number(name: str, default: int) -> int:
            text = environment.get(name) or str(default)
            if not text.lstrip("-").isdigit():
                problems.append(f"{name} must be an integer, not {text!r}")
                return default
            return int(text)

        if environment.get("LAUREL_PROTOCOL", PROTOCOL) != PROTOCOL:
            problems.append(f"LAUREL_PROTOCOL is {environment['LAUREL_PROTOCOL']!r}; this package speaks {PROTOCOL!r}")
        run_id, data, output = need("LAUREL_RUN_ID"), need("LAUREL_DATA_DIR"), need("LAUREL_OUTPUT_DIR")
        folder = Path(need("LAUREL_CHECKPOINT_DIR"))
        rank, world = number("RANK", 0), number("WORLD_SIZE", 1)
        checkpoints = Checkpoints(folder, run_id, number("LAUREL_FENCE", 0), rank, world)
        seed, every = number("LAUREL_SEED", 0), number("LAUREL_CHECKPOINT_EVERY", 50)
        if every < 1:
            problems.append("LAUREL_CHECKPOINT_EVERY must be at least 1")
        if problems:
            raise BadConfiguration(f"The environment does not follow the trainer protocol: {'; '.join(problems)}.")
        given = _parameters(environment.get("LAUREL_PARAMS") or "{}")
        resume = environment.get("LAUREL_RESUME", "")
        return Job(run_id, Path(data), Path(output), checkpoints, given, seed, every, resume)

    def parameters(self, **defaults: Parameter) -> SimpleNamespace:
        """The given parameters over ``defaults``. A name without a default, or another type, is ``BadParameters``."""
        unknown = sorted(set(self.given) - set(defaults))
        if unknown:
            known = ", ".join(sorted(defaults))
            raise BadParameters(f"Unknown parameter {', '.join(unknown)}; this trainer knows {known}.")
        return SimpleNamespace(**{n: _typed(n, self.given.get(n, d), d) for n, d in defaults.items()})

    def load(self) -> Table:
        """Train and validation rows with their schema."""
        schema = read_schema(self.data_folder / "schema.json")
        train, validation = (read_part(self.data_folder / f"{p}.parquet", schema) for p in ("train", "validation"))
        if train.empty or validation.empty:
            raise BadData("The train or the validation part has no rows; give the project more data.")
        return Table(schema, train, validation)

    def warning(self, message: str) -> None:
        """Tells people something that does not stop the training."""
        self._emit({"laurel": "warning", "message": message})

    def progress(self, step: int, total: int | None, metrics: Mapping[str, float]) -> None:
        """Reports a step. A metric that is not a finite number ends the trainer as ``BadData`` and names the step."""
        for name, value in metrics.items():
            if not math.isfinite(value):
                raise BadData(f"{name} is {value} at step {step}; lower the learning rate or look for broken values.")
        self._reported = time.monotonic()
        self._emit({"laurel": "progress", "step": step, "totalSteps": total, "metrics": dict(metrics)})

    def step_done(
        self, step: int, total: int | None, metrics: Mapping[str, float], snapshot: Callable[[], tuple[bytes, dict]]
    ) -> None:
        """Call after every step. Reports about once a second and commits ``snapshot()`` when a checkpoint is due.

        After SIGTERM it commits ``snapshot()`` and ends the trainer with 143.
        """
        due = step % self.checkpoint_every == 0
        overdue = time.monotonic() - self._reported >= PROGRESS_SECONDS
        if due or overdue or step == total or not all(map(math.isfinite, metrics.values())):
            self.progress(step, total, metrics)
        if due or self.stopping:
            self.checkpoint(step, *snapshot())
        if self.stopping:
            raise Preempted(f"Asked to stop; a checkpoint of step {step} is committed.")

    def checkpoint(self, step: int, shard: bytes, state: dict) -> None:
        """Commits a checkpoint now."""
        manifest = self.checkpoints.commit(step, shard, state)
        if manifest is not None:
            self._emit({"laurel": "checkpoint", "step": step, "manifest": str(manifest)})

    def resume(self) -> Checkpoint | None:
        """The checkpoint to go on from, verified, or ``None`` for a fresh start.

        From here on SIGTERM waits for the end of the step (``step_done``) instead of ending the trainer at once.
        """
        found = self.checkpoints.resume(self.resume_from, self.warning)
        self._interruptible = False
        return found

    def training_ended(self) -> None:
        """From here on SIGTERM ends the trainer at once again: the last checkpoint is all there is to keep."""
        self._interruptible = True
        if self.stopping:
            raise Preempted("Asked to stop; the last checkpoint is committed.")

    def terminate(self, *_: object) -> None:
        """The SIGTERM handler."""
        self.stopping = True
        if self._interruptible:
            raise Preempted("Asked to stop outside the training loop; nothing newer than the last checkpoint is lost.")

    def _emit(self, event: dict) -> None:
        if self.checkpoints.rank == 0:
            print(json.dumps(event, allow_nan=False), flush=True)


def run(main: Callable[[Job], None]) -> None:
    """Runs ``main(job)`` and ends the process with the exit code of the protocol; says why on standard error."""
    try:
        job = Job.from_environment(os.environ)
        signal.signal(signal.SIGTERM, job.terminate)
        job.output_folder.mkdir(parents=True, exist_ok=True)
        job.checkpoints.folder.mkdir(parents=True, exist_ok=True)
        main(job)
        code = 0
    except Failure as failure:
        print(failure, file=sys.stderr, flush=True)
        code = failure.exit_code
    except MemoryError:
        print("Out of memory: the training needs more memory than this machine gives it.", file=sys.stderr, flush=True)
        code = 1
    except Exception:  # noqa: BLE001 - whatever it is, its author needs the traceback and the launcher a code
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    raise SystemExit(code)


def _parameters(text: str) -> dict[str, Parameter]:
    try:
        given = json.loads(text)
    except ValueError as error:
        raise BadConfiguration(f"LAUREL_PARAMS is not JSON: {error}.") from error
    if not isinstance(given, dict):
        raise BadConfiguration("LAUREL_PARAMS must be a JSON object.")
    return given


def _typed(name: str, value: Parameter, default: Parameter) -> Parameter:
    kind = type(default)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind is int and isinstance(value, float) and value.is_integer():
        return int(value)
    if type(value) is not kind:
        raise BadParameters(f"The parameter {name} must be of type {kind.__name__}, not {value!r}.")
    return value
