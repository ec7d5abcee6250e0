"""The files that Laurel takes from a trainer: a graph, the framework's own predictions, the proof that they agree."""

import json
from importlib import metadata

import numpy as np
import onnx
import onnxruntime
import pandas as pd
from onnx import TensorProto, helper

from laurel_trainer.data import Column
from laurel_trainer.job import Job
from laurel_trainer.tabular import Tabular

IR_VERSION = 9
BACKGROUND_ROWS = 100


def write_model(
    job: Job, data: Tabular, graph: onnx.ModelProto, own: pd.DataFrame, *, framework: str, algorithm: str
) -> None:
    """Writes ``model.onnx`` and its companions to the output folder.

    ``own`` are the framework's predictions of the validation rows, as ``predictions`` makes them.
    """
    folder = job.output_folder
    (folder / "explain").mkdir(parents=True, exist_ok=True)
    graph.ir_version = IR_VERSION
    _sort_opsets(graph)
    onnx.checker.check_model(graph)
    (folder / "model.onnx").write_bytes(graph.SerializeToString(deterministic=True))
    converted = _onnx_predictions(data, graph)
    own.to_parquet(folder / "validation_predictions.parquet", index=False)
    background = data.train.sample(min(BACKGROUND_ROWS, len(data.train)), random_state=job.seed)
    background.to_parquet(folder / "explain" / "background.parquet", index=False)
    (folder / "environment.lock").write_text("\n".join(_installed()) + "\n")
    description = {
        "task": data.task,
        "inputs": [_input(column) for column in data.features],
        "outputs": _outputs(data),
        "classes": list(data.classes),
        "framework": framework,
        "algorithm": algorithm,
        "parity": {"rows": len(own), "maxAbsDiff": largest_difference(own, converted)},
    }
    (folder / "model.json").write_text(json.dumps(description, indent=2, allow_nan=False) + "\n")


def _sort_opsets(graph: onnx.ModelProto) -> None:
    """Converters take them from a set, whose order changes from process to process; the bytes must not."""
    opsets = sorted(graph.opset_import, key=lambda opset: opset.domain)
    del graph.opset_import[:]
    graph.opset_import.extend(opsets)


def predictions(data: Tabular, answers: np.ndarray) -> pd.DataFrame:
    """A table of predictions from probabilities ``[rows, classes]``, or from the numbers of a regression."""
    if not data.classes:
        return pd.DataFrame({"value": np.asarray(answers, dtype=np.float64).ravel()})
    frame = pd.DataFrame(answers.astype(np.float64), columns=[f"p_{i}" for i in range(len(data.classes))])
    frame.insert(0, "label", [data.classes[i] for i in answers.argmax(axis=1)])
    return frame


def largest_difference(own: pd.DataFrame, converted: pd.DataFrame) -> float:
    """The largest absolute difference between two sets of predictions; of numbers, relative to ``max(1, |own|)``."""
    if "value" in own:
        scale = np.maximum(1.0, np.abs(own["value"].to_numpy()))
        return float(np.max(np.abs(own["value"].to_numpy() - converted["value"].to_numpy()) / scale))
    columns = [name for name in own if name.startswith("p_")]
    return float(np.max(np.abs(own[columns].to_numpy() - converted[columns].to_numpy())))


def label_by_name(model: onnx.ModelProto, classes: tuple[str, ...]) -> None:
    """Gives a graph with ``class_index`` and ``probabilities`` the outputs ``label`` and ``probabilities``."""
    model.graph.node.append(
        helper.make_node(
            "LabelEncoder",
            ["class_index"],
            ["label"],
            domain="ai.onnx.ml",
            keys_int64s=list(range(len(classes))),
            values_strings=list(classes),
        )
    )
    probabilities = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, len(classes)])
    label = helper.make_tensor_value_info("label", TensorProto.STRING, [None])
    del model.graph.output[:]
    model.graph.output.extend([label, probabilities])


def _onnx_predictions(data: Tabular, graph: onnx.ModelProto) -> pd.DataFrame:
    session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    feeds = {name: data.validation[[name]].to_numpy() for name in data.validation}
    return predictions(data, session.run(["probabilities" if data.classes else "value"], feeds)[0])


def _input(column: Column) -> dict:
    dtype = "FP32" if column.kind == "numeric" else "BYTES"
    return {"name": column.name, "dtype": dtype, "shape": [-1, 1], "optional": column.nullable}


def _outputs(data: Tabular) -> list[dict]:
    if not data.classes:
        return [{"name": "value", "dtype": "FP32", "shape": [-1, 1], "role": "value"}]
    return [
        {"name": "label", "dtype": "BYTES", "shape": [-1], "role": "label"},
        {"name": "probabilities", "dtype": "FP32", "shape": [-1, len(data.classes)], "role": "probabilities"},
    ]


def _installed() -> list[str]:
    found = {d.metadata["Name"].lower(): d.version for d in metadata.distributions() if d.metadata["Name"]}
    return [f"{name}=={version}" for name, version in sorted(found.items())]
