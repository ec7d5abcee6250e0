"""Files that are whole or absent, also after a power cut."""

import errno
import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PIECE = 1024 * 1024

# What volumes say that know no hard links.
NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


def write_whole(path: Path, content: bytes) -> None:
    """Puts ``content`` under ``path``, in place of what was there."""
    partial = _stage(path, content)
    try:
        os.replace(partial, path)
    finally:
        _forget(partial)
    sync_folder(path.parent)


def write_once(path: Path, content: bytes, synced: bool = True) -> bool:
    """Puts ``content`` under ``path`` unless something is there; tells whether it did. Of two writers one does.

    What only has to be seen by others now, and not after a power cut, need not be ``synced``.
    """
    partial = _stage(path, content, synced)
    try:
        return _link(partial, path, synced)
    finally:
        _forget(partial)


def sync_folder(folder: Path) -> None:
    """Makes a folder's entries durable: a rename or link counts only after this."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keeps other processes out until the block ends or this process dies."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _stage(path: Path, content: bytes, synced: bool = True) -> Path:
    partial = path.with_name(f".{path.name}.{os.getpid()}-{uuid.uuid4().hex[:8]}.part")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        _write(descriptor, content)
        if synced:
            os.fsync(descriptor)
    except BaseException:
        _forget(partial)
        raise
    finally:
        os.close(descriptor)
    return partial


def _write(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest[:PIECE]) :]


def _link(partial: Path, path: Path, synced: bool) -> bool:
    try:
        os.link(partial, path)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        # Such a volume cannot refuse a second writer by itself; the fence keeps it away.
        if path.exists():
            return False
        os.replace(partial, path)
    if synced:
        sync_folder(path.parent)
    return True


def _forget(partial: Path) -> None:
    with suppress(OSError):
        partial.unlink(missing_ok=True)
