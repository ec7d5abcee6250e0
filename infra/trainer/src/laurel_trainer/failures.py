"""How a trainer says why it stopped: an exit code for the launcher, and a cause where a code cannot say it."""

import errno

# In gloo's messages: the other end closed, was reset, or did not answer in time.
LOST = ("onnection closed", "onnection reset", "Timed out", "Broken pipe", "Application timeout")


class Failure(Exception):
    """Ends the trainer with ``exit_code``; the message is one sentence for people. ``cause`` is of Laurel's table."""

    exit_code = 1
    cause: str | None = None
    step: int | None = None


class BadParameters(Failure):
    """A parameter has a wrong name, type or value. Not retried."""

    exit_code = 64
    cause = "badParameters"


class BadData(Failure):
    """The data cannot be learned from. Not retried."""

    exit_code = 65
    cause = "badData"


class NotANumber(BadData):
    """The loss (or another metric) is no longer a number. Not retried."""

    cause = "notANumber"

    def __init__(self, name: str, value: float, step: int) -> None:
        super().__init__(f"{name} is {value} at step {step}; lower the learning rate or look for broken values.")
        self.step = step


class TryAgain(Failure):
    """Something outside the trainer was not there; a later attempt may find it."""

    exit_code = 75
    cause = "tryAgain"


class PeerLost(Failure):
    """Another rank is gone, so that this one cannot go on. What ended that one counts."""

    exit_code = 75
    cause = "peerLost"


class BadConfiguration(Failure):
    """The environment does not follow the protocol. Not retried."""

    exit_code = 78
    cause = "badConfiguration"


class NotStarted(BadConfiguration):
    """The trainer's command cannot be run. Not retried."""

    cause = "notStarted"


class NoModel(Failure):
    """The trainer ended well without the files that Laurel takes."""

    cause = "noModel"


class Preempted(Failure):
    """SIGTERM came and a checkpoint was committed."""

    exit_code = 143


class OutOfMemory(Failure):
    """The machine or the GPU has no memory left."""

    cause = "outOfMemory"


class StorageFull(Failure):
    """No room is left on a disk."""

    cause = "storageFull"


def recognised(error: BaseException) -> Failure | None:
    """What a common exception means as a ``Failure``; ``None`` for any other, whose author needs the traceback."""
    if isinstance(error, Failure):
        return error
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFull(f"No room is left on the disk ({error}); free some, or keep fewer or smaller checkpoints.")
    if _is_lost_peer(error):
        return PeerLost(f"Another rank is gone, so this one ends too. {_first_line(error)}")
    where = _memory_that_ran_out(error)
    if where is not None:
        return OutOfMemory(f"Out of memory: the training needs more {where} memory than there is. {_first_line(error)}")
    return None


def _memory_that_ran_out(error: BaseException) -> str | None:
    """``GPU`` or ``main``. torch and XGBoost are known by name only: neither may be installed."""
    names = {f"{kind.__module__.split('.')[0]}.{kind.__name__}" for kind in type(error).__mro__}
    if "torch.OutOfMemoryError" in names:
        return "GPU"
    if isinstance(error, MemoryError):
        return "main"
    text = str(error)
    if "torch.AcceleratorError" in names and "out of memory" in text:
        return "GPU"
    if isinstance(error, RuntimeError) and "DefaultCPUAllocator" in text:
        return "main"
    if "xgboost.XGBoostError" in names and ("bad_alloc" in text or "out of memory" in text.lower()):
        return "GPU" if "cuda" in text.lower() else "main"
    return None


def _is_lost_peer(error: BaseException) -> bool:
    """What gloo, NCCL and torch's store say when a connection to another rank breaks."""
    names = {kind.__name__ for kind in type(error).__mro__ if kind.__module__.split(".")[0] == "torch"}
    if names & {"DistNetworkError", "DistStoreError", "DistBackendError"}:
        return True
    text = str(error)
    return isinstance(error, RuntimeError) and "gloo" in text and any(word in text for word in LOST)


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else ""
