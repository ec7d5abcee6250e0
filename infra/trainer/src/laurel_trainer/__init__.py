"""Helps an ordinary training script honour Laurel's trainer protocol.

A script defines ``main(job)`` and ends with ``laurel_trainer.run(main)``. Everything else here is a small piece that
such a ``main`` may use: data, progress, checkpoints, and ``save_model`` for a scikit-learn pipeline. What needs pandas,
scikit-learn or XGBoost is imported where it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from laurel_trainer.checkpoints import Checkpoint, Checkpoints
from laurel_trainer.failures import BadConfiguration, BadData, BadParameters, NotANumber, TryAgain
from laurel_trainer.job import Job, run

if TYPE_CHECKING:
    from laurel_trainer.data import Column, Schema, Table
    from laurel_trainer.export import save_model

__all__ = [
    "BadConfiguration",
    "BadData",
    "BadParameters",
    "Checkpoint",
    "Checkpoints",
    "Column",
    "Job",
    "NotANumber",
    "Schema",
    "Table",
    "TryAgain",
    "run",
    "save_model",
]

_LATER = {"Column": "data", "Schema": "data", "Table": "data", "save_model": "export"}


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"laurel_trainer.{_LATER[name]}"), name)
