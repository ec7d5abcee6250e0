"""The lines a trainer prints for its launcher: one JSON object each, with the key ``laurel``."""

import json
import os
import sys


def emit(kind: str, **members: object) -> None:
    """Prints one line of the protocol. NaN is refused: JSON has none.

    One write for the whole line, and with several ranks on one output a line feed before it: another rank may just have
    written half a line.
    """
    line = json.dumps({"laurel": kind, **members}, allow_nan=False)
    shared = os.environ.get("WORLD_SIZE", "1") != "1"
    sys.stdout.write(f"\n{line}\n" if shared else f"{line}\n")
    sys.stdout.flush()


def emit_failure(cause: str, message: str, step: int | None = None) -> None:
    """Says why the trainer ends, where the exit code alone does not. The last such line counts."""
    emit("failure", cause=cause, **({} if step is None else {"step": step}), message=message)
