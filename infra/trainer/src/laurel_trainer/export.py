"""From a fitted pipeline to the files Laurel takes: one ONNX graph on raw columns, and the proof that it agrees."""

import json
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pandas as pd
import xgboost as xgb
from onnx import TensorProto, helper
from onnxmltools.convert.xgboost.operator_converters.XGBoost import convert_xgboost
from skl2onnx import convert_sklearn, update_registered_converter
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from skl2onnx.common.shape_calculator import (
    calculate_linear_classifier_output_shapes,
    calculate_linear_regressor_output_shapes,
)
from sklearn.pipeline import Pipeline

from laurel_trainer.job import Job
from laurel_trainer.tabular import Tabular

# The newest that onnxruntime 1.20 and later load.
OPSET = {"": 17, "ai.onnx.ml": 3}
IR_VERSION = 9
BACKGROUND_ROWS = 100

update_registered_converter(
    xgb.XGBClassifier,
    "XGBoostXGBClassifier",
    calculate_linear_classifier_output_shapes,
    convert_xgboost,
    options={"nocl": [True, False], "zipmap": [True, False, "columns"]},
)
update_registered_converter(
    xgb.XGBRegressor, "XGBoostXGBRegressor", calculate_linear_regressor_output_shapes, convert_xgboost
)


def save_model(
    job: Job,
    data: Tabular,
    pipeline: Pipeline,
    algorithm: str,
    change: Callable[[onnx.ModelProto], onnx.ModelProto] = lambda model: model,
) -> None:
    """Writes the model and its companions to the output folder. ``change`` may still alter the graph.

    The pipeline takes the feature columns and predicts class indexes (or numbers); any estimator that skl2onnx or
    onnxmltools converts will do.
    """
    graph = change(to_onnx(data, pipeline))
    folder = job.output_folder
    (folder / "explain").mkdir(parents=True, exist_ok=True)
    onnx.save(graph, folder / "model.onnx")
    own = _framework_predictions(data, pipeline)
    converted = _onnx_predictions(data, folder / "model.onnx")
    own.to_parquet(folder / "validation_predictions.parquet", index=False)
    background = data.train.sample(min(BACKGROUND_ROWS, len(data.train)), random_state=job.seed)
    background.to_parquet(folder / "explain" / "background.parquet", index=False)
    (folder / "environment.lock").write_text("\n".join(_installed()) + "\n")
    description = {
        "task": data.task,
        "inputs": [_input(column) for column in data.features],
        "outputs": _outputs(data),
        "classes": list(data.classes),
        "framework": f"xgboost {xgb.__version__}" if "XGB" in type(pipeline[-1]).__name__ else _sklearn(),
        "algorithm": algorithm,
        "parity": {"rows": len(own), "maxAbsDiff": largest_difference(own, converted)},
    }
    (folder / "model.json").write_text(json.dumps(description, indent=2, allow_nan=False) + "\n")


def to_onnx(data: Tabular, pipeline: Pipeline) -> onnx.ModelProto:
    """One graph: an input ``[None, 1]`` per raw column; the outputs ``label`` and ``probabilities``, or ``value``."""
    inputs = [
        (column.name, (FloatTensorType if column.kind == "numeric" else StringTensorType)([None, 1]))
        for column in data.features
    ]
    options = {id(pipeline[-1]): {"zipmap": False}} if data.classes else None
    names = ["class_index", "probabilities"] if data.classes else ["value"]
    model = convert_sklearn(pipeline, "laurel", inputs, target_opset=OPSET, options=options)
    _rename_inputs(model, [column.name for column in data.features])
    _rename_outputs(model, names)
    if data.classes:
        _label_by_name(model, data.classes)
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model)
    return model


def largest_difference(own: pd.DataFrame, converted: pd.DataFrame) -> float:
    """The largest absolute difference between two sets of predictions; of numbers, relative to ``max(1, |own|)``."""
    if "value" in own:
        scale = np.maximum(1.0, np.abs(own["value"].to_numpy()))
        return float(np.max(np.abs(own["value"].to_numpy() - converted["value"].to_numpy()) / scale))
    columns = [name for name in own if name.startswith("p_")]
    return float(np.max(np.abs(own[columns].to_numpy() - converted[columns].to_numpy())))


def _rename_inputs(model: onnx.ModelProto, names: list[str]) -> None:
    """Back to the raw columns: the converter replaces every character that is not fit for a Python name."""
    converted = [value.name for value in model.graph.input]
    raw = dict(zip(converted, names, strict=True))
    for node in model.graph.node:
        node.input[:] = [raw.get(name, name) for name in node.input]
    for value in model.graph.input:
        value.name = raw[value.name]


def _rename_outputs(model: onnx.ModelProto, names: list[str]) -> None:
    renamed = dict(zip([output.name for output in model.graph.output], names, strict=True))
    for node in model.graph.node:
        node.input[:] = [renamed.get(name, name) for name in node.input]
        node.output[:] = [renamed.get(name, name) for name in node.output]
    for output in model.graph.output:
        output.name = renamed[output.name]


def _label_by_name(model: onnx.ModelProto, classes: tuple[str, ...]) -> None:
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


def _framework_predictions(data: Tabular, pipeline: Pipeline) -> pd.DataFrame:
    if not data.classes:
        return pd.DataFrame({"value": np.asarray(pipeline.predict(data.validation), dtype=np.float64).ravel()})
    return _frame(data, pipeline.predict_proba(data.validation))


def _onnx_predictions(data: Tabular, path: Path) -> pd.DataFrame:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    feeds = {name: data.validation[[name]].to_numpy() for name in data.validation}
    if not data.classes:
        return pd.DataFrame({"value": session.run(["value"], feeds)[0].astype(np.float64).ravel()})
    return _frame(data, session.run(["probabilities"], feeds)[0])


def _frame(data: Tabular, probabilities: np.ndarray) -> pd.DataFrame:
    frame = pd.DataFrame(probabilities.astype(np.float64), columns=[f"p_{i}" for i in range(len(data.classes))])
    frame.insert(0, "label", [data.classes[i] for i in probabilities.argmax(axis=1)])
    return frame


def _input(column) -> dict:
    dtype = "FP32" if column.kind == "numeric" else "BYTES"
    return {"name": column.name, "dtype": dtype, "shape": [-1, 1], "optional": column.nullable}


def _outputs(data: Tabular) -> list[dict]:
    if not data.classes:
        return [{"name": "value", "dtype": "FP32", "shape": [-1, 1], "role": "value"}]
    return [
        {"name": "label", "dtype": "BYTES", "shape": [-1], "role": "label"},
        {"name": "probabilities", "dtype": "FP32", "shape": [-1, len(data.classes)], "role": "probabilities"},
    ]


def _sklearn() -> str:
    return f"scikit-learn {metadata.version('scikit-learn')}"


def _installed() -> list[str]:
    found = {d.metadata["Name"].lower(): d.version for d in metadata.distributions() if d.metadata["Name"]}
    return [f"{name}=={version}" for name, version in sorted(found.items())]
