"""What lies in a checkpoint folder: ``<step>/<fence>/`` with shards and a manifest, believed only when it verifies."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

PROTOCOL = "1"


class Refused(Exception):
    """A stored checkpoint is not whole, or not this run's. The message says why, without a full stop."""


@dataclass(frozen=True, order=True)
class Place:
    """The folder of one commit. The higher step is newer; of one step, the higher fence."""

    step: int
    fence: int
    folder: Path

    @property
    def manifest(self) -> Path:
        return self.folder / "manifest.json"


def places(folder: Path) -> list[Place]:
    """Everything that was begun in a checkpoint folder, newest first."""
    found = []
    for step in _numbered(folder):
        for fence in _numbered(folder / step):
            found.append(Place(int(step), int(fence), folder / step / fence))
    return sorted(found, reverse=True)


def newest_whole(folder: Path, run_id: str, warn: Callable[[str], None]) -> Path | None:
    """The manifest to resume from: the newest that verifies. Each newer one is named in a warning."""
    for place in places(folder):
        if not place.manifest.exists():
            continue
        try:
            verified(place.manifest, run_id)
        except Refused as reason:
            warn(passed_over(place.manifest, reason))
        else:
            return place.manifest
    return None


def passed_over(manifest: Path, reason: Refused) -> str:
    """The warning for a checkpoint that is not used."""
    return f"Checkpoint {manifest} is passed over: {reason}; an older one is looked for."


def compose(run_id: str, place: Place, shards: list[dict], state: dict) -> bytes:
    """The bytes of a manifest, with a digest over all it says. ``state`` must be JSON without NaN."""
    content = {
        "protocol": PROTOCOL,
        "runId": run_id,
        "step": place.step,
        "fence": place.fence,
        "worldSize": len(shards),
        "createdAt": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "shards": shards,
        "state": state,
    }
    return json.dumps({**content, "digest": _digest(content)}, allow_nan=False).encode()


def verified(manifest: Path, run_id: str, shards: Iterable[int] | None = None) -> dict:
    """Reads a manifest and checks it, the sizes of all its shards, and the bytes of those asked for (default: all).

    ``Refused`` when anything is missing, torn, changed, or of another run.
    """
    content = _read(manifest)
    try:
        _verify(manifest, content, run_id, shards)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise Refused("it does not have the form of this protocol") from error
    return content


def read_shard(manifest: Path, shard: dict) -> bytes:
    """The bytes of one shard that a manifest names. ``Refused`` unless they match their digest."""
    path = _path_of(manifest, shard)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error
    _demand_digest(path, shard, hashlib.sha256(content).hexdigest())
    return content


def _verify(manifest: Path, content: dict, run_id: str, shards: Iterable[int] | None) -> None:
    if content["runId"] != run_id:
        raise Refused(f"it belongs to run {content['runId']}")
    listed = content["shards"]
    if content["worldSize"] != len(listed):
        raise Refused(f"it names {len(listed)} shards of {content['worldSize']} workers")
    if not listed or "state" not in content or not all("sha256" in shard for shard in listed):
        raise ValueError("no shard, no state or no digest")
    for shard in listed:
        _demand_size(_path_of(manifest, shard), shard["size"])
    for rank in range(len(listed)) if shards is None else shards:
        _demand_bytes(_path_of(manifest, listed[rank]), listed[rank])


def _path_of(manifest: Path, shard: dict) -> Path:
    return manifest.parent / Path(shard["path"]).name


def _demand_bytes(path: Path, shard: dict) -> None:
    """Reads in pieces: a shard may be larger than the memory that the trainer leaves."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(path, error) from error
    _demand_digest(path, shard, found)


def _demand_digest(path: Path, shard: dict, found: str) -> None:
    if found != shard["sha256"]:
        raise Refused(f"{path.name} does not match its digest")


def _unreadable(path: Path, error: OSError) -> Refused:
    return Refused(f"{path.name} cannot be read ({error.strerror})")


def _read(manifest: Path) -> dict:
    try:
        content = json.loads(manifest.read_bytes())
        # Trainers that write the protocol by hand may leave the digest out: the shards' own digests then have to do.
        stated = content.pop("digest", None)
        fitting = (str(content["step"]), str(content["fence"])) == (manifest.parent.parent.name, manifest.parent.name)
        if content["protocol"] != PROTOCOL:
            raise Refused(f"its protocol is {content['protocol']!r}, not {PROTOCOL!r}")
    except OSError as error:
        raise Refused(f"it cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused("it is torn or not a manifest") from error
    if stated is not None and stated != _digest(content):
        raise Refused("it does not match its own digest")
    if not fitting:
        raise Refused(f"it was written for step {content['step']}, fence {content['fence']}")
    return content


def _demand_size(path: Path, size: int) -> None:
    try:
        found = path.stat().st_size
    except OSError as error:
        raise Refused(f"{path.name} is missing ({error.strerror})") from error
    if found != size:
        raise Refused(f"{path.name} has {found} of {size} bytes")


def _digest(content: dict) -> str:
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _numbered(folder: Path) -> list[str]:
    """Names that are numbers; none when the folder has just gone, which a rival may have done."""
    try:
        return [name for name in os.listdir(folder) if name.isascii() and name.isdigit()]
    except (FileNotFoundError, NotADirectoryError):
        return []
