"""Builds the bench's two models and the rows they are asked about: make_models.py TELCO_CSV FOLDER.

churn: gradient-boosted trees (XGBoost) over one flat input [-1, 19] of numbers. Texts are numbered in sorted order.
mlp:   64-512-512-10 with ReLU and softmax, weights drawn by seed; every layer takes any number of rows.
"""

import json
import sys
from importlib import metadata
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pandas as pd
import xgboost as xgb
from onnx import TensorProto, helper, numpy_helper
from onnxmltools import convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType

OPSET = 15
IR_VERSION = 9
ROWS = 1024
SEED = 7
LAYERS = (64, 512, 512, 10)


def main(csv: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    models = [churn(csv, folder), mlp(folder)]
    versions = {name: metadata.version(name) for name in ("onnx", "onnxmltools", "xgboost-cpu", "scikit-learn")}
    (folder / "models.json").write_text(json.dumps({"models": models, "versions": versions}, indent=2))


def churn(csv: Path, folder: Path) -> dict:
    table = pd.read_csv(csv)
    target = (table.pop("churn") == "Yes").astype(int)
    features = numbers(table.drop(columns=["customer_id"]))
    trees = xgb.XGBClassifier(n_estimators=300, max_depth=4, learning_rate=0.1, random_state=SEED, n_jobs=1)
    trees.fit(features, target)
    width = features.shape[1]
    graph = convert_xgboost(trees, initial_types=[("input", FloatTensorType([None, width]))], target_opset=OPSET)
    save(graph, folder / "churn.onnx")
    features[:ROWS].tofile(folder / "churn.f32")
    converted = onnxruntime.InferenceSession(folder / "churn.onnx").run(["probabilities"], {"input": features[:ROWS]})
    np.testing.assert_allclose(converted[0], trees.predict_proba(features[:ROWS]), atol=1e-5)
    outputs = [
        {"name": "label", "dtype": "INT64", "shape": [-1], "role": "label"},
        {"name": "probabilities", "dtype": "FP32", "shape": [-1, 2], "role": "probabilities"},
    ]
    return {"name": "churn", "width": width, "rows": ROWS, "outputs": outputs, "classes": ["No", "Yes"]}


def numbers(table: pd.DataFrame) -> np.ndarray:
    """Every column as float32; a missing number is 0."""
    columns = [
        column.fillna(0) if pd.api.types.is_numeric_dtype(column) else column.astype("category").cat.codes
        for _, column in table.items()
    ]
    return np.column_stack(columns).astype(np.float32)


def mlp(folder: Path) -> dict:
    draw = np.random.default_rng(SEED)
    nodes, weights, last = [], [], "input"
    for index, (rows, columns) in enumerate(zip(LAYERS, LAYERS[1:], strict=False)):
        matrix = draw.standard_normal((rows, columns), dtype=np.float32) * np.float32((2 / rows) ** 0.5)
        weights.append(numpy_helper.from_array(matrix, f"weights.{index}"))
        weights.append(numpy_helper.from_array(np.zeros(columns, dtype=np.float32), f"bias.{index}"))
        sums = f"sums.{index}"
        nodes.append(helper.make_node("Gemm", [last, f"weights.{index}", f"bias.{index}"], [sums]))
        last = f"hidden.{index}"
        nodes.append(helper.make_node("Relu", [sums], [last]))
    nodes[-1] = helper.make_node("Softmax", [sums], ["probabilities"], axis=1)
    taken = helper.make_tensor_value_info("input", TensorProto.FLOAT, [None, LAYERS[0]])
    given = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, LAYERS[-1]])
    opsets = [helper.make_opsetid("", OPSET)]
    save(
        helper.make_model(helper.make_graph(nodes, "mlp", [taken], [given], weights), opset_imports=opsets),
        folder / "mlp.onnx",
    )
    draw.standard_normal((ROWS, LAYERS[0]), dtype=np.float32).tofile(folder / "mlp.f32")
    outputs = [{"name": "probabilities", "dtype": "FP32", "shape": [-1, LAYERS[-1]], "role": "probabilities"}]
    classes = [str(number) for number in range(LAYERS[-1])]
    return {"name": "mlp", "width": LAYERS[0], "rows": ROWS, "outputs": outputs, "classes": classes}


def save(graph: onnx.ModelProto, path: Path) -> None:
    graph.ir_version = IR_VERSION
    onnx.checker.check_model(graph)
    onnx.save(graph, path)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
