"""What models answer, type by type, and what requests carry beside tensors."""

import queue

import tritonclient.grpc as triton

from cases import Answer, expect, expect_equal
from samples import COLUMNS, FLAT, MLP, every_type
from triton_grpc import arrays_of, asked, client_of, infer, inputs_of, suite


@suite.case("a flat classifier", grpc=True)
def _(server):
    return asked(server, "flat", FLAT)


@suite.case("only the output that is asked for comes back", grpc=True)
def _(server):
    answer = asked(server, "flat", FLAT, outputs=["probabilities"])
    expect_equal(list(answer.outputs), ["probabilities"], "the list of outputs")
    return answer


@suite.case("a classifier with an input per column takes texts and answers a text", grpc=True)
def _(server):
    return asked(server, "columns", COLUMNS)


@suite.case("a hundred rows of a perceptron", grpc=True)
def _(server):
    return asked(server, "mlp", MLP)


@suite.case("all thirteen datatypes, at the ends of their ranges", grpc=True)
def _(server):
    answer = asked(server, "everytype", every_type())
    expect_equal(len(answer.outputs), 13, "the number of outputs")
    return answer


for name, cells in {
    "bytes": ["naïve café", "Ωμέγα", "🧑‍🚀", "\u2028"],
    "int64": [2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63)],
    "uint64": [2**63 + 1, 2**64 - 1, 0],
    "fp16": [0.333, -2.0, 65504.0],
    "bool": [False, True],
}.items():

    @suite.case(f"{name.upper()} comes back as it went: {cells}", grpc=True)
    def _(server, name=name, cells=cells):
        arrays = {one: array[: len(cells)] for one, array in every_type().items()}
        arrays |= {name: every_type(**{name: cells})[name]}
        answer = asked(server, "everytype", arrays, outputs=[f"{name}-out"])
        returned = answer.outputs[f"{name}-out"].tolist()
        texts = [text.decode() if isinstance(text, bytes) else text for text in returned]
        expect_equal(texts, arrays[name].tolist(), name)
        return answer


@suite.case(
    "class_count answers the largest probabilities as value:index and, where classes are known, their labels", grpc=True
)
def _(server):
    with client_of(server) as client:
        wanted = [triton.InferRequestedOutput("probabilities", class_count=2)]
        texts = client.infer("flat", inputs_of(FLAT), outputs=wanted).as_numpy("probabilities")
        probabilities = client.infer("flat", inputs_of(FLAT)).as_numpy("probabilities")
    expect_equal(texts.shape, (3, 2), "the shape of the classification")
    for row, cells in zip(probabilities, texts, strict=True):
        value, place, *label = cells[0].decode().split(":")
        expect_equal(int(place), int(row.argmax()), "the largest class")
        expect(abs(float(value) - row.max()) < 1e-6, f"{cells[0]} is not {row.max()}")
        classes = ["setosa", "versicolor", "virginica"]
        expect_equal(label, [classes[row.argmax()]] if server.name == "fleet" else [], "the label")
    return Answer("flat", FLAT, {"probabilities": probabilities})


@suite.case("the id of the request is echoed, and the answer names model and version", grpc=True)
def _(server):
    response = infer(server, "flat", FLAT, request_id="Anfrage №1").get_response()
    given = (response.id, response.model_name, response.model_version)
    expect_equal(given, ("Anfrage №1", "flat", server.version), "what answered")


@suite.case("parameters of any kind are taken, and the answer has parameters", grpc=True)
def _(server):
    given = {"prediction_ids": True, "note": "x", "count": 3}
    parameters = infer(server, "flat", FLAT, parameters=given).get_response().parameters
    expect_equal(len(parameters["prediction_ids"].string_param.split(",")), 3, "the number of prediction ids")


@suite.case("priority and timeout are taken", grpc=True)
def _(server):
    return asked(server, "flat", FLAT, priority=1, timeout=10_000_000)


for algorithm in ("gzip", "deflate"):

    @suite.case(f"a message compressed with {algorithm}", grpc=True)
    def _(server, algorithm=algorithm):
        return asked(server, "mlp", MLP, compression_algorithm=algorithm)


@suite.case("a version that is asked for answers", grpc=True)
def _(server):
    return asked(server, "flat", FLAT, model_version=server.version)


@suite.case("async_infer answers several at once", grpc=True)
def _(server):
    results = queue.Queue()
    with client_of(server) as client:
        for count in range(8):
            client.async_infer(
                "flat",
                inputs_of(FLAT),
                callback=lambda result, error: results.put(error or result),
                request_id=str(count),
            )
        given = [results.get(timeout=30) for _ in range(8)]
    expect(not any(isinstance(result, Exception) for result in given), f"something failed: {given}")
    expect_equal(sorted(result.get_response().id for result in given), [str(count) for count in range(8)], "the ids")
    return Answer("flat", FLAT, arrays_of(given[0]))
