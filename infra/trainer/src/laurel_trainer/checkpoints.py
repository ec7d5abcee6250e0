"""Checkpoints that are never torn: shards first, a manifest with their digests, then ``LATEST``, which never goes back.

Layout: ``<dir>/<step>/<fence>/shard-<rank>.bin`` with ``shard-<rank>.json`` and ``manifest.json``; ``<dir>/LATEST``;
and ``<dir>/FENCE``, the highest fence that has begun. Nothing is overwritten but the last two, which only grow.
"""

import hashlib
import json
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from laurel_trainer import manifest as manifests
from laurel_trainer.durable import locked, sync_folder, write_once, write_whole
from laurel_trainer.failures import TryAgain
from laurel_trainer.holder import fence_in, position_in, sealed
from laurel_trainer.manifest import Place, Refused

SHARD_WAIT_SECONDS = 60
KEPT = 3


@dataclass(frozen=True)
class Checkpoint:
    """A whole, verified checkpoint as one rank sees it.

    ``first`` is rank 0's shard and ``shard`` this rank's; ``state`` is common to all ranks, ``own`` this rank's. Where
    the number of ranks has changed, ``shard`` is ``first`` and ``own`` is empty.
    """

    step: int
    shard: bytes
    state: dict
    own: dict = field(default_factory=dict)
    first: bytes = b""
    world_size: int = 1


class Peers(Protocol):
    """The other ranks of an attempt, over connections that break when one is gone; either raises then, at once."""

    def wrote(self) -> None:
        """This rank's files of a commit are there: rank 0 may go on."""

    def await_others(self) -> None:
        """On rank 0: waits until every other rank's files of a commit are there."""


