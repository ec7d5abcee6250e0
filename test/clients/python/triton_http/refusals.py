"""Requests that are refused, and in which words."""

import numpy as np
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

from cases import Server, expect, expect_equal
from samples import COLUMNS, FLAT
from triton_http import infer, suite


def refuse(server: Server, model: str, arrays, **how):
    """Asks in JSON, which the oracle takes too."""
    return infer(server, model, arrays, binary=False, **how)


@suite.refused("a width that the model does not have")
def _(server):
    return refuse(server, "flat", {"input": np.zeros((2, 5), dtype=np.float32)})


@suite.refused("a tensor with a dimension too few")
def _(server):
    return refuse(server, "flat", {"input": np.zeros(4, dtype=np.float32)})


@suite.refused("a datatype that the input does not have")
def _(server):
    return refuse(server, "flat", {"input": np.zeros((1, 4), dtype=np.float64)})


@suite.refused("texts where the model wants numbers")
def _(server):
    return refuse(server, "flat", {"input": np.array([["a", "b", "c", "d"]], dtype=object)})


@suite.refused("an input that the model does not have")
def _(server):
    return refuse(server, "flat", {"inputs": FLAT["input"]})


@suite.refused("an input too many")
def _(server):
    return refuse(server, "flat", FLAT | {"more": FLAT["input"]})


@suite.refused("an input too few")
def _(server):
    return refuse(server, "columns", {name: array for name, array in COLUMNS.items() if name != "tenure"})


@suite.refused("columns of different lengths")
def _(server):
    return refuse(server, "columns", COLUMNS | {"tenure": COLUMNS["tenure"][:2]})


@suite.refused("an output that the model does not have")
def _(server):
    return refuse(server, "flat", FLAT, outputs=["nothing"])


@suite.refused("a model that is not there")
def _(server):
    return refuse(server, "nobody", FLAT)


@suite.refused("a version that is not there")
def _(server):
    return refuse(server, "flat", FLAT, model_version="99")


@suite.case("the message about a wrong shape says which input, what it is and what it should be")
def _(server):
    try:
        infer(server, "flat", {"input": np.zeros((2, 5), dtype=np.float32)})
    except InferenceServerException as error:
        message = error.message()
        expect(all(part in message for part in ("input", "[2, 5]", "[-1, 4]")), f"it says {message!r}")
    else:
        raise AssertionError("it was answered")


@suite.case("binary bytes that do not fill the shape are refused with the name of the input")
def _(server):
    tensor = triton.InferInput("input", [2, 4], "FP32")
    tensor.set_data_from_numpy(np.zeros((2, 4), dtype=np.float32))
    tensor.set_shape([3, 4])
    with triton.InferenceServerClient(server.address) as client:
        try:
            client.infer("flat", [tensor])
        except InferenceServerException as error:
            expect_equal(error.status(), "400", "the status")
            expect("input" in error.message(), f"it says {error.message()!r}")
        else:
            raise AssertionError("it was answered")


@suite.case("a timeout that is over before the answer is refused as such")
def _(server):
    try:
        infer(server, "flat", FLAT, timeout=1)
    except InferenceServerException as error:
        expect_equal(error.status(), "504", "the status")
        expect("DeadlineExceeded" in error.message(), f"it says {error.message()!r}")
    else:
        raise AssertionError("it was answered")
