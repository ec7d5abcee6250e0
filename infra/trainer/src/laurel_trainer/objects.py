"""Laurel's object store as a pod sees it: immutable bytes named by digest.

The layout is the one that Laurel's own adapters write: ``objects/sha256/<first 2 digits>/<other 62>``.
"""

import hashlib
import os
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from laurel_trainer.failures import BadConfiguration, TryAgain

CHUNK = 1024 * 1024


class ObjectStore(Protocol):
    """What a pod asks of a store. Storing twice is storing once; ``TryAgain`` when it cannot."""

    def pieces(self, digest: str) -> Iterator[bytes]:
        """The bytes that lie under ``digest``, not verified."""
        ...

    def store_file(self, path: Path) -> str:
        """Stores a file's bytes and returns their digest."""
        ...

    def store_bytes(self, content: bytes) -> str:
        """Stores bytes and returns their digest."""
        ...


def deliver(store: ObjectStore, digest: str, path: Path) -> None:
    """Puts the bytes of ``digest`` under ``path``, verified, whole or not at all. ``TryAgain`` when it cannot."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        with partial.open("wb") as target:
            for piece in store.pieces(digest):
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())
        found = digest_of_file(partial)
        if found != digest:
            raise TryAgain(f"The object {digest} holds bytes that hash to {found}; restore it from a copy.")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def told(what: str) -> Iterator[None]:
    """Turns a failure of a store's system into ``TryAgain`` with one sentence that begins with ``what``."""
    try:
        yield
    except OSError as error:
        reason = " ".join(str(error).split())[:300]
        raise TryAgain(f"{what} ({reason}); check endpoint, credentials and permissions.") from error


def digest_of_bytes(content: bytes) -> str:
    """``sha256:<hex>`` of bytes in memory."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def digest_of_file(path: Path) -> str:
    """``sha256:<hex>`` of a file, read in pieces."""
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def object_key(digest: str) -> str:
    """Where the bytes of ``digest`` lie in a store. ``BadConfiguration`` for what is not a digest."""
    if not re.fullmatch(r"sha256:[0-9a-f]{64}", digest):
        raise BadConfiguration(f"{digest!r} is not a digest; it must be sha256: and 64 hex digits.")
    hexadecimal = digest.removeprefix("sha256:")
    return f"objects/sha256/{hexadecimal[:2]}/{hexadecimal[2:]}"
