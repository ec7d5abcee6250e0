"""Cases of no client in particular: ``requests`` and what people write themselves."""

import numpy as np
import requests

from cases import Answer, Server, Suite, expect, expect_equal, json_input, json_outputs
from samples import COLUMNS, FLAT, MLP


def refusal(error: Exception) -> tuple[int, str] | None:
    """Status and message of an answer that is none."""
    if not isinstance(error, requests.HTTPError):
        return None
    body = error.response.json()
    return error.response.status_code, body.get("error") or body.get("detail") or ""


suite = Suite("requests", refusal)

ROWS = [{name: array[row].tolist()[0] for name, array in COLUMNS.items()} for row in range(3)]


def post(server: Server, path: str, body: object, **headers: str) -> requests.Response:
    response = requests.post(f"{server.http}{path}", json=body, headers=headers, timeout=60)
    response.raise_for_status()
    return response


def predicted(predictions: list) -> dict:
    """What ``/predict`` answers of a classifier, as tensors."""
    shares = [[one["probabilities"]["No"], one["probabilities"]["Yes"]] for one in predictions]
    labels = np.array([one["label"] for one in predictions])
    return {"label": labels, "probabilities": np.array(shares, dtype=np.float32)}


@suite.case("rows to /predict, each with an id of its own", ("fleet",))
def _(server):
    response = post(server, "/predict/columns", {"rows": ROWS})
    predictions = response.json()["predictions"]
    expect_equal(len({one["predictionId"] for one in predictions}), 3, "the number of ids")
    expect_equal(response.headers["x-laurel-version"], server.version, "the version in the headers")
    return Answer("columns", COLUMNS, predicted(predictions))


for title, body in {"a row": {"row": ROWS[1]}, "a bare row": ROWS[1]}.items():

    @suite.case(f"{title} to /predict", ("fleet",))
    def _(server, body=body):
        inputs = {name: array[1:2] for name, array in COLUMNS.items()}
        return Answer("columns", inputs, predicted(post(server, "/predict/columns", body).json()["predictions"]))


@suite.case("a row without a column that may be missing", ("fleet",))
def _(server):
    row = {"tenure": 3, "contract": "yearly"}
    # The graph counts a missing number as 0.
    inputs = {
        "tenure": np.array([[3]], dtype=np.float32),
        "charge": np.array([[0]], dtype=np.float32),
        "contract": np.array([["yearly"]], dtype=object),
    }
    return Answer("columns", inputs, predicted(post(server, "/predict/columns", {"rows": [row]}).json()["predictions"]))


def inferred(response: requests.Response) -> dict:
    return json_outputs(response.json())


@suite.case("an inference with flat data")
def _(server):
    body = {"inputs": [json_input("input", FLAT["input"])]}
    return Answer("flat", FLAT, inferred(post(server, "/v2/models/flat/infer", body)))


@suite.case("an inference with nested data and keys in an order of their own")
def _(server):
    tensor = {"data": FLAT["input"].tolist(), "shape": [3, 4], "datatype": "FP32", "name": "input"}
    return Answer("flat", FLAT, inferred(post(server, "/v2/models/flat/infer", {"inputs": [tensor], "id": "x"})))


@suite.case("a session that keeps its connection for many requests")
def _(server):
    with requests.Session() as session:
        for row in range(20):
            body = {"inputs": [json_input("x", MLP["x"][row : row + 1])]}
            response = session.post(f"{server.http}/v2/models/mlp/infer", json=body, timeout=60)
            response.raise_for_status()
    return Answer("mlp", {"x": MLP["x"][19:20]}, inferred(response))


@suite.case("a body in chunks of unknown length")
def _(server):
    text = requests.Request(json={"inputs": [json_input("x", MLP["x"])]}, url=server.http).prepare().body
    chunks = (text[at : at + 1000] for at in range(0, len(text), 1000))
    response = requests.post(f"{server.http}/v2/models/mlp/infer", data=chunks, timeout=60)
    response.raise_for_status()
    return Answer("mlp", MLP, inferred(response))


@suite.case("a raw body that is nothing but the input")
def _(server):
    headers = {"Inference-Header-Content-Length": "0"}
    row = MLP["x"][:1]
    response = requests.post(f"{server.http}/v2/models/mlp/infer", data=row.tobytes(), headers=headers, timeout=60)
    response.raise_for_status()
    length = int(response.headers["Inference-Header-Content-Length"])
    values = np.frombuffer(response.content[length:], dtype=np.float32).reshape(1, 1)
    return Answer("mlp", {"x": row}, {"y": values})


@suite.case("a text with a NUL comes back whole or is refused, but is not cut off")
def _(server):
    body = {"instances": [{"contract": ["monthly\u0000ly"], "tenure": [1], "charge": [1]}]}
    cut = {"instances": [{"contract": ["monthly"], "tenure": [1], "charge": [1]}]}
    whole, other = (
        requests.post(f"{server.http}/v1/models/columns:predict", json=one, timeout=60) for one in (body, cut)
    )
    if whole.status_code == 200:
        expect(whole.json() != other.json(), "the text counts as what stands before its NUL")
    else:
        expect_equal(whole.status_code, 400, "the status")


@suite.refused("a body that is no JSON")
def _(server):
    response = requests.post(f"{server.http}/v2/models/flat/infer", data=b"{", timeout=60)
    response.raise_for_status()


@suite.refused("fewer values than the shape has")
def _(server):
    return post(server, "/v2/models/flat/infer", {"inputs": [json_input("input", FLAT["input"]) | {"shape": [4, 4]}]})


@suite.refused("a datatype that is none")
def _(server):
    return post(
        server, "/v2/models/flat/infer", {"inputs": [json_input("input", FLAT["input"]) | {"datatype": "FP31"}]}
    )


@suite.refused("no inputs")
def _(server):
    return post(server, "/v2/models/flat/infer", {"inputs": []})


@suite.refused("a row without a column that the model needs", ("fleet",), oracle=False)
def _(server):
    return post(server, "/predict/columns", {"rows": [{"charge": 1, "contract": "monthly"}]})


@suite.refused("no rows", ("fleet",), oracle=False)
def _(server):
    return post(server, "/predict/columns", {"rows": []})


@suite.refused("an endpoint that is not there", oracle=False)
def _(server):
    return post(server, "/predict/nobody", {"rows": ROWS})


if __name__ == "__main__":
    suite.run()
