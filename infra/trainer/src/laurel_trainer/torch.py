"""PyTorch: a training loop that several ranks leave together and enter again where they left.

    device = join(job)
    network = Network().to(device)
    training = Training(job, network, torch.optim.Adam(network.parameters()), rows=len(x), batch=256, epochs=20)
    for rows in training:
        loss = loss_of(training.model(x[rows]), y[rows])
        training.descend(loss)
    training.end()

Under ``laurel_trainer.launch`` the model is wrapped in DistributedDataParallel: gloo on CPUs, NCCL on GPUs. At the same
number of ranks a resumed training equals an undisturbed one bit for bit; the number may change, at the price of that.
"""

import io
import math
import os
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import torch
from torch import distributed
from torch.nn.parallel import DistributedDataParallel

from laurel_trainer import rng
from laurel_trainer.checkpoints import Checkpoint
from laurel_trainer.failures import BadParameters, NotANumber
from laurel_trainer.job import Job
from laurel_trainer.manifest import Refused, passed_over

# How long a rank waits for the others: for the slowest step, and for rank 0's part of a checkpoint.
PEERS_SECONDS = 300


class Stateful(Protocol):
    """A scheduler, gradient scaler, moving average: whatever has a state beside the model's and the optimizer's."""

    def state_dict(self) -> dict: ...

    def load_state_dict(self, state: dict) -> object: ...


