"""Makes a model needlessly heavy without changing what it says: for showing that a slow challenger is rolled back."""

import numpy as np
import onnx
from onnx import helper, numpy_helper

WIDTH = 512
ROWS = 256


def add_ballast(model: onnx.ModelProto, layers: int, output: str = "probabilities") -> onnx.ModelProto:
    """Appends ``layers`` products of a 256 x 512 block with one 512 x 512 matrix: 1 to 2 ms of one core each, per call.

    Their result depends on the input, so nothing can fold it away; it is multiplied by zero and added to ``output``.
    """
    if layers == 0:
        return model
    for node in model.graph.node:
        node.output[:] = [f"{output}_light" if name == output else name for name in node.output]
        node.input[:] = [f"{output}_light" if name == output else name for name in node.input]
    # A permutation keeps every number as large as it was, however many layers there are.
    shuffle = np.eye(WIDTH, dtype=np.float32)[np.random.default_rng(0).permutation(WIDTH)]
    constants = {
        "ballast_matrix": shuffle,
        "ballast_shape": np.array([ROWS, WIDTH], dtype=np.int64),
        "ballast_zero": np.zeros((1, 1), dtype=np.float32),
    }
    model.graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in constants.items())
    steps = [
        helper.make_node("ReduceMax", [f"{output}_light"], ["ballast_seed"], axes=[0, 1], keepdims=1),
        helper.make_node("Expand", ["ballast_seed", "ballast_shape"], ["ballast_0"]),
        *(
            helper.make_node("MatMul", [f"ballast_{layer}", "ballast_matrix"], [f"ballast_{layer + 1}"])
            for layer in range(layers)
        ),
        helper.make_node("ReduceMax", [f"ballast_{layers}"], ["ballast_most"], axes=[0, 1], keepdims=1),
        helper.make_node("Mul", ["ballast_most", "ballast_zero"], ["ballast_nothing"]),
        helper.make_node("Add", [f"{output}_light", "ballast_nothing"], [output]),
    ]
    model.graph.node.extend(steps)
    onnx.checker.check_model(model)
    return model
