"""Cases of the gRPC stubs that MLServer ships, above all its streams, whose messages are not Triton's."""

import grpc
import numpy as np
from mlserver.grpc import dataplane_pb2 as pb
from mlserver.grpc.dataplane_pb2_grpc import GRPCInferenceServiceStub

from cases import NUMPY_TYPES, Answer, Server, Suite, expect, expect_equal
from samples import FLAT

STATUSES = {grpc.StatusCode.INVALID_ARGUMENT: 400, grpc.StatusCode.NOT_FOUND: 404}
DIALECT = (("x-laurel-stream", "mlserver"),)


def refusal(error: Exception) -> tuple[int, str] | None:
    """Status and message of what grpc raises, as HTTP would have them."""
    if isinstance(error, grpc.RpcError):
        return STATUSES.get(error.code(), 500), error.details()
    return None


suite = Suite("mlserver's stubs", refusal)


def request_of(model: str, rows: np.ndarray, name: str) -> pb.ModelInferRequest:
    contents = pb.InferTensorContents(fp32_contents=rows.ravel().tolist())
    tensor = pb.ModelInferRequest.InferInputTensor(name="input", datatype="FP32", shape=rows.shape, contents=contents)
    return pb.ModelInferRequest(model_name=model, id=name, inputs=[tensor])


def arrays_of(response: pb.ModelInferResponse) -> dict[str, np.ndarray]:
    fields = {"FP32": "fp32_contents", "INT64": "int64_contents"}
    return {
        output.name: np.array(
            getattr(output.contents, fields[output.datatype]), dtype=NUMPY_TYPES[output.datatype]
        ).reshape(list(output.shape))
        for output in response.outputs
    }


def streamed(server: Server, requests: list[pb.ModelInferRequest], metadata=()) -> list[pb.ModelInferResponse]:
    with grpc.insecure_channel(server.grpc) as channel:
        call = GRPCInferenceServiceStub(channel).ModelStreamInfer(iter(requests), metadata=metadata, timeout=30)
        return list(call)


def many(server: Server, metadata=()) -> Answer:
    responses = streamed(server, [request_of("flat", FLAT["input"], str(count)) for count in range(20)], metadata)
    expect_equal([response.id for response in responses], [str(count) for count in range(20)], "the ids")
    expect_equal({response.model_name for response in responses}, {"flat"}, "the model")
    return Answer("flat", FLAT, arrays_of(responses[-1]))


@suite.case("one call with the stubs", grpc=True)
def _(server):
    with grpc.insecure_channel(server.grpc) as channel:
        response = GRPCInferenceServiceStub(channel).ModelInfer(request_of("flat", FLAT["input"], "7"), timeout=30)
    expect_equal(response.id, "7", "the id")
    return Answer("flat", FLAT, arrays_of(response))


@suite.case("a server started for MLServer's streams answers them without being asked", ("standalone",), grpc=True)
def _(server):
    return many(server)


@suite.case("a caller that names MLServer's streams is answered in them", grpc=True)
def _(server):
    return many(server, DIALECT)


@suite.case("a caller that names Triton's streams is answered in them all the same", grpc=True)
def _(server):
    with grpc.insecure_channel(server.grpc) as channel:
        call = channel.stream_stream(
            "/inference.GRPCInferenceService/ModelStreamInfer",
            request_serializer=pb.ModelInferRequest.SerializeToString,
            response_deserializer=lambda message: message,
        )
        request = request_of("flat", FLAT["input"], "1")
        (message,) = call(iter([request]), metadata=(("x-laurel-stream", "triton"),), timeout=30)
    # Field 2 of the message, with a length: infer_response.
    expect_equal(message[0], 0x12, "the first byte")


@suite.refused("an error in a stream ends it as a status", grpc=True)
def _(server):
    wrong = request_of("flat", np.zeros((2, 5), dtype=np.float32), "bad")
    return streamed(server, [wrong], DIALECT)


@suite.case("what came before the error is answered", grpc=True)
def _(server):
    good = request_of("flat", FLAT["input"], "good")
    wrong = request_of("nobody", FLAT["input"], "bad")
    given = []
    try:
        with grpc.insecure_channel(server.grpc) as channel:
            stub = GRPCInferenceServiceStub(channel)
            for response in stub.ModelStreamInfer(iter([good, wrong, good]), metadata=DIALECT, timeout=30):
                given.append(response)
    except grpc.RpcError as error:
        expect_equal(error.code(), grpc.StatusCode.NOT_FOUND, "the status")
    else:
        raise AssertionError("the stream ended well")
    expect_equal([response.id for response in given], ["good"], "what was answered")
    return Answer("flat", FLAT, arrays_of(given[0]))


if __name__ == "__main__":
    suite.run("streams")
