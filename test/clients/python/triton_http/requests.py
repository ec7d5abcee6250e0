"""What requests carry beside tensors, and ways of sending them."""

import asyncio
import json

import numpy as np
import tritonclient.http as triton
import tritonclient.http.aio as triton_aio

from cases import Answer, expect, expect_equal
from samples import COLUMNS, FLAT, MLP
from triton_http import arrays_of, asked, infer, inputs_of, suite


@suite.case("the id of the request is echoed")
def _(server):
    result = infer(server, "flat", FLAT, request_id="Anfrage №1")
    expect_equal(result.get_response()["id"], "Anfrage №1", "the id")


@suite.case("the answer names model and version")
def _(server):
    response = infer(server, "flat", FLAT).get_response()
    expect_equal((response["model_name"], response["model_version"]), ("flat", server.version), "what answered")


@suite.case("parameters of any kind are taken, and the answer has parameters")
def _(server):
    given = {"prediction_ids": True, "note": "x", "count": 3, "share": 0.5}
    parameters = infer(server, "flat", FLAT, parameters=given).get_response()["parameters"]
    expect_equal(len(parameters["prediction_ids"].split(",")), 3, "the number of prediction ids")


@suite.case("priority and timeout are taken")
def _(server):
    return asked(server, "flat", FLAT, priority=1, timeout=10_000_000)


for algorithm in ("gzip", "deflate"):

    @suite.case(f"a request compressed with {algorithm}, and an answer that may be")
    def _(server, algorithm=algorithm):
        how = {"request_compression_algorithm": algorithm, "response_compression_algorithm": algorithm}
        return asked(server, "mlp", MLP, **how)


@suite.case("a version that is asked for answers")
def _(server):
    return asked(server, "flat", FLAT, model_version=server.version)


@suite.case("async_infer answers several at once")
def _(server):
    with triton.InferenceServerClient(server.address, concurrency=4) as client:
        waiting = [client.async_infer("flat", inputs_of(FLAT), request_id=str(count)) for count in range(8)]
        results = [one.get_result() for one in waiting]
    expect_equal([result.get_response()["id"] for result in results], [str(count) for count in range(8)], "the ids")
    return Answer("flat", FLAT, arrays_of(results[-1]))


@suite.case("the asyncio client")
def _(server):
    async def ask():
        async with triton_aio.InferenceServerClient(server.address) as client:
            expect(await client.is_server_ready(), "the server is not ready")
            return await client.infer("columns", inputs_of(COLUMNS))

    return Answer("columns", COLUMNS, arrays_of(asyncio.run(ask())))


@suite.case("a request body that the client generates for others to send")
def _(server):
    body, length = triton.InferenceServerClient.generate_request_body(inputs_of(FLAT))
    expect(length is not None and b"binary_data_size" in body[:length], "the body is not binary")
    with triton.InferenceServerClient(server.address) as client:
        headers = {"Inference-Header-Content-Length": str(length)}
        response = client._post("v2/models/flat/infer", body, headers, None)
        told = response.get("Inference-Header-Content-Length")
        content = response.read()
    result = triton.InferenceServerClient.parse_response_body(content, header_length=int(told))
    return Answer("flat", FLAT, arrays_of(result))


@suite.case("an answer is what JSON alone gives too")
def _(server):
    with triton.InferenceServerClient(server.address) as client:
        body = {"inputs": [{"name": "input", "datatype": "FP32", "shape": [3, 4], "data": FLAT["input"].tolist()}]}
        response = client._post("v2/models/flat/infer", json.dumps(body).encode(), None, None)
        outputs = json.loads(response.read())["outputs"]
    shares = next(output for output in outputs if output["name"] == "probabilities")
    array = np.array(shares["data"], dtype=np.float32).reshape(shares["shape"])
    return Answer("flat", FLAT, {"probabilities": array})
