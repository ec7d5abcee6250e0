"""One training job as the trainer protocol describes it: environment in, JSON lines, files and an exit code out."""

import math
import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING

from laurel_trainer import rng, stop_signal
from laurel_trainer.checkpoints import Checkpoint, Checkpoints
from laurel_trainer.environment import Environment, Parameter, read_environment
from laurel_trainer.failures import BadData, BadParameters, NotANumber, PeerLost, Preempted, recognised
from laurel_trainer.meter import Meter
from laurel_trainer.protocol import emit, emit_failure

if TYPE_CHECKING:
    from laurel_trainer.data import Table

PROGRESS_SECONDS = 1.0

# From SIGTERM to the begin of the save. Kubernetes' spot nodes give a pod 15 seconds in all; a step that has not ended
# by then costs the work since the last checkpoint.
STOP_SECONDS = 12.0
MANIFEST_SECONDS = 10.0

# Exits that wait for nothing: the machine is about to go, or a group that lost a rank waits for it in its clean-up.
AT_ONCE = (Preempted.exit_code, PeerLost.exit_code)

Snapshot = Callable[[], tuple[bytes, dict]]


@dataclass
class Job:
    """What a trainer was asked to do, and how it reports. Made by ``run`` from the environment."""

    asked: Environment
    checkpoints: Checkpoints
    stopping: bool = False
    _interruptible: bool = field(default=True, repr=False)
    _saving: bool = field(default=False, repr=False)
    _ended: bool = field(default=False, repr=False)
    _reported: float = field(default=0.0, repr=False)
    _meter: Meter = field(default_factory=Meter, repr=False)

    def __post_init__(self) -> None:
        asked = self.asked
        self.run_id, self.seed, self.checkpoint_every = asked.run_id, asked.seed, asked.checkpoint_every
        self.data_folder, self.output_folder = asked.data_folder, asked.output_folder
        self.rank, self.world_size = asked.rank, asked.world_size

    @staticmethod
    def from_environment(variables: Mapping[str, str]) -> "Job":
        """Reads the protocol's variables; ``BadConfiguration`` names everything that is wrong, all together."""
        asked = read_environment(variables)
        folder, fence = asked.checkpoint_folder, asked.fence
        return Job(asked, Checkpoints(folder, asked.run_id, fence, asked.rank, asked.world_size))

    def parameters(self, **defaults: Parameter) -> SimpleNamespace:
        """The given parameters over ``defaults``. A name without a default, or another type, is ``BadParameters``."""
        given = self.asked.parameters
        unknown = sorted(set(given) - set(defaults))
        if unknown:
            known = ", ".join(sorted(defaults))
            raise BadParameters(f"Unknown parameter {', '.join(unknown)}; this trainer knows {known}.")
        return SimpleNamespace(**{n: _typed(n, given.get(n, d), d) for n, d in defaults.items()})

    def load(self) -> "Table":
        """Train and validation rows with their schema."""
        from laurel_trainer.data import Table, read_part, read_schema

        schema = read_schema(self.data_folder / "schema.json")
        train, validation = (read_part(self.data_folder / f"{p}.parquet", schema) for p in ("train", "validation"))
        if train.empty or validation.empty:
            raise BadData("The train or the validation part has no rows; give the project more data.")
        return Table(schema, train, validation)

    def warning(self, message: str) -> None:
        """Tells people something that does not stop the training."""
        if self.rank == 0:
            emit("warning", message=message)

    def progress(self, step: int, total: int | None, metrics: Mapping[str, float]) -> None:
        """Reports a step with its throughput. A metric that is not a finite number ends the trainer: ``NotANumber``."""
        for name, value in metrics.items():
            if not math.isfinite(value):
                raise NotANumber(name, value, step)
        self._reported = time.monotonic()
        if self.rank == 0:
            plain = {name: float(value) for name, value in metrics.items()}  # JSON knows no scalar of NumPy or torch
            emit("progress", step=step, totalSteps=total, metrics={**plain, **self._meter.measures(total)})

    def step_done(
        self,
        step: int,
        total: int | None,
        metrics: Mapping[str, float],
        snapshot: Snapshot,
        *,
        rows: int | None = None,
        stop: bool | None = None,
        savable: bool = True,
    ) -> None:
        """Call after every step. Reports about once a second and commits ``snapshot()`` when a checkpoint is due.

        After SIGTERM it commits ``snapshot()`` and ends the trainer with 143. ``rows`` is how many rows the step took.
        ``stop`` is what several ranks have agreed on in place of this rank's own signal. A step that is not ``savable``
        is one from which a resumed training would differ: then the last checkpoint counts.
        """
        stop = self.stopping if stop is None else stop
        due = step % self.checkpoint_every == 0
        self._meter.moved(step, rows)
        overdue = time.monotonic() - self._reported >= PROGRESS_SECONDS
        if due or overdue or stop or step == total or not all(map(math.isfinite, metrics.values())):
            self.progress(step, total, metrics)
        if due or (stop and savable):
            self.checkpoint(step, *snapshot())
        if stop:
            self._stop(step if due or savable else None)

    def checkpoint(self, step: int, shard: bytes, state: dict) -> None:
        """Commits a checkpoint now, with the state of this rank's random generators. Every rank calls it."""
        self._saving = True
        try:
            manifest = self.checkpoints.commit(step, shard, state, {"rng": rng.capture()})
            if manifest is not None:
                emit("checkpoint", step=step, manifest=str(manifest))
        finally:
            self._saving = False

    def resume(self) -> Checkpoint | None:
        """The checkpoint to go on from, verified, or ``None`` for a fresh start; sets the random generators back.

        Call it right before the training loop: from here on SIGTERM waits for the end of the step (``step_done``)
        instead of ending the trainer at once.
        """
        self.checkpoints.claim()
        found = self.checkpoints.resume(self.asked.resume_from, self.warning)
        self.training_begins(found)
        return found

    def training_begins(self, found: Checkpoint | None) -> None:
        """What ``resume`` does after it has found a checkpoint, for an adapter that looks for it in its own way."""
        if found is not None:
            rng.restore(found.own.get("rng", {}))
        self._meter.start(found.step if found is not None else 0)
        self._interruptible = False
        if self.stopping:
            raise Preempted("Asked to stop before the first step; nothing is lost.")

    def training_ended(self) -> None:
        """From here on SIGTERM ends the trainer at once again: the last checkpoint is all there is to keep."""
        self._interruptible = True
        if self.stopping:
            raise Preempted("Asked to stop; the last checkpoint is committed.")

    def terminate(self, *_: object) -> None:
        """The SIGTERM handler: raises a flag; only outside the training loop does it end the trainer by itself."""
        if self.stopping:
            return
        self.stopping = True
        if self._interruptible:
            raise Preempted("Asked to stop outside the training loop; nothing newer than the last checkpoint is lost.")

    def give_up(self) -> None:
        """In a thread from SIGTERM on: ends a trainer that has not ended in time, but not in the middle of a save."""
        time.sleep(STOP_SECONDS)
        while self._saving:
            time.sleep(0.05)
        if self._ended:
            return
        said = f"The trainer did not end within {STOP_SECONDS:.0f} s after SIGTERM; the last checkpoint counts.\n"
        os.write(2, said.encode())
        os._exit(Preempted.exit_code)

    def end(self) -> None:
        """From here on SIGTERM changes nothing: the process is about to end with its own exit code."""
        stop_signal.ignore()
        self._ended = True

    def _stop(self, saved: int | None) -> None:
        if saved is None:
            raise Preempted("Asked to stop; the last checkpoint is committed.")
        if self.rank != 0:
            self.checkpoints.await_manifest(saved, MANIFEST_SECONDS)
        raise Preempted(f"Asked to stop; a checkpoint of step {saved} is committed.")


