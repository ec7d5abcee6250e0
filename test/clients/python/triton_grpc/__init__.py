"""How cases ask with ``tritonclient.grpc``."""

import tritonclient.grpc as triton
from tritonclient.utils import InferenceServerException

from cases import Answer, Server, Suite, datatype

STATUSES = {
    "INVALID_ARGUMENT": 400,
    "OUT_OF_RANGE": 400,
    "FAILED_PRECONDITION": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "ABORTED": 409,
    "UNIMPLEMENTED": 501,
}


def refusal(error: Exception) -> tuple[int, str] | None:
    """Status and message of what the client raises, as HTTP would have them."""
    if not isinstance(error, InferenceServerException) or error.status() is None:
        return None
    return STATUSES.get(error.status().removeprefix("StatusCode."), 500), error.message()


suite = Suite("tritonclient.grpc", refusal)


def client_of(server: Server) -> triton.InferenceServerClient:
    return triton.InferenceServerClient(server.grpc)


def inputs_of(arrays):
    """Arrays as the client's inputs."""
    inputs = []
    for name, array in arrays.items():
        tensor = triton.InferInput(name, list(array.shape), datatype(array))
        tensor.set_data_from_numpy(array)
        inputs.append(tensor)
    return inputs


def arrays_of(result) -> dict:
    """All outputs that were answered."""
    return {output.name: result.as_numpy(output.name) for output in result.get_response().outputs}


def infer(server: Server, model: str, arrays, outputs=None, **more):
    wanted = None if outputs is None else [triton.InferRequestedOutput(name) for name in outputs]
    with client_of(server) as client:
        return client.infer(model, inputs_of(arrays), outputs=wanted, **more)


def asked(server: Server, model: str, arrays, **how) -> Answer:
    return Answer(model, arrays, arrays_of(infer(server, model, arrays, **how)))
