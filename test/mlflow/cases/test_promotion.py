"""A model that was logged with the client under the name of a Laurel project becomes a version of it."""

import json
import os
import pathlib
import time
import urllib.request

import mlflow
import pandas as pd
import pytest
import yaml
from mlflow.exceptions import MlflowException

pytest.importorskip("sklearn")
from sklearn.compose import ColumnTransformer  # noqa: E402
from sklearn.impute import SimpleImputer  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.pipeline import Pipeline  # noqa: E402
from sklearn.preprocessing import OneHotEncoder, StandardScaler  # noqa: E402

LAUREL = os.environ["LAUREL_CASES_LAUREL"]
CHURN = pathlib.Path(__file__).parents[3] / "examples" / "churn"
NAME = "logged-churn"
LEFT_OUT = ["customer_id", "churn"]


def asked(path, body=None):
    return json.loads(sent(path, body))


def sent(path, body=None):
    request = urllib.request.Request(
        LAUREL + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"authorization": f"Bearer {os.environ['MLFLOW_TRACKING_TOKEN']}", "content-type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        return answer.read()


def package_of(name, version, folder):
    """Downloads the signed package of a version."""
    at = f"/api/v1/models/{name}/versions/{version}/package"
    for file in asked(f"{at}/verification")["files"]:
        (folder / file["path"]).parent.mkdir(parents=True, exist_ok=True)
        (folder / file["path"]).write_bytes(sent(f"{at}/file?path={file['path']}"))
    return folder


def rollouts_of(endpoint):
    """Its rollouts, as soon as there are any: the endpoint begins what it has accepted in its own time."""
    for _ in range(120):
        items = asked(f"/api/v1/endpoints/{endpoint}/rollouts")["items"]
        if items:
            return [rollout["id"] for rollout in items]
        time.sleep(0.5)
    return []


@pytest.fixture(scope="module")
def project():
    """The shipped project, applied; its name."""
    declared = yaml.safe_load((CHURN / "laurel.yaml").read_text())
    declared["metadata"]["name"] = declared["spec"]["serving"]["endpoint"] = NAME
    declared["spec"]["triggers"] = []
    asked("/api/v1/projects", {"text": json.dumps(declared), "folder": str(CHURN)})
    mlflow.set_tracking_uri(LAUREL)
    mlflow.set_registry_uri(LAUREL)
    mlflow.set_experiment("promotion")
    return NAME


def a_pipeline(rows):
    numbers = [name for name in rows if pd.api.types.is_numeric_dtype(rows[name]) and name not in LEFT_OUT]
    texts = [name for name in rows if name not in numbers and name not in LEFT_OUT]
    columns = ColumnTransformer(
        [
            ("texts", OneHotEncoder(handle_unknown="ignore", sparse_output=False), texts),
            ("numbers", Pipeline([("fill", SimpleImputer()), ("scale", StandardScaler())]), numbers),
        ]
    )
    features = rows.drop(columns=LEFT_OUT)
    return Pipeline([("columns", columns), ("model", LogisticRegression(max_iter=500))]).fit(features, rows["churn"])


def test_a_logged_pipeline_is_converted_evaluated_and_can_be_rolled_out(laurel, project, tmp_path):
    rows = pd.read_csv(CHURN / "data" / "telco_churn.csv", keep_default_na=False, na_values=[""])
    model = a_pipeline(rows)
    with mlflow.start_run():
        mlflow.sklearn.log_model(
            model, name="model", pip_requirements=["mlflow"], serialization_format="cloudpickle", registered_model_name=project
        )
    version = laurel.get_model_version(project, "1")
    assert (version.status, version.status_message or None) == ("READY", None)
    assert version.tags["laurel.semver"] == "1.0.0"
    shown = asked(f"/api/v1/models/{project}/versions/1")
    assert (shown["semver"], shown["gatesPassed"]) == ("1.0.0", True)
    assert shown["algorithm"] == "LogisticRegression (registered with MLflow)"
    loaded = mlflow.sklearn.load_model(f"models:/{project}/1.0.0")
    features = rows.drop(columns=LEFT_OUT).head(20)
    assert loaded.predict(features).tolist() == model.predict(features).tolist()
    packaged = mlflow.pyfunc.load_model(str(package_of(project, 1, tmp_path / "package")))
    assert packaged.predict(features)["label"].tolist() == model.predict(features).tolist()
    laurel.set_registered_model_alias(project, "champion", "1")
    assert rollouts_of(project) == [f"{project}/1"]


def test_a_model_that_cannot_be_converted_is_loaded_but_never_promoted(laurel, project):
    model = LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    with mlflow.start_run():
        info = mlflow.sklearn.log_model(model, name="model", pip_requirements=["mlflow"], serialization_format="cloudpickle")
    number = mlflow.register_model(info.model_uri, project).version
    made = laurel.get_model_version(project, number)
    assert made.status == "READY"
    assert made.status_message.startswith("It can be loaded with MLflow but not promoted: ")
    with pytest.raises(MlflowException) as refused:
        laurel.set_registered_model_alias(project, "champion", made.version)
    assert refused.value.error_code == "PERMISSION_DENIED"
    with pytest.raises(MlflowException) as refused:
        laurel.transition_model_version_stage(project, made.version, "Production")
    assert refused.value.error_code == "PERMISSION_DENIED"
    assert mlflow.sklearn.load_model(f"models:/{project}/{made.version}").predict([[1.0]]).tolist() == [1]
