"""Which attempt holds a checkpoint folder: its files ``FENCE`` and ``LATEST``, believed only where they are whole."""

import hashlib
import json
from pathlib import Path


def sealed(fence: int) -> bytes:
    """The bytes of a ``FENCE`` file."""
    return f"{fence} {hashlib.sha256(str(fence).encode()).hexdigest()}".encode()


def fence_in(file: Path) -> int:
    """The fence that a file holds; -1 for none, or for one that has rotted."""
    try:
        content = file.read_bytes()
        fence = int(content.split()[0])
    except (OSError, ValueError, IndexError):
        return -1
    return fence if content == sealed(fence) else -1


def position_in(latest: Path) -> tuple[int, int]:
    """Step and fence of ``LATEST``; -1 for one that is absent or does not agree with itself."""
    try:
        content = json.loads(latest.read_bytes())
        step, fence = content["step"], content["fence"]
        agrees = content["manifest"] == f"{step:d}/{fence:d}/manifest.json"
    except (OSError, ValueError, KeyError, TypeError):
        return -1, -1
    return (step, fence) if agrees else (-1, -1)
