"""Cases of MLflow: payloads that its own code writes, to ``/invocations``."""

import json

import numpy as np
import pandas as pd
import requests
from mlflow.deployments import PredictionsResponse
from mlflow.models import convert_input_example_to_serving_input
from mlflow.pyfunc import scoring_server
from mlflow.pyfunc.scoring_server.client import ScoringServerClient
from mlflow.utils.proto_json_utils import dump_input_data

from cases import Answer, Server, Suite, expect, expect_equal
from samples import COLUMNS, FLAT, MLP

CLASSES = ["setosa", "versicolor", "virginica"]
FRAME = pd.DataFrame({name: array[:, 0] for name, array in COLUMNS.items()})


class Refused(Exception):
    """An answer that is none."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status
        self.message = message


def refusal(error: Exception) -> tuple[int, str] | None:
    """Status and message of an answer that is none."""
    return (error.status, error.message) if isinstance(error, Refused) else None


suite = Suite("mlflow", refusal)


def invoke(
    server: Server, model: str, payload: str, content_type=scoring_server.CONTENT_TYPE_JSON
) -> PredictionsResponse:
    """Posts a payload to the one endpoint that is meant."""
    headers = {"Content-Type": content_type, "x-laurel-endpoint": model}
    response = requests.post(f"{server.http}/invocations", data=payload.encode(), headers=headers, timeout=60)
    if response.status_code != 200:
        raise Refused(response.status_code, response.json()["error"])
    return PredictionsResponse.from_json(response.text)


def labels(model: str, inputs, answer: PredictionsResponse) -> Answer:
    """The labels of a classifier, as its graph gives them."""
    given = answer.get_predictions("ndarray")
    graph = np.array([CLASSES.index(label) for label in given], dtype=np.int64) if model == "flat" else given
    return Answer(model, inputs, {"label": graph})


@suite.case("dataframe_split, written by MLflow's scoring client", ("fleet",))
def _(server):
    payload = dump_input_data(FRAME)
    expect("dataframe_split" in json.loads(payload), f"MLflow wrote {payload}")
    return labels("columns", COLUMNS, invoke(server, "columns", payload))


@suite.case("dataframe_split, written from an input example", ("fleet",))
def _(server):
    payload = convert_input_example_to_serving_input(FRAME)
    expect("dataframe_split" in json.loads(payload), f"MLflow wrote {payload}")
    return labels("columns", COLUMNS, invoke(server, "columns", payload))


@suite.case("dataframe_split without an index", ("fleet",))
def _(server):
    split = FRAME.to_dict(orient="split")
    payload = json.dumps({"dataframe_split": {key: split[key] for key in ("columns", "data")}})
    return labels("columns", COLUMNS, invoke(server, "columns", payload))


@suite.case("dataframe_records, with the probabilities that were asked for", ("fleet",))
def _(server):
    payload = json.dumps({"dataframe_records": FRAME.to_dict(orient="records"), "params": {"probabilities": True}})
    answer = invoke(server, "columns", payload)
    shares = [[row["No"], row["Yes"]] for row in answer["probabilities"]]
    outputs = {"label": np.array(answer["predictions"]), "probabilities": np.array(shares, dtype=np.float32)}
    return Answer("columns", COLUMNS, outputs)


for writer in (convert_input_example_to_serving_input, dump_input_data):

    @suite.case(f"a missing number, which {writer.__name__} writes as NaN", ("fleet",))
    def _(server, writer=writer):
        payload = writer(FRAME.assign(charge=[20.25, np.nan, 70.0]))
        expect("NaN" in payload, f"MLflow wrote {payload}")
        answer = invoke(server, "columns", payload)
        return labels("columns", COLUMNS | {"charge": np.array([[20.25], [0.0], [70.0]], dtype=np.float32)}, answer)


@suite.refused("a missing number where the model needs one", ("fleet",), oracle=False)
def _(server):
    return invoke(server, "columns", dump_input_data(FRAME.assign(tenure=[1.0, np.nan, 70.0])))


@suite.case("inputs, written from a numpy array", ("fleet",))
def _(server):
    payload = convert_input_example_to_serving_input(FLAT["input"])
    expect("inputs" in json.loads(payload), f"MLflow wrote {payload}")
    return labels("flat", FLAT, invoke(server, "flat", payload))


@suite.case("inputs by name, written from a dictionary of numpy arrays", ("fleet", "standalone"))
def _(server):
    payload = convert_input_example_to_serving_input(MLP)
    expect("inputs" in json.loads(payload), f"MLflow wrote {payload}")
    values = invoke(server, "mlp", payload).get_predictions("ndarray", dtype="float32")
    return Answer("mlp", MLP, {"y": values})


@suite.case("instances, as TensorFlow Serving has them", ("fleet", "standalone"))
def _(server):
    payload = dump_input_data(MLP["x"], inputs_key="instances")
    expect("instances" in json.loads(payload), f"MLflow wrote {payload}")
    values = invoke(server, "mlp", payload).get_predictions("ndarray", dtype="float32")
    return Answer("mlp", MLP, {"y": values})


@suite.case("instances that are objects", ("fleet",))
def _(server):
    payload = json.dumps({"instances": FRAME.to_dict(orient="records")})
    return labels("columns", COLUMNS, invoke(server, "columns", payload))


for content_type in (scoring_server.CONTENT_TYPE_CSV, f"{scoring_server.CONTENT_TYPE_CSV}; charset=utf-8"):

    @suite.case(f"pandas' CSV as {content_type}", ("fleet",))
    def _(server, content_type=content_type):
        return labels("columns", COLUMNS, invoke(server, "columns", FRAME.to_csv(index=False), content_type))


@suite.case("pandas' CSV with a missing number and quoted text", ("fleet",))
def _(server):
    frame = FRAME.assign(charge=[20.25, np.nan, 70.0], contract=["monthly", 'a "quoted", text', "two\nlines"])
    inputs = COLUMNS | {
        "charge": np.array([[20.25], [0.0], [70.0]], dtype=np.float32),
        "contract": np.array([["monthly"], ['a "quoted", text'], ["two\nlines"]], dtype=object),
    }
    answer = invoke(server, "columns", frame.to_csv(index=False), scoring_server.CONTENT_TYPE_CSV)
    return labels("columns", inputs, answer)


@suite.case("predictions can be read as a data frame", ("fleet",))
def _(server):
    frame = invoke(server, "columns", dump_input_data(FRAME)).get_predictions("dataframe")
    expect_equal(frame.shape, (3, 1), "the shape of the data frame")


@suite.case("MLflow's scoring client finds the server well and its version")
def _(server):
    host, port = server.address.split(":")
    client = ScoringServerClient(host, int(port))
    client.wait_server_ready(timeout=10)
    expect(client.get_version()[0].isdigit(), "there is no version")


@suite.case("a payload that MLflow itself can read back is what was sent", ("fleet",))
def _(server):
    payload = convert_input_example_to_serving_input(FRAME)
    frame = scoring_server.infer_and_parse_data(json.loads(payload))
    expect_equal(list(frame.columns), list(COLUMNS), "the columns")
    return labels("columns", COLUMNS, invoke(server, "columns", payload))


def refused(title: str, payload: str, status: int, content_type=scoring_server.CONTENT_TYPE_JSON):
    """A payload that Laurel refuses with a status."""

    @suite.refused(title, ("fleet",), oracle=False)
    def _(server):
        try:
            return invoke(server, "columns", payload, content_type)
        except Refused as error:
            expect_equal(error.status, status, "the status")
            raise


refused("a payload with two formats", json.dumps({"instances": [1], "inputs": [1]}), 400)
refused("a payload with none", json.dumps({"rows": []}), 400)
refused("a data frame without a column that the model needs", dump_input_data(FRAME.drop(columns="tenure")), 400)
refused("a text where the model wants a number", dump_input_data(FRAME.assign(tenure="long")), 400)
refused("a content type that is none of MLflow's", "x", 415, "text/html")
refused("an empty data frame", dump_input_data(FRAME.iloc[:0]), 400)


if __name__ == "__main__":
    suite.run()
