"""Requests that are refused, and in which words."""

import numpy as np
from tritonclient.utils import InferenceServerException

from cases import expect
from samples import COLUMNS, FLAT
from triton_grpc import infer, suite


def refused(title: str, model: str, arrays, **how):
    """A request that Laurel refuses and MLServer too."""

    @suite.refused(title, grpc=True)
    def _(server):
        return infer(server, model, arrays, **how)


refused("a width that the model does not have", "flat", {"input": np.zeros((2, 5), dtype=np.float32)})
refused("a tensor with a dimension too few", "flat", {"input": np.zeros(4, dtype=np.float32)})
refused("a datatype that the input does not have", "flat", {"input": np.zeros((1, 4), dtype=np.float64)})
refused("texts where the model wants numbers", "flat", {"input": np.array([["a", "b", "c", "d"]], dtype=object)})
refused("an input that the model does not have", "flat", {"inputs": FLAT["input"]})
refused("an input too many", "flat", FLAT | {"more": FLAT["input"]})
refused("an input too few", "columns", {name: COLUMNS[name] for name in ("charge", "contract")})
refused("columns of different lengths", "columns", COLUMNS | {"tenure": COLUMNS["tenure"][:2]})
refused("an output that the model does not have", "flat", FLAT, outputs=["nothing"])
refused("a model that is not there", "nobody", FLAT)
refused("a version that is not there", "flat", FLAT, model_version="99")


@suite.case("the message about a wrong shape says which input, what it is and what it should be", grpc=True)
def _(server):
    try:
        infer(server, "flat", {"input": np.zeros((2, 5), dtype=np.float32)})
    except InferenceServerException as error:
        message = error.message()
        expect(all(part in message for part in ("input", "[2, 5]", "[-1, 4]")), f"it says {message!r}")
    else:
        raise AssertionError("it was answered")
