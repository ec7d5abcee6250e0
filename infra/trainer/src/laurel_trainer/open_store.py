"""Which object store a pod uses."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from laurel_trainer.directory_store import DirectoryStore
from laurel_trainer.failures import BadConfiguration
from laurel_trainer.objects import ObjectStore


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
    from laurel_trainer.bucket_store import open_bucket  # Arrow's S3 client takes a while to load

    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return open_bucket(parts.netloc, parts.path.strip("/"), asked, environment)
