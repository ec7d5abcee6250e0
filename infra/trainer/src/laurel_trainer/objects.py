"""Laurel's object store as a pod sees it: immutable bytes named by digest, in a folder or in a bucket.

The layout is the one that Laurel's own adapters write: ``objects/sha256/<first 2 digits>/<other 62>``.
"""

import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import parse_qs, unquote, urlsplit

from laurel_trainer.durable import sync_folder
from laurel_trainer.failures import BadConfiguration, TryAgain

CHUNK = 1024 * 1024


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


class ObjectStore:
    """What a pod asks of a store. ``fetch`` verifies what it delivers; storing twice is storing once."""

    def fetch(self, digest: str, path: Path) -> None:
        """Delivers the bytes of ``digest`` to ``path``, whole or not at all. ``TryAgain`` when it cannot."""
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
        try:
            with self._open(digest) as source, partial.open("wb") as target:
                shutil.copyfileobj(source, target, CHUNK)
                target.flush()
                os.fsync(target.fileno())
            found = digest_of_file(partial)
            if found != digest:
                raise TryAgain(f"The object {digest} holds bytes that hash to {found}; restore it from a copy.")
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)

    def store_file(self, path: Path) -> str:
        """Stores a file's bytes and returns their digest."""
        raise NotImplementedError

    def store_bytes(self, content: bytes) -> str:
        """Stores bytes and returns their digest."""
        raise NotImplementedError

    def _open(self, digest: str) -> BinaryIO:
        raise NotImplementedError


@dataclass(frozen=True)
class DirectoryStore(ObjectStore):
    """A store in a folder that several machines or processes share."""

    root: Path

    def store_file(self, path: Path) -> str:
        digest = digest_of_file(path)
        if not self._holds(digest):
            staged = self._staged()
            shutil.copyfile(path, staged)
            self._settle(staged, digest)
        return digest

    def store_bytes(self, content: bytes) -> str:
        digest = digest_of_bytes(content)
        if not self._holds(digest):
            staged = self._staged()
            staged.write_bytes(content)
            self._settle(staged, digest)
        return digest

    def _open(self, digest: str) -> BinaryIO:
        try:
            return (self.root / object_key(digest)).open("rb")
        except FileNotFoundError as error:
            raise TryAgain(f"The object store {self.root} holds no object {digest}.") from error

    def _holds(self, digest: str) -> bool:
        path = self.root / object_key(digest)
        return path.is_file() and digest_of_file(path) == digest

    def _staged(self) -> Path:
        folder = self.root / ".staging"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{os.getpid()}-{uuid.uuid4().hex}.part"

    def _settle(self, staged: Path, digest: str) -> None:
        target = self.root / object_key(digest)
        try:
            with staged.open("rb") as file:
                os.fsync(file.fileno())
            target.parent.mkdir(parents=True, exist_ok=True)
            staged.replace(target)
            sync_folder(target.parent)
        finally:
            staged.unlink(missing_ok=True)


@dataclass(frozen=True)
class BucketStore(ObjectStore):
    """A store in a bucket of S3 or a compatible, through Arrow's file system of that kind."""

    files: object  # pyarrow.fs.S3FileSystem; imported only where a bucket is named
    base: str  # bucket, and prefix where there is one, without a slash at the end

    def store_file(self, path: Path) -> str:
        digest = digest_of_file(path)
        with path.open("rb") as source:
            self._put(digest, source, path.stat().st_size)
        return digest

    def store_bytes(self, content: bytes) -> str:
        import io

        digest = digest_of_bytes(content)
        self._put(digest, io.BytesIO(content), len(content))
        return digest

    def _put(self, digest: str, source: BinaryIO, size: int) -> None:
        key = f"{self.base}/{object_key(digest)}"
        with _said(f"The object store {self.base} does not take {digest}"):
            if self.files.get_file_info(key).size == size:
                return
            with self.files.open_output_stream(key, metadata={"Content-Type": "application/octet-stream"}) as target:
                while chunk := source.read(CHUNK):
                    target.write(chunk)

    def _open(self, digest: str) -> BinaryIO:
        with _said(f"The object store {self.base} does not give {digest}"):
            return self.files.open_input_stream(f"{self.base}/{object_key(digest)}")


class _said:  # noqa: N801 - reads as a word where it is used
    """Turns a failure of the store into ``TryAgain`` with one sentence."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type | None, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, OSError):
            reason = " ".join(str(error).split())[:300]
            raise TryAgain(f"{self.what} ({reason}); check endpoint, credentials and permissions.") from error


def open_store(environment: Mapping[str, str]) -> ObjectStore:
    """The store that ``LAUREL_OBJECT_STORE`` names: ``file:///folder`` or ``s3://bucket/prefix``.

    A bucket's endpoint and region come from the query (``?endpoint=…&region=…``), else from ``LAUREL_S3_ENDPOINT`` and
    ``AWS_REGION``; its credentials from the ``AWS_*`` variables, a profile or the instance's role. For anything else
    ``BadConfiguration``.
    """
    url = environment.get("LAUREL_OBJECT_STORE", "")
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path.startswith("/"):
        return DirectoryStore(Path(unquote(parts.path)))
    if parts.scheme != "s3" or not parts.netloc:
        shown = f"{parts.scheme}://{parts.hostname or ''}{parts.path}" if parts.scheme else url
        raise BadConfiguration(f"LAUREL_OBJECT_STORE must be file:///folder or s3://bucket/prefix, not {shown!r}.")
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return _bucket(parts.netloc, parts.path.strip("/"), asked, environment)


def _bucket(bucket: str, prefix: str, asked: Mapping[str, str], environment: Mapping[str, str]) -> BucketStore:
    # Compatibles of S3 do not know the newer default checksums; the digests are checked here anyway.
    os.environ.setdefault("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required")
    os.environ.setdefault("AWS_RESPONSE_CHECKSUM_VALIDATION", "when_required")
    from pyarrow.fs import S3FileSystem

    endpoint = asked.get("endpoint") or environment.get("LAUREL_S3_ENDPOINT") or ""
    region = asked.get("region") or environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    where = urlsplit(endpoint if "://" in endpoint else f"https://{endpoint}")
    options = {"endpoint_override": where.netloc, "scheme": where.scheme} if endpoint else {}
    virtual = asked.get("pathStyle") == "false"
    options["force_virtual_addressing"] = virtual
    if region or endpoint:
        options["region"] = region or "us-east-1"
    return BucketStore(S3FileSystem(**options), f"{bucket}/{prefix}" if prefix else bucket)
