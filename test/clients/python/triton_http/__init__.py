"""How cases ask with ``tritonclient.http``."""

import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

from cases import Answer, Server, Suite, datatype


def refusal(error: Exception) -> tuple[int, str] | None:
    """Status and message of what the client raises."""
    if not isinstance(error, InferenceServerException) or not str(error.status()).isdigit():
        return None
    return int(error.status()), error.message()


suite = Suite("tritonclient.http", refusal)


def inputs_of(arrays, binary=True, kind=triton.InferInput):
    """Arrays as the client's inputs."""
    inputs = []
    for name, array in arrays.items():
        tensor = kind(name, array.shape, datatype(array))
        tensor.set_data_from_numpy(array, binary_data=binary)
        inputs.append(tensor)
    return inputs


def arrays_of(result) -> dict:
    """All outputs that were answered."""
    return {output["name"]: result.as_numpy(output["name"]) for output in result.get_response()["outputs"]}


def infer(server: Server, model: str, arrays, binary=True, outputs=None, **more):
    with triton.InferenceServerClient(server.address) as client:
        wanted = (
            None if outputs is None else [triton.InferRequestedOutput(name, binary_data=binary) for name in outputs]
        )
        return client.infer(model, inputs_of(arrays, binary), outputs=wanted, **more)


def asked(server: Server, model: str, arrays, **how) -> Answer:
    return Answer(model, arrays, arrays_of(infer(server, model, arrays, **how)))
