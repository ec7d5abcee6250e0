"""Checkpoints that are never torn: shards first, a manifest with their digests, then ``LATEST``, which never goes back.

Layout: ``<dir>/<step>/<fence>/shard-<rank>.bin`` and ``manifest.json``; ``<dir>/LATEST``.
"""

import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from laurel_trainer.failures import TryAgain

SHARD_WAIT_SECONDS = 60
KEPT = 3


@dataclass(frozen=True)
class Checkpoint:
    """A whole, verified checkpoint: the bytes of this rank's shard and the trainer's own state."""

    step: int
    shard: bytes
    state: dict


@dataclass(frozen=True)
class Checkpoints:
    """The checkpoint folder of one run, as seen by one rank of one attempt (``fence``)."""

    folder: Path
    run_id: str
    fence: int
    rank: int = 0
    world_size: int = 1

    def commit(self, step: int, shard: bytes, state: dict) -> Path | None:
        """Writes this rank's shard; rank 0 then waits for the others, writes the manifest and moves ``LATEST``.

        Returns the manifest's path on rank 0. ``TryAgain`` when a newer attempt holds the folder.
        """
        place = self.folder / str(step) / str(self.fence)
        place.mkdir(parents=True, exist_ok=True)
        _write(place / f"shard-{self.rank}.bin", shard)
        if self.rank != 0:
            return None
        manifest = {
            "protocol": "1",
            "runId": self.run_id,
            "step": step,
            "fence": self.fence,
            "worldSize": self.world_size,
            "createdAt": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "shards": [_describe(_wait_for(place / f"shard-{rank}.bin")) for rank in range(self.world_size)],
            "state": state,
        }
        path = place / "manifest.json"
        _write(path, json.dumps(manifest, allow_nan=False).encode())
        self._advance(step, path)
        return path

    def resume(self, manifest: str, warn: Callable[[str], None]) -> Checkpoint | None:
        """The checkpoint ``manifest`` names or, when that one is torn, the newest whole one before it."""
        if not manifest:
            return None
        named = Path(manifest)
        for path in [named, *(p for p in self._manifests() if p != named)]:
            try:
                return self._read(path)
            except (OSError, ValueError, KeyError, TypeError) as error:
                warn(f"Checkpoint {path} is not whole ({error}); looking for an older one.")
        return None

    def _manifests(self) -> list[Path]:
        found = [p for p in self.folder.glob("*/*/manifest.json") if _key(p) is not None]
        return sorted(found, key=lambda p: _key(p) or (-1, -1), reverse=True)

    def _read(self, path: Path) -> Checkpoint:
        manifest = json.loads(path.read_text())
        if manifest["runId"] != self.run_id:
            raise ValueError(f"it belongs to run {manifest['runId']}")
        if manifest["worldSize"] != self.world_size:
            raise ValueError(f"it was written by {manifest['worldSize']} workers")
        own = b""
        for rank, shard in enumerate(manifest["shards"]):
            content = (path.parent / Path(shard["path"]).name).read_bytes()
            if hashlib.sha256(content).hexdigest() != shard["sha256"]:
                raise ValueError(f"{shard['path']} does not match its digest")
            own = content if rank == self.rank else own
        return Checkpoint(int(manifest["step"]), own, manifest["state"])

    def _advance(self, step: int, manifest: Path) -> None:
        latest = self.folder / "LATEST"
        with _locked(self.folder / ".lock"):
            try:
                current = json.loads(latest.read_text())
            except (OSError, ValueError):
                current = {"step": -1, "fence": -1}
            if current["fence"] > self.fence:
                raise TryAgain(f"Attempt {current['fence']} has taken over this run; attempt {self.fence} stops.")
            if (step, self.fence) > (current["step"], current["fence"]):
                relative = str(manifest.relative_to(self.folder))
                _write(latest, json.dumps({"step": step, "fence": self.fence, "manifest": relative}).encode())
        for old in self._manifests()[KEPT:]:
            shutil.rmtree(old.parent, ignore_errors=True)


def _key(manifest: Path) -> tuple[int, int] | None:
    step, fence = manifest.parent.parent.name, manifest.parent.name
    return (int(step), int(fence)) if step.isdigit() and fence.isdigit() else None


def _write(path: Path, content: bytes) -> None:
    """Writes so that the file is either whole or absent, also after a power cut."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)


def _describe(path: Path) -> dict:
    content = path.read_bytes()
    return {"path": path.name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _wait_for(path: Path) -> Path:
    until = time.monotonic() + SHARD_WAIT_SECONDS
    while not path.exists():
        if time.monotonic() > until:
            raise TryAgain(f"{path.name} of step {path.parent.parent.name} did not come within {SHARD_WAIT_SECONDS} s.")
        time.sleep(0.05)
    return path


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