@dataclass
class Checkpoints:
    """The checkpoint folder of one run, as seen by one rank of one attempt (``fence``)."""

    folder: Path
    run_id: str
    fence: int
    rank: int = 0
    world_size: int = 1
    peers: Peers | None = None
    _refused: set[Path] = field(default_factory=set, repr=False)
    _resumed: tuple[int, int] = field(default=(-1, -1), repr=False)

    def claim(self) -> None:
        """Makes this attempt the one that may write. ``TryAgain`` when a newer one has begun."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with locked(self.folder / ".lock"):
            self._demand_fence()
            if fence_in(self.folder / "FENCE") < self.fence:
                write_whole(self.folder / "FENCE", sealed(self.fence))

    def commit(self, step: int, shard: bytes, state: dict, own: dict | None = None) -> Path | None:
        """Commits one checkpoint; every rank calls it. Returns the manifest's path on rank 0.

        Rank 0 waits for the others' files, without a collective: for ``peers`` to say so, whose error comes at once
        when a rank is gone, else for the files. ``TryAgain`` when a newer attempt holds the folder.
        """
        place = Place(step, self.fence, self.folder / str(step) / str(self.fence))
        try:
            for act in self.steps_of_commit(place, shard, state, own or {}):
                act()
        except FileNotFoundError as error:
            raise TryAgain(f"{place.folder} was removed during the commit; a rival attempt is ahead.") from error
        return place.manifest if self.rank == 0 else None

    def steps_of_commit(self, place: Place, shard: bytes, state: dict, own: dict) -> list[Callable[[], None]]:
        """What a commit does, in order. After any of them, and inside, this process may die."""
        name = f"shard-{self.rank}"
        described = {
            "path": f"{name}.bin",
            "size": len(shard),
            "sha256": hashlib.sha256(shard).hexdigest(),
            "state": own,
        }
        every_rank = [
            self._demand_fence,
            lambda: place.folder.mkdir(parents=True, exist_ok=True),
            lambda: _write_same(place.folder / f"{name}.bin", shard),
            lambda: _write_same(
                place.folder / f"{name}.json", json.dumps(described, allow_nan=False).encode(), synced=False
            ),
        ]
        if self.rank != 0:
            return every_rank if self.peers is None else [*every_rank, self.peers.wrote]
        return [
            *every_rank,
            *([] if self.peers is None else [self.peers.await_others]),
            lambda: self._publish(place, self._gather(place), state),
            lambda: self._advance(place),
            self._prune,
        ]

    def await_manifest(self, step: int, seconds: float) -> bool:
        """Waits for rank 0 to finish the commit of ``step``; tells whether it did."""
        return _appears(self.folder / str(step) / str(self.fence) / "manifest.json", seconds)

    def candidates(self, named: str) -> list[Path]:
        """The manifest that ``named`` says, then all others, newest first. None at all for an empty ``named``."""
        if not named:
            return []
        listed = [place.manifest for place in manifests.places(self.folder) if place.manifest.exists()]
        return [Path(named), *(path for path in listed if path != Path(named))]

    def read(self, path: Path, other_world_size: bool = False) -> Checkpoint:
        """Reads and verifies a checkpoint: rank 0 all of it, another rank what it needs. ``Refused`` when it is not so.

        ``other_world_size`` accepts one that another number of ranks wrote.
        """
        try:
            found = self._read(path, other_world_size)
        except Refused:
            self._refused.add(path)
            raise
        self._resumed = (found.step, int(path.parent.name))
        return found

    def _read(self, path: Path, other_world_size: bool) -> Checkpoint:
        content = manifests.verified(path, self.run_id, None if self.rank == 0 else ())
        shards = content["shards"]
        same = len(shards) == self.world_size
        if not same and not other_world_size:
            raise Refused(f"it was written by {len(shards)} workers, and there are {self.world_size}")
        first = manifests.read_shard(path, shards[0])
        shard = manifests.read_shard(path, shards[self.rank]) if same and self.rank > 0 else first
        own = shards[self.rank].get("state", {}) if same else {}
        return Checkpoint(int(content["step"]), shard, content["state"], own, first, len(shards))

    def resume(self, named: str, warn: Callable[[str], None], other_world_size: bool = False) -> Checkpoint | None:
        """The checkpoint ``named`` or, when that one does not verify, the newest other one that does."""
        for path in self.candidates(named):
            try:
                return self.read(path, other_world_size)
            except Refused as reason:
                warn(manifests.passed_over(path, reason))
        return None

    def _gather(self, place: Place) -> list[dict]:
        return [_described(place.folder / f"shard-{rank}.json") for rank in range(self.world_size)]

    def _publish(self, place: Place, shards: list[dict], state: dict) -> None:
        if write_once(place.manifest, manifests.compose(self.run_id, place, shards, state)):
            sync_folder(place.folder.parent)
            return
        try:
            there = manifests.verified(place.manifest, self.run_id)
        except Refused as reason:
            raise _used_twice(place.manifest) from reason
        if there["shards"] != shards or there["state"] != state:
            raise _used_twice(place.manifest)

    def _advance(self, place: Place) -> None:
        latest = self.folder / "LATEST"
        with locked(self.folder / ".lock"):
            self._demand_fence()
            if (place.step, place.fence) > position_in(latest):
                relative = place.manifest.relative_to(self.folder).as_posix()
                content = {"step": place.step, "fence": place.fence, "manifest": relative}
                write_whole(latest, json.dumps(content).encode())

    def _demand_fence(self) -> None:
        holder = max(fence_in(self.folder / "FENCE"), position_in(self.folder / "LATEST")[1])
        if holder > self.fence:
            raise TryAgain(f"Attempt {holder} has taken over this run; attempt {self.fence} stops.")

    def _prune(self) -> None:
        """Keeps the newest commits that count; removes what is older and this run's, finished or not."""
        kept = 0
        for place in manifests.places(self.folder):
            finished = place.manifest.exists()
            if kept < KEPT:
                kept += finished and self._counts(place)
            elif place.fence <= self.fence and not (finished and _is_foreign(place.manifest, self.run_id)):
                _remove(place)

    def _counts(self, place: Place) -> bool:
        """Whether a commit may be whole. An earlier attempt's that is newer than what was resumed was passed over."""
        passed_over = place.fence != self.fence and (place.step, place.fence) > self._resumed
        return not passed_over and place.manifest not in self._refused


def highest_fence(folder: Path) -> int:
    """The highest fence that a checkpoint folder knows; -1 for an empty one."""
    begun = [place.fence for place in manifests.places(folder)]
    return max([fence_in(folder / "FENCE"), position_in(folder / "LATEST")[1], *begun])


def _write_same(path: Path, content: bytes, synced: bool = True) -> None:
    if not write_once(path, content, synced) and path.read_bytes() != content:
        raise _used_twice(path)


def _used_twice(path: Path) -> TryAgain:
    return TryAgain(f"{path} is there already with other bytes; start again with a higher LAUREL_FENCE.")


def _described(path: Path) -> dict:
    if not _appears(path, SHARD_WAIT_SECONDS):
        where = f"{path.name} of step {path.parent.parent.name}"
        raise TryAgain(f"{where} did not come within {SHARD_WAIT_SECONDS} s; another rank is slow or gone.")
    return json.loads(path.read_bytes())


def _appears(path: Path, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not path.exists():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def _is_foreign(manifest: Path, run_id: str) -> bool:
    try:
        return json.loads(manifest.read_bytes())["runId"] != run_id
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _remove(place: Place) -> None:
    """The manifest goes first, so that nobody takes what is left for a checkpoint."""
    place.manifest.unlink(missing_ok=True)
    shutil.rmtree(place.folder, ignore_errors=True)
    with suppress(OSError):
        place.folder.parent.rmdir()
