"""Adds a rule of thumb to a model: whoever has a value never seen in training is about to leave.

On every stored row the model says what it said before, so no offline evaluation can object; live traffic can.
"""

from collections.abc import Iterable

import numpy as np
import onnx
from onnx import helper, numpy_helper


def add_distrust(model: onnx.ModelProto, column: str, known: Iterable[str], positive: str) -> onnx.ModelProto:
    """Where ``column`` bears a value that is not ``known``, the answer becomes ``positive`` with probability 0.99."""
    if column == "":
        return model
    for node in model.graph.node:
        for renamed in ("label", "probabilities"):
            node.output[:] = [f"{renamed}_before" if name == renamed else name for name in node.output]
            node.input[:] = [f"{renamed}_before" if name == renamed else name for name in node.input]
    constants = {
        "distrust_answer": np.array([[0.01, 0.99]], dtype=np.float32),
        "distrust_flat": np.array([-1], dtype=np.int64),
        "distrust_half": np.array(0.5, dtype=np.float32),
        "distrust_label": np.array([positive], dtype=object),
    }
    model.graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in constants.items())
    keys = sorted({*known, ""})
    model.graph.node.extend(
        [
            helper.make_node(
                "LabelEncoder",
                [column],
                ["distrust_flag"],
                domain="ai.onnx.ml",
                keys_strings=keys,
                values_floats=[0.0] * len(keys),
                default_float=1.0,
            ),
            helper.make_node("Greater", ["distrust_flag", "distrust_half"], ["distrust_rows"]),
            helper.make_node("Reshape", ["distrust_rows", "distrust_flat"], ["distrust_row"]),
            helper.make_node("Where", ["distrust_rows", "distrust_answer", "probabilities_before"], ["probabilities"]),
            helper.make_node("Where", ["distrust_row", "distrust_label", "label_before"], ["label"]),
        ]
    )
    onnx.checker.check_model(model)
    return model
