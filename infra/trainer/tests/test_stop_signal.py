"""SIGTERM ends a trainer with 143 in the time that a spot machine gives, whatever the trainer is doing."""

import json
import signal
import time

import pytest
from conftest import Ended, Workshop

IMPATIENT = "from laurel_trainer import job as jobs\njobs.STOP_SECONDS = 0.5\n"


def stopped(workshop: Workshop, body: str, begin: str = "import time\n") -> tuple[Ended, float]:
    """Runs ``body`` as a trainer's ``main``, sends SIGTERM when it says ``ready``; how it ends, after how long."""
    workshop.script = workshop.folder / "trainer.py"
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    workshop.script.write_text(f"import laurel_trainer\n{begin}def main(job):\n{lines}laurel_trainer.run(main)\n")
    process = workshop.start()
    try:
        seen = ""
        while "ready\n" not in seen:
            line = process.stdout.readline()
            assert line, process.communicate()[1]
            seen += line
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        out, error = process.communicate(timeout=30)
        return Ended(process.returncode, seen + out, error), time.monotonic() - began
    finally:
        process.kill()


LOOP = """
job.resume()
for step in range(1, 2000):
    time.sleep(0.02)
    job.step_done(step, 2000, {'loss': 1 / step}, lambda: (b'weights', {}))
    if step == 12: print('ready', flush=True)
"""


def test_in_the_training_loop_the_step_is_saved_within_twelve_seconds(workshop: Workshop) -> None:
    ended, seconds = stopped(workshop, LOOP)
    assert (ended.code, seconds < 12) == (143, True), ended.error
    latest = json.loads((workshop.checkpoints / "LATEST").read_text())
    assert 12 < latest["step"] < 2000
    assert ended.events("checkpoint")[-1]["step"] == latest["step"]
    assert ended.events("failure") == []


def test_a_step_that_does_not_end_costs_the_last_interval_but_not_the_grace(workshop: Workshop) -> None:
    body = "job.resume()\njob.step_done(5, 10, {}, lambda: (b'five', {}))\nprint('ready', flush=True)\ntime.sleep(60)"
    ended, seconds = stopped(workshop, body, f"import time\n{IMPATIENT}")
    assert (ended.code, seconds < 12) == (143, True), ended.error
    assert "the last checkpoint counts" in ended.error


@pytest.mark.parametrize("before", ["", "job.resume()\n"], ids=["before the loop", "in the loop"])
def test_a_call_into_c_that_does_not_return_is_ended_too(workshop: Workshop, before: str) -> None:
    body = f"{before}print('ready', flush=True)\nhashlib.pbkdf2_hmac('sha256', b'x', b'y', 2**31 - 1)"
    ended, seconds = stopped(workshop, body, f"import hashlib\n{IMPATIENT}")
    assert (ended.code, seconds < 12) == (143, True), ended.error


def test_a_save_that_has_begun_is_finished(workshop: Workshop) -> None:
    body = (
        "job.resume()\n"
        "commit = job.checkpoints.commit\n"
        "job.checkpoints.commit = lambda *given: (print('ready', flush=True), time.sleep(2), commit(*given))[2]\n"
        "job.step_done(5, 10, {}, lambda: (b'five', {}))\n"
        "time.sleep(60)"
    )
    ended, seconds = stopped(workshop, body, f"import time\n{IMPATIENT}")
    assert (ended.code, 1.5 < seconds < 12) == (143, True), ended.error
    assert [event["step"] for event in ended.events("checkpoint")] == [5]


def test_a_trainer_that_is_done_ends_with_its_own_code(workshop: Workshop) -> None:
    begin = "import atexit, time\natexit.register(lambda: (print('ready', flush=True), time.sleep(1)))\n"
    ended, _ = stopped(workshop, "pass", begin)
    assert (ended.code, ended.error) == (0, "")


def test_a_forked_child_can_be_ended_by_sigterm(workshop: Workshop) -> None:
    workshop.script = workshop.folder / "forking.py"
    workshop.script.write_text(
        "import os, signal, time, laurel_trainer\n"
        f"{IMPATIENT}"
        "def main(job):\n"
        "    job.resume()\n"
        "    reading, writing = os.pipe()\n"
        "    child = os.fork()\n"
        "    if child == 0:\n"
        "        os.write(writing, b'born')\n"
        "        time.sleep(10)\n"
        "        os._exit(1)\n"
        "    os.read(reading, 4)\n"
        "    os.kill(child, signal.SIGTERM)\n"
        "    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
        "    time.sleep(1)\n"
        "laurel_trainer.run(main)\n"
    )
    ended = workshop.run()
    assert (ended.code, ended.out) == (0, "-15\n"), ended.error