def join(job: Job) -> torch.device:
    """Joins the other ranks, seeds, asks for deterministic kernels; returns the device of this rank."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.backends.cudnn.benchmark = False
    device = torch.device("cpu")
    if torch.cuda.is_available():
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")) % torch.cuda.device_count())
        torch.cuda.set_device(device)
    if job.world_size > 1:
        if not distributed.is_initialized():
            backend = "cpu:gloo,cuda:nccl" if device.type == "cuda" else "gloo"
            distributed.init_process_group(backend, timeout=timedelta(seconds=PEERS_SECONDS))
        job.checkpoints.peers = _Peers(job.world_size)
    rng.seed(job.seed + job.rank)
    return device


class _Peers:
    """Ranks tell rank 0 by a message each; no file says that its writer was killed, a closed connection does."""

    def __init__(self, world_size: int) -> None:
        self._others = range(1, world_size)

    def wrote(self) -> None:
        distributed.send(torch.ones(1), dst=0)

    def await_others(self) -> None:
        for rank in self._others:
            distributed.recv(torch.empty(1), src=rank)


class Training:
    """Iterating gives, step by step, the indexes of the rows that this rank learns from.

    ``batch`` is of all ranks together and a multiple of their number. Each epoch visits the rows in an order of its own
    that depends on the seed alone; rows that do not fill the last batch come in a later epoch. ``others`` are further
    things with a ``state_dict``, by name: a scheduler, a gradient scaler.
    """

    def __init__(
        self,
        job: Job,
        model: torch.nn.Module,
        optimizer: torch.optim.Optimizer,
        *,
        rows: int,
        batch: int,
        epochs: int,
        others: Mapping[str, Stateful] | None = None,
    ) -> None:
        batch = min(batch, rows - rows % job.world_size)
        if epochs < 1 or batch < 1 or batch % job.world_size != 0:
            raise BadParameters(
                f"The batch must be a positive multiple of {job.world_size} ranks, and epochs at least 1."
            )
        self.job, self.optimizer, self.others = job, optimizer, dict(others or {})
        self.rows, self.batch = rows, batch
        self.step, self.per_epoch = 0, rows // batch
        self.total = epochs * self.per_epoch
        self._bare = model
        self._resume()
        self.model = _distributed(model) if job.world_size > 1 else model

    def __iter__(self) -> Iterator[torch.Tensor]:
        while self.step < self.total:
            epoch, at = divmod(self.step, self.per_epoch)
            order = torch.randperm(
                self.rows, generator=torch.Generator().manual_seed(self.job.seed * 1_000_003 + epoch)
            )
            for start in range(at * self.batch, self.per_epoch * self.batch, self.batch):
                yield order[start : start + self.batch][self.job.rank :: self.job.world_size]

    def descend(self, loss: torch.Tensor, metrics: Mapping[str, float] | None = None) -> None:
        """One optimizer step down the gradient of ``loss``, and ``step_done``."""
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        self.step_done(loss, metrics)

    def step_done(self, loss: torch.Tensor, metrics: Mapping[str, float] | None = None) -> None:
        """Call on every rank after every step, once the optimizer has moved: reports, saves, stops when any is to stop.

        ``loss`` is this rank's mean over its rows. A loss that is not a number ends all ranks.
        """
        self.step += 1
        stop, mean = self._agree(self.job.stopping, float(loss.detach()))
        if not math.isfinite(mean):
            raise NotANumber("loss", mean, self.step)
        reported = {"loss": mean, **(metrics or {})}
        self.job.step_done(self.step, self.total, reported, self._snapshot, rows=self.batch, stop=stop)

    def end(self) -> None:
        """Call on every rank after the loop; the process group is gone after it."""
        if distributed.is_initialized():
            distributed.destroy_process_group()
        self.job.training_ended()

    def _agree(self, stopping: bool, loss: float) -> tuple[bool, float]:
        """Whether any rank was asked to stop, and the mean loss: one small sum over all ranks, in the loop of all."""
        if self.job.world_size == 1:
            return stopping, loss
        told = torch.tensor([float(stopping), loss], dtype=torch.float64)
        distributed.all_reduce(told)
        return bool(told[0] > 0), float(told[1]) / self.job.world_size

    def _snapshot(self) -> tuple[bytes, dict]:
        epoch, at = divmod(self.step, self.per_epoch)
        position = {"epoch": epoch, "offset": at * self.batch, "batch": self.batch, "rows": self.rows}
        state = {"position": {**position, "worldSize": self.job.world_size}}
        if self.job.rank != 0:
            return b"", state
        file = io.BytesIO()
        torch.save({name: part.state_dict() for name, part in self._parts().items()}, file)
        return file.getvalue(), state

    def _parts(self) -> dict[str, Stateful]:
        return {"model": self._bare, "optimizer": self.optimizer, **self.others}

    def _resume(self) -> None:
        found = _agreed_checkpoint(self.job)
        if found is not None:
            self._load(found)
        self.job.training_begins(found)

    def _load(self, found: Checkpoint) -> None:
        position = found.state["position"]
        if (position["batch"], position["rows"]) != (self.batch, self.rows):
            raise BadParameters(
                f"The checkpoint of step {found.step} was made with batches of {position['batch']} out of "
                f"{position['rows']} rows, not of {self.batch} out of {self.rows}; train anew."
            )
        states = torch.load(io.BytesIO(found.first), map_location="cpu", weights_only=True)
        for name, part in self._parts().items():
            part.load_state_dict(states[name])
        self.step = found.step
        if found.world_size != self.job.world_size:
            rng.seed(self.job.seed + self.job.rank + 7919 * found.step)
            self.job.warning(
                f"The checkpoint was written by {found.world_size} ranks and is taken up by {self.job.world_size}: "
                "the model will be equivalent, not equal."
            )


def _distributed(model: torch.nn.Module) -> DistributedDataParallel:
    device = next(model.parameters()).device
    return DistributedDataParallel(model, device_ids=[device.index] if device.type == "cuda" else None)


def _agreed_checkpoint(job: Job) -> Checkpoint | None:
    """The newest checkpoint that every rank can read. Rank 0 names them, newest first, and says which fence holds."""
    checkpoints = job.checkpoints
    said = [checkpoints.fence, [str(path) for path in checkpoints.candidates(job.asked.resume_from)]]
    if job.world_size > 1:
        distributed.broadcast_object_list(said, src=0)
    checkpoints.fence, named = said
    checkpoints.claim()
    for path in named:
        found = _tried(job, path)
        if _all_have(job, found is not None):
            return found
    return None


def _tried(job: Job, path: str) -> Checkpoint | None:
    try:
        return job.checkpoints.read(Path(path), other_world_size=True)
    except Refused as reason:
        job.warning(passed_over(Path(path), reason))
        return None


def _all_have(job: Job, mine: bool) -> bool:
    if job.world_size == 1:
        return mine
    told = torch.tensor([float(mine)])
    distributed.all_reduce(told, op=distributed.ReduceOp.MIN)
    return bool(told[0] > 0)
