"""From a torch network behind a fitted encoder to one ONNX graph on raw columns."""

import io
import logging
import warnings

import numpy as np
import onnx
import torch
from onnx import compose, helper
from sklearn.compose import ColumnTransformer

from laurel_trainer.export import converted
from laurel_trainer.job import Job
from laurel_trainer.model_files import IR_VERSION, label_by_name, predictions, write_model
from laurel_trainer.tabular import Tabular

# The oldest that torch's exporter writes; onnxruntime 1.20 and later load it.
OPSET = {"": 18, "ai.onnx.ml": 3}
FEATURES = "features"


class Scored(torch.nn.Module):
    """A network with one logit per class, made to answer as Laurel's signature has it; or one with a number per row."""

    def __init__(self, network: torch.nn.Module, classes: int) -> None:
        super().__init__()
        self.network, self.classes = network, classes

    def forward(self, features: torch.Tensor) -> torch.Tensor | tuple[torch.Tensor, torch.Tensor]:
        answer = self.network(features)
        if self.classes == 0:
            return answer
        probabilities = torch.softmax(answer, dim=1)
        return probabilities.argmax(dim=1), probabilities


def save_network(job: Job, data: Tabular, encode: ColumnTransformer, network: torch.nn.Module, algorithm: str) -> None:
    """Writes the model and its companions to the output folder. Only rank 0 writes; the others return at once.

    ``network`` takes the encoder's rows and gives ``[rows, classes]`` logits, or ``[rows, 1]`` numbers. It may lie on a
    GPU: the framework's own predictions are then the GPU's, and the parity is that of the graph with them.
    """
    if job.rank != 0:
        return
    scored = Scored(network, len(data.classes)).eval()
    own = predictions(data, _answers(scored, encode.transform(data.validation).astype(np.float32)))
    graph = to_onnx(data, encode, scored.cpu())
    write_model(job, data, graph, own, framework=f"torch {torch.__version__}", algorithm=algorithm)


def to_onnx(data: Tabular, encode: ColumnTransformer, scored: Scored) -> onnx.ModelProto:
    """One graph: an input ``[None, 1]`` per raw column; the outputs ``label`` and ``probabilities``, or ``value``."""
    first = converted(data, encode, [FEATURES], OPSET)
    second = _network_graph(scored, encode.transform(data.validation[:2]).astype(np.float32))
    for part in (first, second):
        part.ir_version = IR_VERSION
        # skl2onnx states the oldest version that knows its operators; both parts must state the same.
        del part.opset_import[:]
        part.opset_import.extend(helper.make_opsetid(domain, version) for domain, version in OPSET.items())
    model = compose.merge_models(first, second, io_map=[(FEATURES, f"net_{FEATURES}")])
    if data.classes:
        label_by_name(model, data.classes)
    model.ir_version = IR_VERSION
    return model


def _network_graph(scored: Scored, example: np.ndarray) -> onnx.ModelProto:
    outputs = ["class_index", "probabilities"] if scored.classes else ["value"]
    file = io.BytesIO()
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            scored,
            (torch.from_numpy(example),),
            input_names=[f"net_{FEATURES}"],
            output_names=outputs,
            dynamic_shapes={"features": {0: torch.export.Dim("rows")}},
            opset_version=OPSET[""],
            dynamo=True,
            verbose=False,
        )
        program.save(file)
    return _plain(onnx.load_from_string(file.getvalue()))


def _plain(model: onnx.ModelProto) -> onnx.ModelProto:
    """Without notes about source files and lines, which would tell machines apart; with names that meet no others."""
    del model.metadata_props[:], model.graph.metadata_props[:]
    for part in (*model.graph.node, *model.graph.initializer, *model.graph.value_info, *model.graph.input):
        del part.metadata_props[:]
        part.doc_string = ""
    return compose.add_prefix(model, "net/", rename_inputs=False, rename_outputs=False)


def _answers(scored: Scored, features: np.ndarray) -> np.ndarray:
    device = next(scored.parameters()).device
    with torch.inference_mode():
        answer = scored(torch.from_numpy(features).to(device))
    return (answer[1] if scored.classes else answer).cpu().numpy()
