"""Helps an ordinary training script honour Laurel's trainer protocol.

A script defines ``main(job)`` and ends with ``laurel_trainer.run(main)``. Everything else here is a small piece that
such a ``main`` may use: data, progress, checkpoints, and ``save_model`` for a scikit-learn pipeline.
"""

from laurel_trainer.checkpoints import Checkpoint, Checkpoints
from laurel_trainer.data import Column, Schema, Table
from laurel_trainer.export import save_model
from laurel_trainer.failures import BadConfiguration, BadData, BadParameters, TryAgain
from laurel_trainer.job import Job, run

__all__ = [
    "BadConfiguration",
    "BadData",
    "BadParameters",
    "Checkpoint",
    "Checkpoints",
    "Column",
    "Job",
    "Schema",
    "Table",
    "TryAgain",
    "run",
    "save_model",
]
