"""What Optuna remembers: its own tables, in a schema of Laurel's Postgres."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy
from optuna.storages import RDBStorage

SCHEMA = "laurel_sampler"


class Memory:
    """Opens the storage at its first use, so that a database that is away is an answer and no crash."""

    def __init__(self, url: str) -> None:
        self._url = sqlalchemy.engine.make_url(url).set(drivername="postgresql+psycopg")
        self._locks = sqlalchemy.create_engine(self._url, pool_size=1, pool_pre_ping=True)
        self._storage: RDBStorage | None = None

    @property
    def storage(self) -> RDBStorage:
        if self._storage is None:
            with self.locked("storage"):
                self._storage = self._open()
        return self._storage

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Excludes every other sampler from ``name``, in this process and others."""
        with self._locks.begin() as connection:
            key = {"name": f"laurel_sampler/{name}"}
            connection.execute(sqlalchemy.text("select pg_advisory_xact_lock(hashtextextended(:name, 0))"), key)
            yield

    def _open(self) -> RDBStorage:
        schema = sqlalchemy.create_engine(self._url)
        with schema.begin() as connection:
            connection.execute(sqlalchemy.text(f"create schema if not exists {SCHEMA}"))
        schema.dispose()
        return RDBStorage(
            self._url.render_as_string(hide_password=False),
            engine_kwargs={
                "pool_size": 2,
                "pool_pre_ping": True,
                "connect_args": {"options": f"-csearch_path={SCHEMA}"},
            },
        )
