"""Lets MLflow load a Laurel package (``mlflow.pyfunc.load_model``): raw columns in, labels and probabilities out."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pandas as pd

MISSING = {"tensor(float)": np.float32(np.nan), "tensor(double)": np.nan, "tensor(string)": ""}
TYPES = {
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(bool)": np.bool_,
}


class LaurelModel:
    """The graph of a package; inputs are the columns that ``manifest.json`` names."""

    def __init__(self, folder: Path) -> None:
        self.session = onnxruntime.InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])
        self.signature = json.loads((folder / "signature.json").read_text())

    def predict(self, frame: pd.DataFrame, params: dict | None = None) -> pd.DataFrame:
        """One row per row of ``frame``: ``label`` and ``p_0``, ``p_1``, … in the order of the classes, or ``value``."""
        feeds = {wanted.name: _column(frame, wanted) for wanted in self.session.get_inputs()}
        names = {output["role"]: output["name"] for output in self.signature["outputs"]}
        answers = dict(zip(names, self.session.run(list(names.values()), feeds), strict=True))
        columns = {}
        if "label" in answers:
            columns["label"] = answers["label"].ravel()
        if "probabilities" in answers:
            columns |= {f"p_{at}": column for at, column in enumerate(answers["probabilities"].T)}
        if "value" in answers:
            columns["value"] = answers["value"].ravel()
        return pd.DataFrame(columns, index=frame.index)


def _column(frame: pd.DataFrame, wanted) -> np.ndarray:
    cells = frame[wanted.name]
    if wanted.type in MISSING:
        cells = cells.astype(object).where(cells.notna(), MISSING[wanted.type])
    if wanted.type == "tensor(string)":
        return np.array([str(cell) for cell in cells], dtype=object).reshape(-1, 1)
    return cells.to_numpy(dtype=TYPES[wanted.type]).reshape(-1, 1)


def _load_pyfunc(folder: str) -> LaurelModel:
    return LaurelModel(Path(folder))
