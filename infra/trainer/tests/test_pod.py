"""The main process of a pod: data in, trainer supervised, output stored; on a folder and on a real S3 server."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from laurel_trainer import Checkpoints, TryAgain
from laurel_trainer import pod as pods
from laurel_trainer.bucket_store import BucketStore
from laurel_trainer.objects import deliver, digest_of_bytes, object_key
from laurel_trainer.open_store import open_store

RUN = "a" * 32
KEYS = {"AWS_ACCESS_KEY_ID": "tester", "AWS_SECRET_ACCESS_KEY": "tester-secret-key"}


@dataclass
class Pod:
    """The volumes of a pod, and its environment."""

    folder: Path
    variables: dict[str, str]

    def start(self, *arguments: str, **more: str) -> subprocess.Popen:
        command = [sys.executable, "-m", "laurel_trainer.pod", *arguments]
        environment = {"PATH": os.environ["PATH"], **self.variables, **more}
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *arguments: str, **more: str) -> tuple[int, list[dict], str]:
        process = self.start(*arguments, **more)
        out, error = process.communicate(timeout=60)
        lines = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
        return process.returncode, lines, error

    def store(self):
        return open_store(self.variables)


@pytest.fixture(scope="session")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    binary = os.environ.get("LAUREL_VERSITYGW_BIN")
    if not binary:
        pytest.skip("LAUREL_VERSITYGW_BIN names no S3 server")
    folder = tmp_path_factory.mktemp("s3")
    (folder / "training").mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    keys = ["--access", KEYS["AWS_ACCESS_KEY_ID"], "--secret", KEYS["AWS_SECRET_ACCESS_KEY"]]
    server = subprocess.Popen(
        [binary, *keys, "--port", f"127.0.0.1:{port}", "posix", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait(timeout=10)


@pytest.fixture(params=["folder", "bucket"])
def pod(request: pytest.FixtureRequest, tmp_path: Path) -> Pod:
    variables = {
        "LAUREL_RUN_ID": RUN,
        "LAUREL_DATA_DIR": str(tmp_path / "data"),
        "LAUREL_OUTPUT_DIR": str(tmp_path / "output"),
        "LAUREL_CHECKPOINT_DIR": str(tmp_path / "checkpoints"),
        "LAUREL_DATASET_CACHE": str(tmp_path / "cache"),
        "LAUREL_OBJECT_STORE": f"file://{tmp_path}/objects%20here",
    }
    if request.param == "bucket":
        variables |= {
            "LAUREL_OBJECT_STORE": "s3://training/of/laurel",
            "LAUREL_S3_ENDPOINT": request.getfixturevalue("bucket"),
        }
        variables |= KEYS
        os.environ.update(KEYS)
    return Pod(tmp_path, variables)


@pytest.fixture
def local(tmp_path: Path) -> Pod:
    names = {"DATA": "data", "OUTPUT": "output", "CHECKPOINT": "checkpoints"}
    folders = {f"LAUREL_{name}_DIR": str(tmp_path / folder) for name, folder in names.items()}
    return Pod(tmp_path, {"LAUREL_RUN_ID": RUN, "LAUREL_OBJECT_STORE": f"file://{tmp_path}/objects", **folders})


def script(pod: Pod, text: str) -> list[str]:
    path = pod.folder / "trainer.py"
    path.write_text(text)
    return ["run", "--", sys.executable, str(path)]


GOOD = """
import os, pathlib
out = pathlib.Path(os.environ["LAUREL_OUTPUT_DIR"])
(out / "plots").mkdir(exist_ok=True)
(out / "model.onnx").write_bytes(b"graph")
(out / "model.json").write_text("{}")
(out / "plots" / "ö.txt").write_text("x" * 6_000_000)
print("resume", os.environ["LAUREL_RESUME"], "fence", os.environ["LAUREL_FENCE"])
"""


def test_data_comes_verified_and_from_the_cache_the_second_time(pod: Pod) -> None:
    digest = pod.store().store_bytes(b"rows")
    assert pod.run("fetch", f"train.parquet={digest}")[0] == 0
    assert (pod.folder / "data" / "train.parquet").read_bytes() == b"rows"
    code, _, said = pod.run("fetch", f"train.parquet={digest}")
    assert (code, "from the cache" in said) == (0, True)


def test_a_cached_file_that_has_rotted_is_fetched_again(pod: Pod) -> None:
    digest = pod.store().store_bytes(b"rows")
    pod.run("fetch", f"train.parquet={digest}")
    (pod.folder / "cache" / object_key(digest)).write_bytes(b"rots")
    code, _, said = pod.run("fetch", f"train.parquet={digest}")
    assert (code, "fetched into the cache" in said) == (0, True)
    assert (pod.folder / "data" / "train.parquet").read_bytes() == b"rows"


def test_the_output_is_stored_by_digest_and_named_in_one_line(pod: Pod) -> None:
    code, lines, said = pod.run(*script(pod, GOOD))
    assert code == 0, said
    (digest,) = [line["digest"] for line in lines if line["laurel"] == "output"]
    deliver(pod.store(), digest, pod.folder / "manifest.json")
    files = json.loads((pod.folder / "manifest.json").read_text())["files"]
    assert [one["path"] for one in files] == ["circumstances.json", "model.json", "model.onnx", "plots/ö.txt"]
    for one in files:
        deliver(pod.store(), one["digest"], pod.folder / "file")
        assert (pod.folder / "file").stat().st_size == one["size"]
    assert pod.run(*script(pod, GOOD))[1][-1]["digest"] == digest


def test_the_newest_whole_checkpoint_is_resumed_above_every_fence(local: Pod) -> None:
    folder = local.folder / "checkpoints"
    path = Checkpoints(folder, RUN, fence=3).commit(5, b"five", {})
    torn = Checkpoints(folder, RUN, fence=4).commit(10, b"ten", {})
    (torn.parent / "shard-0.bin").write_bytes(b"te")
    process = local.start(*script(local, GOOD), LAUREL_FENCE="2")
    out, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert f"resume {path} fence 5" in out
    assert "passed over" in out


def test_a_trainer_that_leaves_no_model_is_named(local: Pod) -> None:
    code, lines, _ = local.run(*script(local, "print('nothing')"))
    assert code == 1
    assert lines[-1]["cause"] == "noModel"
    assert "model.onnx and model.json" in lines[-1]["message"]


@pytest.mark.parametrize(("ending", "code"), [("sys.exit(65)", 65), ("os.kill(os.getpid(), 9)", 137), ("1 / 0", 1)])
def test_the_exit_code_is_the_trainers(local: Pod, ending: str, code: int) -> None:
    assert local.run(*script(local, f"import os, sys\n{ending}"))[0] == code


def test_sigterm_reaches_the_trainer_behind_a_shell_and_nothing_is_left(local: Pod) -> None:
    program = (
        "import os, signal, subprocess, sys, time\n"
        "child = subprocess.Popen(['sleep', '60'])\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))\n"
        "print(os.getpid(), child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    path = local.folder / "trainer.py"
    path.write_text(program)
    process = local.start("run", "--", "sh", "-c", f"{sys.executable} {path}; exit $?")
    pids = [int(pid) for pid in process.stdout.readline().split()]
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode in (143, 128 + signal.SIGTERM)
    until = time.monotonic() + 10
    while any(os.path.exists(f"/proc/{pid}") and not _is_zombie(pid) for pid in pids):
        assert time.monotonic() < until
        time.sleep(0.05)


def _is_zombie(pid: int) -> bool:
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return True


@pytest.mark.parametrize(
    ("arguments", "more", "says"),
    [
        (["fetch"], {}, "needs NAME=sha256"),
        (["fetch", "train.parquet=md5:1"], {}, "not a digest"),
        (["fetch", "../etc/passwd=sha256:" + "0" * 64], {}, "plain file name"),
        (["run"], {}, "Usage"),
        (["run", "--", "/no/such/trainer"], {}, "cannot be started"),
        (["run", "--", "true"], {"LAUREL_FENCE": "²"}, "LAUREL_FENCE must be an integer"),
        (["run", "--", "true"], {"LAUREL_OBJECT_STORE": "http://user:hidden@host"}, "must be file:///folder"),
        (["run", "--", "true"], {"LAUREL_RUN_ID": ""}, "LAUREL_RUN_ID is not set"),
    ],
)
def test_what_cannot_be_meant_ends_with_78_in_one_sentence(
    local: Pod, arguments: list[str], more: dict, says: str
) -> None:
    code, _, said = local.run(*arguments, **more)
    assert (code, says in said, "Traceback" in said, "hidden" in said) == (78, True, False, False), said


def test_an_object_that_is_not_there_ends_with_75(pod: Pod, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pods, "TRIES", 1)
    with pytest.raises(TryAgain):
        pods.fetch([f"train.parquet={digest_of_bytes(b'never stored')}"], pod.variables)


class Breaking:
    """A bucket whose connection is gone after the first piece."""

    def __init__(self) -> None:
        self.left = [b"half"]

    def open_input_stream(self, _key: str) -> "Breaking":
        return self

    def read(self, _size: int) -> bytes:
        if not self.left:
            raise ConnectionResetError(104, "Connection reset by peer")
        return self.left.pop()

    def __enter__(self) -> "Breaking":
        return self

    def __exit__(self, *_: object) -> None:
        return None


def test_a_connection_that_breaks_in_the_middle_may_be_tried_again(tmp_path: Path) -> None:
    store = BucketStore(Breaking(), "training")
    with pytest.raises(TryAgain, match="training does not give .*Connection reset"):
        deliver(store, digest_of_bytes(b"half and half"), tmp_path / "file")
    assert list(tmp_path.iterdir()) == []
