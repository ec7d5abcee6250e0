"""SIGTERM for a trainer: a handler in the main thread, and a watch that does not wait for it.

Python runs a handler only once the main thread is back from C, which may take a whole boosting round or the reading of
a table. The watch is a thread that hears of the signal at once.
"""

import os
import signal
import threading
from collections.abc import Callable


def hear(handler: Callable[..., None], watch: Callable[[], None]) -> None:
    """From now on SIGTERM calls ``handler`` in the main thread and, the first time, ``watch`` in a thread.

    A forked child dies of SIGTERM as if nothing had been asked for here: who made it must be able to end it.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    signal.signal(signal.SIGTERM, handler)
    os.register_at_fork(after_in_child=_forget)
    threading.Thread(target=_wait, args=(reading, watch), name="SIGTERM", daemon=True).start()


def ignore() -> None:
    """From now on SIGTERM changes nothing: the process is ending, and with its own exit code."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _wait(reading: int, watch: Callable[[], None]) -> None:
    while signal.SIGTERM not in os.read(reading, 64):
        pass
    watch()


def _forget() -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
