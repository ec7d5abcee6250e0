"""Runs a trainer as the main process of its container: signals reach it, and nothing of it is left behind."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from laurel_trainer.failures import NotStarted

OOM_COUNTERS = (Path("/sys/fs/cgroup/memory.events"), Path("/sys/fs/cgroup/memory/memory.oom_control"))


def supervise(command: Sequence[str], variables: Mapping[str, str]) -> int:
    """Runs the command in a group of its own and returns its exit code, 128 and the signal's number for a signal.

    SIGTERM and SIGINT go to the whole group, because a shell would not pass them on. Once the trainer has ended they
    change nothing: what is left to do is short, and stopping in it would lose a finished training.
    """
    relay = _Relay()
    try:
        child = subprocess.Popen(command, env=dict(variables), start_new_session=True)
    except OSError as error:
        raise NotStarted(f"The trainer {command[0]} cannot be started ({error.strerror}).") from error
    relay.to(child.pid)
    try:
        code = child.wait()
    finally:
        relay.to(None)
        _signal_group(child.pid, signal.SIGKILL)
    return code if code >= 0 else 128 - code


def memory_kills() -> int:
    """How many processes of this container the kernel has ended for memory so far; 0 where it does not say."""
    for path in OOM_COUNTERS:
        try:
            counted = dict(line.split() for line in path.read_text().splitlines())
            return int(counted["oom_kill"])
        except (OSError, ValueError, KeyError):
            continue
    return 0


class _Relay:
    """Forwards signals to a group; one that comes before the group is there is not lost."""

    def __init__(self) -> None:
        self.group: int | None = None
        self.pending: int | None = None
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.take)

    def take(self, number: int, _frame: object) -> None:
        if self.group is None:
            self.pending = number
        else:
            _signal_group(self.group, number)

    def to(self, group: int | None) -> None:
        self.group = group
        if group is not None and self.pending is not None:
            _signal_group(group, self.pending)


def _signal_group(group: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
