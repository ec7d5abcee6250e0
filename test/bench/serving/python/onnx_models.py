"""The bench's models for every Python server: one thread each, as all servers of the bench run on one core."""

import os
from pathlib import Path

import numpy as np
import onnxruntime

DATATYPES = {"float32": "FP32", "int64": "INT64"}


def open_models() -> dict[str, onnxruntime.InferenceSession]:
    return {name: open_model(name) for name in ("churn", "mlp")}


def open_model(name: str) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    path = Path(os.environ["BENCH_MODELS"]) / f"{name}.onnx"
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def feeds_of(body: dict) -> dict[str, np.ndarray]:
    """Inputs of an Open Inference Protocol request whose tensors are all FP32."""
    return {
        tensor["name"]: np.array(tensor["data"], dtype=np.float32).reshape(tensor["shape"]) for tensor in body["inputs"]
    }


def answer_of(name: str, session: onnxruntime.InferenceSession, arrays: list[np.ndarray]) -> dict:
    outputs = [
        {"name": output.name, "datatype": DATATYPES[str(array.dtype)], "shape": array.shape, "data": array.ravel()}
        for output, array in zip(session.get_outputs(), arrays, strict=True)
    ]
    return {"model_name": name, "outputs": outputs}
