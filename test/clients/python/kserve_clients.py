"""Cases of KServe's own clients, REST (v1 and v2) and gRPC."""

import asyncio

import grpc
import httpx
import numpy as np
from kserve import InferenceGRPCClient, InferenceRESTClient, InferInput, InferRequest, RESTConfig

from cases import Answer, Server, Suite, datatype, expect, expect_equal
from samples import COLUMNS, FLAT, MLP, every_type

STATUSES = {
    grpc.StatusCode.INVALID_ARGUMENT: 400,
    grpc.StatusCode.UNAUTHENTICATED: 401,
    grpc.StatusCode.PERMISSION_DENIED: 403,
    grpc.StatusCode.NOT_FOUND: 404,
}


def refusal(error: Exception) -> tuple[int, str] | None:
    """Status and message of what the clients raise, as HTTP would have them."""
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code, str(error)
    if isinstance(error, grpc.RpcError):
        return STATUSES.get(error.code(), 500), error.details()
    return None


suite = Suite("kserve", refusal)


def rest(protocol: str, ask):
    """Runs ``ask`` with a client of REST."""

    async def run():
        async with InferenceRESTClient(RESTConfig(protocol=protocol, retries=0)) as client:
            return await ask(client)

    return asyncio.run(run())


def over_grpc(server: Server, ask):
    """Runs ``ask`` with a client of gRPC."""

    async def run():
        async with InferenceGRPCClient(server.grpc, retries=0) as client:
            return await ask(client)

    return asyncio.run(run())


def request_of(model: str, arrays, binary=False, request_id="1") -> InferRequest:
    """Arrays as the clients' request."""
    inputs = []
    for name, array in arrays.items():
        tensor = InferInput(name, list(array.shape), datatype(array))
        tensor.set_data_from_numpy(array, binary_data=binary)
        inputs.append(tensor)
    return InferRequest(model_name=model, infer_inputs=inputs, request_id=request_id)


def arrays_of(response) -> dict:
    """All outputs that were answered."""
    return {output.name: output.as_numpy() for output in response.outputs}


def infer_v2(server: Server, model: str, arrays, binary=False):
    request = request_of(model, arrays, binary)
    return rest("v2", lambda client: client.infer(server.http, request, model_name=model))


def infer_grpc(server: Server, model: str, arrays, binary=False):
    return over_grpc(server, lambda client: client.infer(request_of(model, arrays, binary)))


SAMPLES = {
    "a flat classifier": ("flat", FLAT),
    "a classifier with an input per column": ("columns", COLUMNS),
    "a hundred rows of a perceptron": ("mlp", MLP),
}

for title, (model, arrays) in SAMPLES.items():

    @suite.case(f"{title}, v2 in JSON")
    def _(server, model=model, arrays=arrays):
        return Answer(model, arrays, arrays_of(infer_v2(server, model, arrays)))

    @suite.case(f"{title}, v2 in binary")
    def _(server, model=model, arrays=arrays):
        return Answer(model, arrays, arrays_of(infer_v2(server, model, arrays, binary=True)))

    @suite.case(f"{title}, gRPC", grpc=True)
    def _(server, model=model, arrays=arrays):
        return Answer(model, arrays, arrays_of(infer_grpc(server, model, arrays)))


@suite.case("all datatypes, v2 in binary")
def _(server):
    return Answer("everytype", every_type(), arrays_of(infer_v2(server, "everytype", every_type(), binary=True)))


@suite.case("all datatypes as raw contents, gRPC", grpc=True)
def _(server):
    return Answer("everytype", every_type(), arrays_of(infer_grpc(server, "everytype", every_type(), binary=True)))


@suite.case("the id of the request is echoed, v2")
def _(server):
    response = infer_v2(server, "flat", FLAT)
    expect_equal((response.id, response.model_name), ("1", "flat"), "what answered")


@suite.case("the id of the request is echoed, gRPC", grpc=True)
def _(server):
    response = infer_grpc(server, "flat", FLAT)
    expect_equal((response.id, response.model_name), ("1", "flat"), "what answered")
    expect_equal(response.model_version, server.version, "the version")


@suite.case("the server is live and ready, read from the JSON that v2 has")
def _(server):
    expect(rest("v2", lambda client: client.is_server_live(server.http)) is True, "not live")
    expect(rest("v2", lambda client: client.is_server_ready(server.http)) is True, "not ready")


@suite.case("the server is alive, read from the JSON that v1 has")
def _(server):
    expect(rest("v1", lambda client: client.is_server_live(server.http)) is True, "not alive")


@suite.case("a model is ready, v1")
def _(server):
    expect(rest("v1", lambda client: client.is_model_ready(server.http, "flat")) is True, "flat is not ready")


@suite.refused("whether a model is ready that is not there, v1", oracle=False)
def _(server):
    return rest("v1", lambda client: client.is_model_ready(server.http, "nobody"))


