"""What models answer, in binary and JSON, type by type."""

import numpy as np
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

from cases import Answer, Server, expect, expect_equal
from samples import COLUMNS, FLAT, MLP, every_type
from triton_http import arrays_of, asked, inputs_of, suite


@suite.case("a flat classifier answers binary to binary, which is the default")
def _(server):
    return asked(server, "flat", FLAT)


@suite.case("requested outputs come back binary by default")
def _(server):
    return asked(server, "flat", FLAT, outputs=["label", "probabilities"])


@suite.case("binary_data=False keeps everything JSON")
def _(server):
    return asked(server, "flat", FLAT, binary=False, outputs=["label", "probabilities"])


@suite.case("JSON in and binary out")
def _(server):
    with triton.InferenceServerClient(server.address) as client:
        result = client.infer("flat", inputs_of(FLAT, binary=False))
        expect("binary_data_size" in result.get_output("label")["parameters"], "the label is not binary")
        return Answer("flat", FLAT, arrays_of(result))


@suite.case("one output binary and the other JSON")
def _(server):
    with triton.InferenceServerClient(server.address) as client:
        outputs = [
            triton.InferRequestedOutput("probabilities", binary_data=True),
            triton.InferRequestedOutput("label", binary_data=False),
        ]
        result = client.infer("flat", inputs_of(FLAT), outputs=outputs)
        expect("data" in result.get_output("label"), "the label is not JSON")
        return Answer("flat", FLAT, arrays_of(result))


@suite.case("only the output that is asked for comes back")
def _(server):
    answer = asked(server, "flat", FLAT, outputs=["probabilities"])
    expect_equal(list(answer.outputs), ["probabilities"], "the list of outputs")
    return answer


@suite.case("a classifier with an input per column takes texts and answers a text")
def _(server):
    return asked(server, "columns", COLUMNS)


@suite.case("texts as JSON")
def _(server):
    return asked(server, "columns", COLUMNS, binary=False, outputs=["label", "probabilities"])


@suite.case("a hundred rows of a perceptron")
def _(server):
    return asked(server, "mlp", MLP)


@suite.case("one row of a perceptron as JSON")
def _(server):
    return asked(server, "mlp", {"x": MLP["x"][:1]}, binary=False, outputs=["y"])


@suite.case("all thirteen datatypes in binary, at the ends of their ranges")
def _(server):
    answer = asked(server, "everytype", every_type())
    expect_equal(len(answer.outputs), 13, "the number of outputs")
    return answer


@suite.case("all thirteen datatypes in JSON")
def _(server):
    arrays = every_type()
    return asked(server, "everytype", arrays, binary=False, outputs=[f"{name}-out" for name in arrays])


def some_type(server: Server, name: str, cells: list, binary: bool) -> Answer:
    arrays = {one: array[: len(cells)] for one, array in every_type().items() if one != name}
    arrays |= {name: every_type(**{name: cells})[name]}
    answer = asked(server, "everytype", arrays, binary=binary, outputs=[f"{name}-out"])
    returned = [text.decode() if isinstance(text, bytes) else text for text in answer.outputs[f"{name}-out"].tolist()]
    expect_equal(returned, every_type(**{name: cells})[name].tolist(), name)
    return answer


for encoding, binary in (("binary", True), ("JSON", False)):

    @suite.case(f"BYTES outside of ASCII come back as they went, {encoding}")
    def _(server, binary=binary):
        return some_type(server, "bytes", ["naïve café", "Ωμέγα", "🧑‍🚀", "\u2028"], binary)

    @suite.case(f"INT64 beyond 2^53 keeps every digit, {encoding}")
    def _(server, binary=binary):
        return some_type(server, "int64", [2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63)], binary)

    @suite.case(f"UINT64 beyond 2^63 keeps every digit, {encoding}")
    def _(server, binary=binary):
        return some_type(server, "uint64", [2**63 + 1, 2**64 - 1, 0], binary)

    @suite.case(f"FP16, {encoding}")
    def _(server, binary=binary):
        return some_type(server, "fp16", [0.333, -2.0, 65504.0], binary)

    @suite.case(f"BOOL, {encoding}")
    def _(server, binary=binary):
        return some_type(server, "bool", [False, True], binary)


@suite.case("bytes that are no UTF-8 come back as they went or are refused, but are not changed")
def _(server):
    arrays = every_type(bytes=[b"\xff\xd8\xff\xe0", b"", b"", b""])
    try:
        answer = asked(server, "everytype", arrays)
    except InferenceServerException as error:
        expect_equal(error.status(), "400", "the status")
    else:
        expect_equal(answer.outputs["bytes-out"].tolist(), arrays["bytes"].tolist(), "the bytes")


@suite.case("class_count answers the largest probabilities as value:index and, where classes are known, their labels")
def _(server):
    with triton.InferenceServerClient(server.address) as client:
        wanted = [triton.InferRequestedOutput("probabilities", class_count=2)]
        texts = client.infer("flat", inputs_of(FLAT), outputs=wanted).as_numpy("probabilities")
        expect_equal(texts.shape, (3, 2), "the shape of the classification")
        probabilities = client.infer("flat", inputs_of(FLAT)).as_numpy("probabilities")
    for row, cells in zip(probabilities, texts, strict=True):
        order = np.argsort(-row, kind="stable")[:2]
        for index, cell in zip(order, cells, strict=True):
            value, place, *label = cell.decode().split(":")
            expect_equal(int(place), int(index), "the index of a class")
            expect(abs(float(value) - row[index]) < 1e-6, f"{cell} is not {row[index]}")
            classes = ["setosa", "versicolor", "virginica"]
            expect_equal(label, [classes[index]] if server.name == "fleet" else [], "the label")
    return Answer("flat", FLAT, {"probabilities": probabilities})
