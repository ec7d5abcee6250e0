"""Starts the ranks of a distributed trainer under torchrun's elastic agent, and ends as they end.

    python -m laurel_trainer.launch -n 2 -- python train_ddp.py
    python -m laurel_trainer.launch --nnodes 2 --node-rank 1 --rdzv host:29400 -n 1 -- python train_ddp.py

Nothing is restarted here: a lost rank ends the whole attempt, and Laurel counts attempts. The exit code is 0 when all
ranks are done, 143 when all committed a checkpoint after SIGTERM, else that of the rank that failed first. No rank
outlives this process, whatever ends it.
"""

import argparse
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import NoReturn

from laurel_trainer.failures import BadConfiguration, Failure, NotStarted, PeerLost, Preempted
from laurel_trainer.protocol import emit_failure


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadConfiguration(f"The ranks cannot be launched: {message}.")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line. ``BadConfiguration`` for one that cannot be meant."""
    parser = _Parser(prog="python -m laurel_trainer.launch")
    parser.add_argument("-n", "--nproc-per-node", type=int, default=1, help="ranks on this node")
    parser.add_argument("--nnodes", type=int, default=1)
    parser.add_argument("--node-rank", type=int, default=0)
    parser.add_argument(
        "--rdzv", default="", metavar="HOST:PORT", help="where node 0 listens; needed for several nodes"
    )
    parser.add_argument("--rdzv-timeout", type=int, default=600, metavar="SECONDS", help="for all nodes to come")
    parser.add_argument("--run-id", default=os.environ.get("LAUREL_RUN_ID", "laurel"))
    own, command = _divided(arguments)
    asked = parser.parse_args(own)
    asked.command = command
    problems = []
    if not command:
        problems.append("name the trainer's command after --")
    if asked.nproc_per_node < 1 or asked.nnodes < 1:
        problems.append("there must be at least 1 rank and 1 node")
    if not 0 <= asked.node_rank < max(asked.nnodes, 1):
        problems.append(f"--node-rank must be from 0 to {asked.nnodes - 1}")
    host, _, port = asked.rdzv.rpartition(":")
    if asked.nnodes > 1 and not (host and port.isdigit()):
        problems.append("several nodes need --rdzv HOST:PORT of node 0")
    if problems:
        raise BadConfiguration(f"The ranks cannot be launched: {'; '.join(problems)}.")
    return asked


def _divided(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    if "--" not in arguments:
        return list(arguments), []
    cut = list(arguments).index("--")
    return list(arguments[:cut]), list(arguments[cut + 1 :])


def exit_code(codes: Mapping[int, int], order: Sequence[int]) -> tuple[int | None, int]:
    """Which local rank's end counts, and its exit code; from the codes that are not 0, and the order of the ends.

    A rank that had to end because another was gone (75) counts only after those that ended by themselves, and a rank
    that was asked to stop (143) only when no rank ended in another way.
    """
    ended = [*order, *sorted(set(codes) - set(order))]
    failed = [rank for rank in ended if codes.get(rank, 0) != 0]
    consequences = [PeerLost.exit_code, Preempted.exit_code]
    failed.sort(key=lambda rank: consequences.index(codes[rank]) if codes[rank] in consequences else -1)
    return (failed[0], codes[failed[0]]) if failed else (None, 0)


def become_rank(parent: int, command: Sequence[str]) -> None:
    """Turns this process into a rank that the kernel ends together with the launcher, where the kernel can (Linux)."""
    if sys.platform == "linux":
        import ctypes

        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(128 + signal.SIGKILL)
    try:
        os.execvp(command[0], command)
    except OSError as error:
        raise NotStarted(f"The trainer {command[0]} cannot be started ({error.strerror}).") from error


def main(arguments: Sequence[str]) -> int:
    """The command line. Returns the exit code."""
    try:
        if arguments[:1] == ["--become-rank"]:
            become_rank(int(arguments[1]), arguments[2:])
        asked = parse(arguments)
        if find_spec("torch") is None:
            raise BadConfiguration("Several workers need torch, which is not installed; add laurel-trainer[torch].")
        from laurel_trainer.ranks import launch

        return launch(asked)
    except Failure as failure:
        print(failure, file=sys.stderr, flush=True)
        if failure.cause is not None:
            emit_failure(failure.cause, str(failure))
        return failure.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
