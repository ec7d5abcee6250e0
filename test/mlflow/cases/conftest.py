"""What the cases share: a client of Laurel and one of a real MLflow server, and the count of what passed."""

import json
import os
import uuid

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.utils.rest_utils import MlflowHostCreds, http_request

LAUREL = os.environ["LAUREL_CASES_LAUREL"]
MLFLOW = os.environ["LAUREL_CASES_MLFLOW"]
SERVERS = {"laurel": LAUREL, "mlflow": MLFLOW}


def artifacts_are_served():
    """Whether Laurel takes artifacts through its API."""
    path = "/api/2.0/mlflow-artifacts/artifacts?path=0"
    return http_request(MlflowHostCreds(LAUREL, token=os.environ["MLFLOW_TRACKING_TOKEN"]), path, "GET").status_code != 404


@pytest.fixture(scope="session")
def laurel():
    """A client of Laurel."""
    return MlflowClient(LAUREL, LAUREL)


@pytest.fixture(scope="session")
def real():
    """A client of the real server."""
    return MlflowClient(MLFLOW, MLFLOW)


@pytest.fixture(params=["laurel", "mlflow"])
def either(request):
    """One client after the other: what a case says of Laurel must also be true of MLflow."""
    uri = SERVERS[request.param]
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    yield MlflowClient(uri, uri)
    while mlflow.active_run():
        mlflow.end_run()


@pytest.fixture
def experiment(either):
    """A new experiment of `either`, which the fluent API uses."""
    name = f"e-{uuid.uuid4().hex[:12]}"
    made = either.create_experiment(name)
    mlflow.set_experiment(name)
    return made


def pytest_sessionfinish(session):
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    count = {
        "passed": len(reporter.stats.get("passed", [])),
        "failed": len(reporter.stats.get("failed", [])) + len(reporter.stats.get("error", [])),
        "skipped": len(reporter.stats.get("skipped", [])),
    }
    with open(os.environ["LAUREL_CASES_COUNT"], "w") as file:
        json.dump(count, file)
