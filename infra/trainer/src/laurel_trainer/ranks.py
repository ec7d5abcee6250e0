"""The ranks of one node under torchrun's elastic agent. Needs torch; ``laurel_trainer.launch`` is its command line."""

import argparse
import logging
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress

from torch.distributed import TCPStore
from torch.distributed.elastic.agent.server.api import RunResult, WorkerGroup, WorkerSpec
from torch.distributed.elastic.agent.server.local_elastic_agent import LocalElasticAgent
from torch.distributed.elastic.multiprocessing import DefaultLogsSpecs
from torch.distributed.elastic.rendezvous.api import RendezvousInfo
from torch.distributed.elastic.rendezvous.static_tcp_rendezvous import StaticTCPRendezvous

from laurel_trainer.failures import Preempted, TryAgain
from laurel_trainer.job import STOP_SECONDS
from laurel_trainer.launch import exit_code

# After the first rank has failed, the others have this long before SIGKILL.
AFTER_FAILURE_SECONDS = 5.0

# After SIGTERM the ranks finish their step and save; then the same.
AFTER_SIGTERM_SECONDS = STOP_SECONDS + AFTER_FAILURE_SECONDS

LOOK_SECONDS = 0.1


def launch(asked: argparse.Namespace) -> int:
    """Runs all ranks of this node to their end and returns the exit code that stands for them."""
    logging.getLogger("torch.distributed.elastic").setLevel(logging.CRITICAL)
    # The agent would leave the ranks alone with the signal and forget their exit codes; here it is passed on.
    os.environ["TORCHELASTIC_SIGNALS_TO_HANDLE"] = "SIGQUIT"
    ranks = _Ranks(_specification(asked))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ranks.stop)
    return ranks.run()


class _OneNode(StaticTCPRendezvous):
    """A rendezvous of this node with itself, on a port that the system chooses."""

    def next_rendezvous(self) -> RendezvousInfo:
        if self._store is None:
            self._store = TCPStore(self.master_addr, 0, 1, True, self.timeout, multi_tenant=True)
            self.master_port = self._store.port
        return super().next_rendezvous()


class _Agent(LocalElasticAgent):
    """Tells who runs as soon as they do, and gives the others less time than torchrun when one has failed."""

    started: "_Ranks"

    def _start_workers(self, worker_group: WorkerGroup) -> dict:
        pids = super()._start_workers(worker_group)
        close = self._pcontext.close

        def close_soon(death_sig: signal.Signals | None = None, timeout: int = 30) -> None:
            close(death_sig, min(timeout, AFTER_FAILURE_SECONDS))

        self._pcontext.close = close_soon
        self.started.watch(pids)
        return pids


class _Ranks:
    """The agent in a thread; this thread hears signals, notes in which order ranks end, and ends those that stay."""

    def __init__(self, specification: WorkerSpec) -> None:
        self.agent = _Agent(specification, DefaultLogsSpecs(), exit_barrier_timeout=60)
        self.agent.started = self
        self.pids: dict[int, int] = {}
        self.order: list[int] = []
        self.deadline = float("inf")
        self.result: RunResult | None = None
        self.trouble: Exception | None = None
        self._open: dict[int, int] = {}

    def watch(self, pids: Mapping[int, int]) -> None:
        """Called by the agent with process ids by local rank."""
        if hasattr(os, "pidfd_open"):
            self._open = {os.pidfd_open(pid): rank for rank, pid in pids.items()}
        self.pids = dict(pids)

    def stop(self, *_: object) -> None:
        """The handler of SIGTERM: passes it on. Before there are ranks nothing is lost by ending at once."""
        if not self.pids:
            os._exit(Preempted.exit_code)
        self._within(AFTER_SIGTERM_SECONDS)
        self._signal(signal.SIGTERM)

    def run(self) -> int:
        thread = threading.Thread(target=self._serve, name="elastic agent", daemon=True)
        thread.start()
        try:
            while thread.is_alive():
                self._note_ends()
                if time.monotonic() > self.deadline:
                    self._signal(signal.SIGKILL)
            thread.join()
        finally:
            self._signal(signal.SIGKILL)
        return self._judge()

    def _serve(self) -> None:
        try:
            self.result = self.agent.run()
        except Exception as error:  # noqa: BLE001 - told in the main thread
            self.trouble = error

    def _judge(self) -> int:
        if self.result is None:
            reason = " ".join(str(self.trouble).split())[:300]
            raise TryAgain(f"The ranks did not come together: {reason}")
        codes = {one.local_rank: _code(one.exitcode) for one in self.result.failures.values()}
        rank, code = exit_code(codes, self.order)
        if rank is not None and code != Preempted.exit_code:
            print(
                f"Local rank {rank} of {len(self.pids)} ended first, with exit code {code}.",
                file=sys.stderr,
                flush=True,
            )
        return code

    def _note_ends(self) -> None:
        """A rank that ends takes its peers along within milliseconds: only the kernel knows who was first."""
        ready = select.select(list(self._open), [], [], LOOK_SECONDS)[0]
        for descriptor in ready:
            rank = self._open.pop(descriptor)
            os.close(descriptor)
            self.order.append(rank)

    def _within(self, seconds: float) -> None:
        self.deadline = min(self.deadline, time.monotonic() + seconds)

    def _signal(self, number: int) -> None:
        """To every rank and what it has started: each is a session of its own."""
        for pid in self.pids.values():
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, number)


def _specification(asked: argparse.Namespace) -> WorkerSpec:
    if asked.nnodes == 1:
        rendezvous = _OneNode("127.0.0.1", 0, 0, 1, asked.run_id, asked.rdzv_timeout)
    else:
        host, _, port = asked.rdzv.rpartition(":")
        rendezvous = StaticTCPRendezvous(
            host, int(port), asked.node_rank, asked.nnodes, asked.run_id, asked.rdzv_timeout
        )
    return WorkerSpec(
        role="trainer",
        local_world_size=asked.nproc_per_node,
        entrypoint=sys.executable,
        args=("-m", "laurel_trainer.launch", "--become-rank", str(os.getpid()), *asked.command),
        rdzv_handler=rendezvous,
        max_restarts=0,
        monitor_interval=LOOK_SECONDS,
    )


def _code(ended: int) -> int:
    return ended if ended >= 0 else 128 - ended