def run(main: Callable[[Job], None]) -> None:
    """Runs ``main(job)`` and ends the process with the exit code of the protocol; says why on standard error."""
    job = None
    try:
        job = Job.from_environment(os.environ)
        stop_signal.hear(job.terminate, job.give_up)
        job.output_folder.mkdir(parents=True, exist_ok=True)
        job.checkpoints.folder.mkdir(parents=True, exist_ok=True)
        rng.seed(job.seed)
        main(job)
        job.end()
        code = 0
    except Exception as error:  # noqa: BLE001 - whatever it is, the launcher needs a code and people a reason
        if job is not None:
            job.end()
        code = _explain(error)
    sys.stdout.flush()
    if code in AT_ONCE:
        sys.stderr.flush()
        os._exit(code)
    raise SystemExit(code)


def _explain(error: Exception) -> int:
    failure = recognised(error)
    if failure is None:
        traceback.print_exc()
        return 1
    if failure is not error:
        traceback.print_exception(error)
    print(failure, file=sys.stderr, flush=True)
    if failure.cause is not None:
        emit_failure(failure.cause, str(failure), failure.step)
    return failure.exit_code


def _typed(name: str, value: Parameter, default: Parameter) -> Parameter:
    kind = type(default)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind is int and isinstance(value, float) and value.is_integer():
        return int(value)
    if type(value) is not kind:
        raise BadParameters(f"The parameter {name} must be of type {kind.__name__}, not {value!r}.")
    return value
