"""Models that were fitted elsewhere become the files of a training, and agree with themselves."""

import pickle

import numpy as np
import pytest
from conftest import Workshop, rows, schema
from jobs import job
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from laurel_trainer import convert
from laurel_trainer.failures import BadData, BadParameters

KINDS = {"width": "numeric/float", "height": "numeric/float", "color": "categorical/string"}


def table(seed: int):
    """Rows whose class follows from two of three columns."""
    made = rows(400, seed)
    random = np.random.default_rng(seed)
    made = made.drop(columns=[name for name in made if name != "signal"])
    made["width"], made["height"] = made.pop("signal"), random.normal(size=len(made))
    made["color"] = random.choice(["red", "green"], size=len(made))
    made["y"] = np.where(made["width"] + (made["color"] == "red") > 0.3, "Yes", "No")
    return made


@pytest.fixture
def given(workshop: Workshop, monkeypatch: pytest.MonkeyPatch):
    """Writes the data and the model; converts it in the folder of the run."""

    def converted(model, kinds=KINDS, *, task="binary", flavor="sklearn", data="model.pkl", frame=table):
        positive = "Yes" if task == "binary" else None
        kind = "categorical/string" if task == "binary" else "numeric/float"
        kept = [*kinds, "y"]
        workshop.write(frame(1)[kept], frame(2)[kept], schema(task, positive, **kinds, y=kind))
        folder = workshop.folder / "model"
        folder.mkdir()
        if hasattr(model, "save_model"):
            model.save_model(folder / data)
        else:
            (folder / data).write_bytes(model if isinstance(model, bytes) else pickle.dumps(model))
        monkeypatch.chdir(workshop.folder)
        parameters = f'{{"flavor": "{flavor}", "data": "{data}", "content": "sha256:x"}}'
        convert.main(job(workshop.folder, LAUREL_PROTOCOL="1", LAUREL_PARAMS=parameters))
        return workshop.model()

    return converted


def encoded(model) -> Pipeline:
    columns = ColumnTransformer(
        [("text", OneHotEncoder(sparse_output=False), ["color"]), ("numbers", StandardScaler(), ["width", "height"])]
    )
    return Pipeline([("columns", columns), ("model", model)])


@pytest.mark.parametrize(
    "model", [LogisticRegression(), RandomForestClassifier(n_estimators=5)], ids=["linear", "forest"]
)
def test_a_pipeline_on_named_columns_takes_raw_columns_and_keeps_its_classes(given, model) -> None:
    train = table(1)
    made = given(encoded(model).fit(train[list(KINDS)], train["y"]))
    assert made["classes"] == ["No", "Yes"]
    assert [column["name"] for column in made["inputs"]] == list(KINDS)
    assert made["parity"] == {"rows": 400, "maxAbsDiff": pytest.approx(0, abs=1e-4)}


def test_an_estimator_on_numbers_takes_them_in_the_order_of_the_data(given) -> None:
    train = table(1)
    numbers = {name: KINDS[name] for name in ("width", "height")}
    made = given(LogisticRegression().fit(train[list(numbers)].to_numpy(), train["y"] == "Yes"), numbers)
    assert made["parity"]["maxAbsDiff"] < 1e-4


def test_a_regression_is_converted(given) -> None:
    def frame(seed: int):
        made = table(seed)
        made["y"] = 3 * made["width"] + 1
        return made

    train = frame(1)
    numbers = {name: KINDS[name] for name in ("width", "height")}
    made = given(LinearRegression().fit(train[list(numbers)], train["y"]), numbers, task="regression", frame=frame)
    assert (made["task"], made["outputs"][0]["role"]) == ("regression", "value")


def test_an_xgboost_model_is_read_without_any_pickle(given) -> None:
    xgboost = pytest.importorskip("xgboost")
    train = table(1)
    numbers = {name: KINDS[name] for name in ("width", "height")}
    model = xgboost.XGBClassifier(n_estimators=5).fit(train[list(numbers)], train["y"] == "Yes")
    assert given(model, numbers, flavor="xgboost", data="model.ubj")["parity"]["maxAbsDiff"] < 1e-4


@pytest.mark.parametrize(
    ("model", "error", "says"),
    [
        (b"not a pickle", BadData, "cannot be loaded"),
        ({"a": 1}, BadData, "does not predict"),
        (LogisticRegression().fit([[0.0], [1.0]], [0, 1]), BadData, "hold text"),
        (encoded(LogisticRegression()).fit(table(1)[list(KINDS)], table(1)["y"] + "!"), BadData, "classes"),
    ],
    ids=["no pickle", "no model", "text", "classes"],
)
def test_what_cannot_be_converted_says_why(given, model, error, says) -> None:
    with pytest.raises(error, match=says):
        given(model)


def test_a_flavor_without_a_converter_is_refused(given) -> None:
    with pytest.raises(BadParameters, match="lightgbm"):
        given(b"", flavor="lightgbm")
