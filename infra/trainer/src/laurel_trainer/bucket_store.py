"""An object store in a bucket of S3 or a compatible."""

import io
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from pyarrow.fs import S3FileSystem

from laurel_trainer.objects import CHUNK, digest_of_bytes, digest_of_file, object_key, told


@dataclass(frozen=True)
class BucketStore:
    """Reads and writes through Arrow. ``base`` is bucket, and prefix where there is one, without a slash at the end."""

    files: S3FileSystem
    base: str

    def pieces(self, digest: str) -> Iterator[bytes]:
        with (
            told(f"The object store {self.base} does not give {digest}"),
            self.files.open_input_stream(self._key(digest)) as source,
        ):
            while piece := source.read(CHUNK):
                yield piece

    def store_file(self, path: Path) -> str:
        digest = digest_of_file(path)
        with path.open("rb") as source:
            self._put(digest, source, path.stat().st_size)
        return digest

    def store_bytes(self, content: bytes) -> str:
        digest = digest_of_bytes(content)
        self._put(digest, io.BytesIO(content), len(content))
        return digest

    def _put(self, digest: str, source: BinaryIO, size: int) -> None:
        key = self._key(digest)
        with told(f"The object store {self.base} does not take {digest}"):
            if self.files.get_file_info(key).size == size:
                return
            with self.files.open_output_stream(key, metadata={"Content-Type": "application/octet-stream"}) as target:
                while piece := source.read(CHUNK):
                    target.write(piece)

    def _key(self, digest: str) -> str:
        return f"{self.base}/{object_key(digest)}"


def open_bucket(bucket: str, prefix: str, asked: Mapping[str, str], environment: Mapping[str, str]) -> BucketStore:
    """The store below ``prefix``. ``asked`` is the query of its URL: ``endpoint``, ``region``, ``pathStyle``."""
    # Compatibles of S3 do not know the newer default checksums; the digests are checked here anyway.
    os.environ.setdefault("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required")
    os.environ.setdefault("AWS_RESPONSE_CHECKSUM_VALIDATION", "when_required")
    endpoint = asked.get("endpoint") or environment.get("LAUREL_S3_ENDPOINT") or ""
    region = asked.get("region") or environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    where = urlsplit(endpoint if "://" in endpoint else f"https://{endpoint}")
    options = {"endpoint_override": where.netloc, "scheme": where.scheme} if endpoint else {}
    options["force_virtual_addressing"] = asked.get("pathStyle") == "false"
    if region or endpoint:
        options["region"] = region or "us-east-1"
    return BucketStore(S3FileSystem(**options), f"{bucket}/{prefix}" if prefix else bucket)
