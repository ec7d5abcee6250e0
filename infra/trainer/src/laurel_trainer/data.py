"""The rows a trainer may see: train and validation, never the holdout."""

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from laurel_trainer.failures import BadConfiguration, BadData


@dataclass(frozen=True)
class Column:
    """One column as Laurel describes it. ``kind`` is ``numeric`` or ``categorical``."""

    name: str
    kind: str
    storage: str
    nullable: bool


@dataclass(frozen=True)
class Schema:
    """``schema.json``: the columns, and which of them are the target and the features."""

    columns: tuple[Column, ...]
    target: str
    task: str
    positive: str | None
    features: tuple[str, ...]

    def column(self, name: str) -> Column:
        """The column called ``name``; ``BadConfiguration`` when the schema has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise BadConfiguration(f"schema.json names the column {name!r} but does not describe it.")


@dataclass(frozen=True)
class Table:
    """Rows by part, in file order, with each column in the form the model's tensors have."""

    schema: Schema
    train: pd.DataFrame
    validation: pd.DataFrame


def read_schema(path: Path) -> Schema:
    """Reads ``schema.json``."""
    try:
        raw = json.loads(path.read_text())
        columns = tuple(Column(c["name"], c["kind"], c["storage"], bool(c["nullable"])) for c in raw["columns"])
        features = tuple(raw["features"])
        schema = Schema(columns, raw["target"], raw["task"], raw.get("positive"), features)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadConfiguration(f"{path} is not a schema that this trainer understands: {error!r}.") from error
    for name in (schema.target, *schema.features):
        schema.column(name)
    return schema


def read_part(path: Path, schema: Schema) -> pd.DataFrame:
    """Reads features and target of a Parquet part: float32 with NaN, or text with ''; the target as text or float."""
    wanted = [*schema.features, schema.target]
    try:
        rows = pq.read_table(path, columns=wanted)
    except (OSError, pa.ArrowInvalid) as error:
        raise BadData(f"{path.name} cannot be read as Parquet with the columns of schema.json: {error}.") from error
    missing = [name for name in wanted if name not in rows.column_names]
    if missing:
        raise BadData(f"{path.name} lacks the columns {', '.join(missing)} of schema.json.")
    frame = {name: _feature(rows.column(name), schema.column(name)) for name in schema.features}
    frame[schema.target] = _target(rows.column(schema.target), schema, path.name)
    return pd.DataFrame(frame)


def _target(values: pa.ChunkedArray, schema: Schema, where: str) -> np.ndarray:
    missing = pc.sum(pc.is_null(values, nan_is_null=True)).as_py()
    if missing:
        raise BadData(f"{where} has {missing} rows without a target ({schema.target}); remove them.")
    if schema.task != "regression":
        return _text(values)
    numbers = _numbers(values, np.float64)
    odd = int(np.isnan(numbers).sum())
    if odd:
        raise BadData(f"{where} has {odd} rows whose target ({schema.target}) is no finite number; mend them.")
    return numbers


def _feature(values: pa.ChunkedArray, column: Column) -> np.ndarray:
    return _numbers(values, np.float32) if column.kind == "numeric" else _text(values)


def _numbers(values: pa.ChunkedArray, dtype: type) -> np.ndarray:
    try:
        numbers = values.cast(pa.float64()).to_numpy()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        numbers = pd.to_numeric(pd.Series(_text(values)), errors="coerce").to_numpy(np.float64)
    with np.errstate(over="ignore"):
        narrow = numbers.astype(dtype)
    return np.where(np.isfinite(narrow), narrow, np.nan).astype(dtype)


def _text(values: pa.ChunkedArray) -> np.ndarray:
    return np.array([_spell(value) for value in values.to_pylist()], dtype=object)


def _spell(value: object) -> str:
    """A cell as the serving side spells it: ``true``, ``3``, ``3.5``; nothing for a missing one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)
