"""How a trainer says why it stopped. Each failure carries the exit code that the launcher understands."""


class Failure(Exception):
    """Ends the trainer with ``exit_code``; the message is one sentence for people."""

    exit_code = 1


class BadParameters(Failure):
    """A parameter has a wrong name, type or value. Not retried."""

    exit_code = 64


class BadData(Failure):
    """The data cannot be learned from, or the loss is no longer a number. Not retried."""

    exit_code = 65


class TryAgain(Failure):
    """Something outside the trainer was not there; a later attempt may find it."""

    exit_code = 75


class BadConfiguration(Failure):
    """The environment does not follow the protocol. Not retried."""

    exit_code = 78


class Preempted(Failure):
    """SIGTERM came and a checkpoint was committed."""

    exit_code = 143
