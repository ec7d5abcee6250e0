"""From a fitted scikit-learn pipeline (XGBoost included) to one ONNX graph on raw columns."""

from collections.abc import Callable, Sequence
from importlib import metadata

import numpy as np
import onnx
import pandas as pd
from skl2onnx import convert_sklearn, update_registered_converter
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from skl2onnx.common.shape_calculator import (
    calculate_linear_classifier_output_shapes,
    calculate_linear_regressor_output_shapes,
)
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline

from laurel_trainer.job import Job
from laurel_trainer.model_files import IR_VERSION, label_by_name, predictions, write_model
from laurel_trainer.tabular import Tabular

# The newest that onnxruntime 1.20 and later load.
OPSET = {"": 17, "ai.onnx.ml": 3}


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
    own = _framework_predictions(data, pipeline)
    write_model(job, data, graph, own, framework=_framework(pipeline), algorithm=algorithm)


def to_onnx(data: Tabular, pipeline: Pipeline) -> onnx.ModelProto:
    """One graph: an input ``[None, 1]`` per raw column; the outputs ``label`` and ``probabilities``, or ``value``."""
    if _is_xgboost(pipeline):
        _teach_xgboost()
    options = {id(pipeline[-1]): {"zipmap": False}} if data.classes else None
    names = ["class_index", "probabilities"] if data.classes else ["value"]
    model = converted(data, pipeline, names, OPSET, options)
    if data.classes:
        _know_label_encoder(model)
        label_by_name(model, data.classes)
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model)
    return model


def _know_label_encoder(model: onnx.ModelProto) -> None:
    """Names of classes need version 2 of the operators for classical models; a graph of older ones asks for less."""
    for opset in model.opset_import:
        if opset.domain == "ai.onnx.ml":
            opset.version = max(opset.version, 2)


def converted(
    data: Tabular, estimator: BaseEstimator, outputs: Sequence[str], opset: dict[str, int], options: dict | None = None
) -> onnx.ModelProto:
    """The graph of an estimator that takes the raw feature columns, with the outputs so named."""
    inputs = [
        (column.name, (FloatTensorType if column.kind == "numeric" else StringTensorType)([None, 1]))
        for column in data.features
    ]
    model = convert_sklearn(estimator, "laurel", inputs, target_opset=opset, options=options)
    _rename_inputs(model, [column.name for column in data.features])
    _rename_outputs(model, outputs)
    return model


def _rename_inputs(model: onnx.ModelProto, names: Sequence[str]) -> None:
    """Back to the raw columns: the converter replaces every character that is not fit for a Python name."""
    converted = [value.name for value in model.graph.input]
    raw = dict(zip(converted, names, strict=True))
    for node in model.graph.node:
        node.input[:] = [raw.get(name, name) for name in node.input]
    for value in model.graph.input:
        value.name = raw[value.name]


def _rename_outputs(model: onnx.ModelProto, names: Sequence[str]) -> None:
    renamed = dict(zip([output.name for output in model.graph.output], names, strict=True))
    for node in model.graph.node:
        node.input[:] = [renamed.get(name, name) for name in node.input]
        node.output[:] = [renamed.get(name, name) for name in node.output]
    for output in model.graph.output:
        output.name = renamed[output.name]


def _framework_predictions(data: Tabular, pipeline: Pipeline) -> pd.DataFrame:
    answer = pipeline.predict_proba if data.classes else pipeline.predict
    return predictions(data, np.asarray(answer(data.validation)))


def _framework(pipeline: Pipeline) -> str:
    if not _is_xgboost(pipeline):
        return f"scikit-learn {metadata.version('scikit-learn')}"
    import xgboost as xgb

    return f"xgboost {xgb.__version__}"


def _is_xgboost(pipeline: Pipeline) -> bool:
    return type(pipeline[-1]).__module__.split(".")[0] == "xgboost"


def _teach_xgboost() -> None:
    """Tells skl2onnx how XGBoost's estimators are converted."""
    import xgboost as xgb
    from onnxmltools.convert.xgboost.operator_converters.XGBoost import convert_xgboost

    classes = calculate_linear_classifier_output_shapes
    options = {"nocl": [True, False], "zipmap": [True, False, "columns"]}
    update_registered_converter(xgb.XGBClassifier, "XGBoostXGBClassifier", classes, convert_xgboost, options=options)
    numbers = calculate_linear_regressor_output_shapes
    update_registered_converter(xgb.XGBRegressor, "XGBoostXGBRegressor", numbers, convert_xgboost)
