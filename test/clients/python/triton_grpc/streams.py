"""Streams of requests, and calls that run out of time."""

import asyncio
import queue

import numpy as np
import tritonclient.grpc.aio as triton_aio
from tritonclient.utils import InferenceServerException

from cases import Answer, expect, expect_equal
from samples import FLAT
from triton_grpc import arrays_of, client_of, infer, inputs_of, suite


@suite.case("a stream answers every request with its id, in Triton's message", grpc=True)
def _(server):
    results = queue.Queue()
    with client_of(server) as client:
        client.start_stream(callback=lambda result, error: results.put(error or result))
        for count in range(20):
            client.async_stream_infer("flat", inputs_of(FLAT), request_id=str(count))
        given = [results.get(timeout=30) for _ in range(20)]
        client.stop_stream()
    expect(not any(isinstance(result, Exception) for result in given), f"something failed: {given}")
    expect_equal([result.get_response().id for result in given], [str(count) for count in range(20)], "the ids")
    return Answer("flat", FLAT, arrays_of(given[-1]))


@suite.case("what is wrong with one request of a stream does not end it", grpc=True)
def _(server):
    results = queue.Queue()
    with client_of(server) as client:
        client.start_stream(callback=lambda result, error: results.put(error or result))
        client.async_stream_infer("flat", inputs_of({"input": np.zeros((2, 5), dtype=np.float32)}))
        client.async_stream_infer("flat", inputs_of(FLAT), request_id="good")
        bad, good = (results.get(timeout=30) for _ in range(2))
        client.stop_stream()
    expect(isinstance(bad, InferenceServerException), f"the bad one is answered: {bad}")
    expect("[2, 5]" in bad.message(), f"it says {bad.message()!r}")
    expect_equal(good.get_response().id, "good", "the id")


@suite.case("a stream whose caller wants empty final responses gets the final mark", grpc=True)
def _(server):
    results = queue.Queue()
    with client_of(server) as client:
        client.start_stream(callback=lambda result, error: results.put(error or result))
        client.async_stream_infer("flat", inputs_of(FLAT), enable_empty_final_response=True)
        result = results.get(timeout=30)
        client.stop_stream()
    expect(result.get_response().parameters["triton_final_response"].bool_param, "there is no final mark")


@suite.case("a client's timeout ends the call as a deadline, and the server goes on", ("fleet",), grpc=True)
def _(server):
    inputs = {"x": np.ones((1, 1), dtype=np.float32)}
    with client_of(server) as client:
        try:
            client.infer("slow", inputs_of(inputs), client_timeout=0.05)
        except InferenceServerException as error:
            expect_equal(error.status(), "StatusCode.DEADLINE_EXCEEDED", "the status")
        else:
            raise AssertionError("it was answered in time")
        return Answer("flat", FLAT, arrays_of(client.infer("flat", inputs_of(FLAT), client_timeout=60)))


@suite.case("a timeout that is over before the answer is refused as such", grpc=True)
def _(server):
    try:
        infer(server, "flat", FLAT, timeout=1)
    except InferenceServerException as error:
        expect_equal(error.status(), "StatusCode.DEADLINE_EXCEEDED", "the status")
    else:
        raise AssertionError("it was answered")


@suite.case("the asyncio client, one call and a stream", grpc=True)
def _(server):
    async def requests():
        for count in range(3):
            yield {"model_name": "flat", "inputs": inputs_of(FLAT), "request_id": str(count)}

    async def ask():
        async with triton_aio.InferenceServerClient(server.grpc) as client:
            expect(await client.is_model_ready("flat"), "flat is not ready")
            one = await client.infer("flat", inputs_of(FLAT))
            stream = [given async for given in client.stream_infer(requests())]
        return one, stream

    one, stream = asyncio.run(ask())
    expect_equal([error for _, error in stream], [None] * 3, "the errors")
    expect_equal([result.get_response().id for result, _ in stream], ["0", "1", "2"], "the ids")
    return Answer("flat", FLAT, arrays_of(one))
