"""The main process of a training pod: ``fetch`` warms the data, ``run`` supervises the trainer and stores its output.

python -m laurel_trainer.pod fetch train.parquet=sha256:… schema.json=sha256:…
python -m laurel_trainer.pod run -- python train.py
"""

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from laurel_trainer.checkpoints import highest_fence
from laurel_trainer.circumstances import write_circumstances
from laurel_trainer.failures import BadConfiguration, Failure, NoModel, Preempted, TryAgain, recognised
from laurel_trainer.manifest import newest_whole
from laurel_trainer.objects import ObjectStore, deliver, digest_of_file, object_key
from laurel_trainer.open_store import open_store
from laurel_trainer.protocol import emit, emit_failure
from laurel_trainer.supervise import memory_kills, supervise

TRIES = 6
RESULT = ("model.onnx", "model.json")
Given = TypeVar("Given")


def fetch(wanted: Sequence[str], environment: Mapping[str, str]) -> None:
    """Puts each ``NAME=sha256:…`` under ``LAUREL_DATA_DIR``, from ``LAUREL_DATASET_CACHE`` where it holds it."""
    objects = [_wanted(text) for text in wanted]
    if not objects:
        raise BadConfiguration("pod fetch needs NAME=sha256:… for each file.")
    store = open_store(environment)
    data = Path(_need(environment, "LAUREL_DATA_DIR"))
    data.mkdir(parents=True, exist_ok=True)
    cache = environment.get("LAUREL_DATASET_CACHE")
    for name, digest in objects:
        if not cache:
            _insistently(deliver, store, digest, data / name)
            _say(f"{name}: fetched")
            continue
        kept = Path(cache) / object_key(digest)
        found = kept.is_file() and digest_of_file(kept) == digest
        if not found:
            _insistently(deliver, store, digest, kept)
        _place(kept, data / name)
        _say(f"{name}: {'from the cache' if found else 'fetched into the cache'}")


def run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Runs the trainer with the protocol's environment; stores its output when it ends well. Returns the exit code."""
    if not command:
        raise BadConfiguration("pod run needs the trainer's command after --.")
    output = Path(_need(environment, "LAUREL_OUTPUT_DIR"))
    variables = {**environment, **_resuming(environment)}
    store = open_store(environment)
    output.mkdir(parents=True, exist_ok=True)
    killed_before = memory_kills()
    code = supervise(command, variables)
    if code == 128 + signal.SIGKILL and memory_kills() > killed_before:
        emit_failure("outOfMemory", "The kernel ended the trainer because the container's memory ran out.")
    if code == 0 and _rank(environment) == 0:
        write_circumstances(output, environment)
        _hand_over(output, store, () if environment.get("LAUREL_RESULT") == "any" else RESULT)
    return code


def _resuming(environment: Mapping[str, str]) -> dict[str, str]:
    """``LAUREL_RESUME`` and a ``LAUREL_FENCE`` above every one on the checkpoint volume."""
    folder = Path(_need(environment, "LAUREL_CHECKPOINT_DIR"))
    folder.mkdir(parents=True, exist_ok=True)
    manifest = newest_whole(folder, _need(environment, "LAUREL_RUN_ID"), lambda text: emit("warning", message=text))
    given = environment.get("LAUREL_FENCE") or "0"
    if not given.isdecimal():
        raise BadConfiguration(f"LAUREL_FENCE must be an integer, not {given!r}.")
    fence = max(int(given), highest_fence(folder) + 1)
    _say(f"resuming from {manifest}" if manifest else "starting at the beginning")
    return {"LAUREL_RESUME": str(manifest or ""), "LAUREL_FENCE": str(fence)}


def _hand_over(output: Path, store: ObjectStore, needed: Sequence[str]) -> None:
    files = _files_under(output)
    missing = [name for name in needed if name not in files]
    if missing:
        raise NoModel(f"The trainer ended well but did not write {' and '.join(missing)} to LAUREL_OUTPUT_DIR.")
    described = [
        {"digest": _insistently(store.store_file, path), "path": name, "size": path.stat().st_size}
        for name, path in files.items()
    ]
    manifest = json.dumps({"files": described}, separators=(",", ":"), ensure_ascii=False).encode()
    emit("output", digest=_insistently(store.store_bytes, manifest))


def _files_under(folder: Path) -> dict[str, Path]:
    """Plain files by relative path, in the order of UTF-16 that Laurel sorts by; links are not followed."""
    found = {}
    for at, _folders, names in os.walk(folder):
        for name in names:
            path = Path(at) / name
            if path.is_file() and not path.is_symlink():
                found[path.relative_to(folder).as_posix()] = path
    return {name: found[name] for name in sorted(found, key=lambda text: text.encode("utf-16-be"))}


def _insistently(ask: Callable[..., Given], *about: object) -> Given:
    """Asks again, after 1, 2, 4 … seconds, while the store says that it cannot."""
    for number in range(TRIES):
        try:
            return ask(*about)
        except TryAgain as failure:
            if number == TRIES - 1:
                raise
            _say(f"{failure} Asking again.")
            time.sleep(2**number)
    raise AssertionError("unreachable")


def _place(kept: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    try:
        os.link(kept, target)
    except OSError:
        shutil.copyfile(kept, target)


def _wanted(text: str) -> tuple[str, str]:
    name, _, digest = text.partition("=")
    if not name or name != Path(name).name:
        raise BadConfiguration(f"{text!r} must be NAME=sha256:…, with a plain file name.")
    object_key(digest)
    return name, digest


def _need(environment: Mapping[str, str], name: str) -> str:
    if not environment.get(name):
        raise BadConfiguration(f"{name} is not set; the launcher of this pod must set it.")
    return environment[name]


def _rank(environment: Mapping[str, str]) -> int:
    return int(environment.get("RANK") or environment.get("JOB_COMPLETION_INDEX") or "0")


def _say(text: str) -> None:
    print(f"laurel_trainer.pod: {text}", file=sys.stderr, flush=True)


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """The command line. Returns the exit code of the protocol."""
    # As process 1 of a container, a program without a handler does not hear SIGTERM at all.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(Preempted.exit_code))
    try:
        match arguments:
            case ["fetch", *wanted]:
                fetch(wanted, environment)
                return 0
            case ["run", "--", *command]:
                return run(command, environment)
            case _:
                raise BadConfiguration("Usage: python -m laurel_trainer.pod fetch NAME=sha256:… | run -- COMMAND")
    except (Failure, OSError) as error:
        failure = recognised(error) or TryAgain(f"The pod's volumes cannot be used ({error}).")
        _say(str(failure))
        if failure.cause is not None:
            emit_failure(failure.cause, str(failure))
        return failure.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