@suite.case("a model is ready, and one that is not there is not, v2")
def _(server):
    expect(rest("v2", lambda client: client.is_model_ready(server.http, "flat")) is True, "flat is not ready")
    expect(not rest("v2", lambda client: client.is_model_ready(server.http, "nobody")), "nobody is ready")


@suite.case("the server is live and ready and so is a model, gRPC", grpc=True)
def _(server):
    expect(over_grpc(server, lambda client: client.is_server_live()) is True, "not live")
    expect(over_grpc(server, lambda client: client.is_server_ready()) is True, "not ready")
    expect(over_grpc(server, lambda client: client.is_model_ready("flat")) is True, "flat is not ready")


ROWS = [
    {name: array[row, 0].item() if name != "contract" else array[row, 0] for name, array in COLUMNS.items()}
    for row in range(3)
]


def predictions_v1(server: Server, model: str, body: dict) -> list:
    return rest("v1", lambda client: client.infer(server.http, body, model_name=model))["predictions"]


def answered_rows(predictions: list, label) -> dict:
    """What v1 answers of a classifier, as tensors."""
    return {
        "label": np.array([label(one["label"]) for one in predictions]),
        "probabilities": np.array([one["probabilities"] for one in predictions], dtype=np.float32),
    }


@suite.case("v1 instances of a classifier with an input per column", ("fleet",))
def _(server):
    predictions = predictions_v1(server, "columns", {"instances": ROWS})
    outputs = answered_rows(predictions, str)
    return Answer("columns", COLUMNS, outputs)


@suite.case("v1 inputs by column", ("fleet",))
def _(server):
    body = {"inputs": {name: [row[name] for row in ROWS] for name in COLUMNS}}
    return Answer("columns", COLUMNS, answered_rows(predictions_v1(server, "columns", body), str))


@suite.case("v1 instances of a flat classifier, whose label is the name of its class", ("fleet",))
def _(server):
    predictions = predictions_v1(server, "flat", {"instances": FLAT["input"].tolist()})
    classes = ["setosa", "versicolor", "virginica"]
    return Answer("flat", FLAT, answered_rows(predictions, lambda label: np.int64(classes.index(label))))


@suite.case("v1 instances of a bare graph", ("standalone", "fleet"))
def _(server):
    predictions = predictions_v1(server, "mlp", {"instances": MLP["x"].tolist()})
    return Answer("mlp", MLP, {"y": np.array(predictions, dtype=np.float32)})


@suite.case("v1 instances of a bare graph with several inputs", ("standalone",))
def _(server):
    body = {"instances": [{name: [value] for name, value in row.items()} for row in ROWS]}
    return Answer("columns", COLUMNS, answered_rows(predictions_v1(server, "columns", body), str))


@suite.case("an explanation adds up to the prediction", ("fleet",))
def _(server):
    answer = rest("v1", lambda client: client.explain(server.http, "columns", {"instances": ROWS}))
    for prediction, explanation in zip(answer["predictions"], answer["explanations"], strict=True):
        total = np.array(explanation["base"]) + sum(np.array(one) for one in explanation["attributions"].values())
        furthest = np.abs(total - np.array(prediction["probabilities"])).max()
        expect(furthest < 1e-6, f"it is {furthest} away")
        expect_equal(set(explanation["attributions"]), set(COLUMNS), "the columns")
    return Answer("columns", COLUMNS, answered_rows(answer["predictions"], str))


def refused(title: str, model: str, arrays, over=("v2", "gRPC")):
    """A request that Laurel refuses and MLServer too."""
    if "v2" in over:

        @suite.refused(f"{title}, v2")
        def _(server):
            return infer_v2(server, model, arrays)

    if "gRPC" in over:

        @suite.refused(f"{title}, gRPC", grpc=True)
        def _(server):
            return infer_grpc(server, model, arrays)


refused("a width that the model does not have", "flat", {"input": np.zeros((2, 5), dtype=np.float32)})
refused("a datatype that the input does not have", "flat", {"input": np.zeros((1, 4), dtype=np.float64)})
refused("an input that the model does not have", "flat", {"inputs": FLAT["input"]})
refused("an input too few", "columns", {name: COLUMNS[name] for name in ("charge", "contract")})
refused("a model that is not there", "nobody", FLAT)


@suite.refused("v1 rows without instances", ("fleet",), oracle=False)
def _(server):
    return predictions_v1(server, "columns", {"rows": ROWS})


@suite.case("v1 a column that the model does not have counts for nothing", ("fleet",))
def _(server):
    predictions = predictions_v1(server, "columns", {"instances": [row | {"height": 1} for row in ROWS]})
    return Answer("columns", COLUMNS, answered_rows(predictions, str))


@suite.refused("v1 a row without a column that the model needs", ("fleet",), oracle=False)
def _(server):
    return predictions_v1(server, "columns", {"instances": [{"charge": 1, "contract": "monthly"}]})


if __name__ == "__main__":
    suite.run()
