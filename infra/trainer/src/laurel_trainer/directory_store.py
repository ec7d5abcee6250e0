"""An object store in a folder that several machines or processes share."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from laurel_trainer.durable import sync_folder
from laurel_trainer.failures import TryAgain
from laurel_trainer.objects import CHUNK, digest_of_bytes, digest_of_file, object_key, told


@dataclass(frozen=True)
class DirectoryStore:
    """Stages each object in ``.staging`` and renames it, so that nobody sees half of one."""

    root: Path

    def pieces(self, digest: str) -> Iterator[bytes]:
        path = self.root / object_key(digest)
        if not path.exists():
            raise TryAgain(f"The object store {self.root} holds no object {digest}.")
        with told(f"The object store {self.root} does not give {digest}"), path.open("rb") as file:
            while piece := file.read(CHUNK):
                yield piece

    def store_file(self, path: Path) -> str:
        digest = digest_of_file(path)
        self._store(digest, lambda staged: shutil.copyfile(path, staged))
        return digest

    def store_bytes(self, content: bytes) -> str:
        digest = digest_of_bytes(content)
        self._store(digest, lambda staged: staged.write_bytes(content))
        return digest

    def _store(self, digest: str, write: Callable[[Path], object]) -> None:
        target = self.root / object_key(digest)
        if target.is_file() and digest_of_file(target) == digest:
            return
        staged = self.root / ".staging" / f"{os.getpid()}-{uuid.uuid4().hex}.part"
        staged.parent.mkdir(parents=True, exist_ok=True)
        try:
            write(staged)
            with staged.open("rb") as file:
                os.fsync(file.fileno())
            target.parent.mkdir(parents=True, exist_ok=True)
            staged.replace(target)
            sync_folder(target.parent)
        finally:
            staged.unlink(missing_ok=True)
