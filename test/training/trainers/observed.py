"""Runs a shipped trainer unchanged and keeps a journal of what it does, for the tests of preemption and for the bench.

The project's parameters hold, besides the trainer's own: ``script`` (path of the trainer), ``journal`` (a folder) and
``pause`` (seconds after each step, so that a test has the time to strike). Lines of ``<journal>/<run>.jsonl``:
``began`` (process id, port), ``resumed`` (step), ``step``, ``commit`` (milliseconds, bytes), ``ended``; each with rank, fence and the time.
"""

import json
import os
import runpy
import sys
import time
from pathlib import Path

from laurel_trainer import job as jobs
from laurel_trainer.checkpoints import Checkpoints

OWN = ("script", "journal", "pause")


def main() -> None:
    parameters = json.loads(os.environ["LAUREL_PARAMS"])
    script, folder, pause = (parameters.pop(name) for name in OWN)
    os.environ["LAUREL_PARAMS"] = json.dumps(parameters)
    journal = Journal(Path(folder) / f"{os.environ['LAUREL_RUN_ID']}.jsonl")
    journal.write("began", pid=os.getpid(), port=int(os.environ.get("MASTER_PORT", "0")))
    observe(journal, float(pause))
    sys.path.insert(0, str(Path(script).parent))
    try:
        runpy.run_path(script, run_name="__main__")
    finally:
        journal.write("ended")


class Journal:
    """Lines that are whole whenever the process dies: each is one write to a file opened for appending."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        self.common = {"rank": int(os.environ.get("RANK", "0")), "fence": int(os.environ["LAUREL_FENCE"])}

    def write(self, kind: str, **facts: float) -> None:
        line = json.dumps({"kind": kind, "at": time.time() * 1000, **self.common, **facts})
        os.write(self.file, f"{line}\n".encode())


def observe(journal: Journal, pause: float) -> None:
    begins, done, commit = jobs.Job.training_begins, jobs.Job.step_done, Checkpoints.commit

    def training_begins(job, found):
        journal.write("resumed", step=0 if found is None else found.step)
        begins(job, found)

    def step_done(job, step, *args, **named):
        journal.write("step", step=step)
        done(job, step, *args, **named)
        time.sleep(pause)

    def observed_commit(checkpoints, step, shard, *args):
        begun = time.perf_counter()
        path = commit(checkpoints, step, shard, *args)
        journal.write("commit", step=step, bytes=len(shard), milliseconds=1000 * (time.perf_counter() - begun))
        return path

    jobs.Job.training_begins, jobs.Job.step_done = training_begins, step_done
    Checkpoints.commit = observed_commit


if __name__ == "__main__":
    main()
