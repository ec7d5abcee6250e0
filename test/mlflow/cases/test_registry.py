"""The registry and artifacts, as the unmodified client does it."""

import os
import uuid

import mlflow
import numpy as np
import pytest
from mlflow.exceptions import MlflowException, RestException
from mlflow.models import infer_signature

pytest.importorskip("sklearn")
from sklearn.linear_model import LogisticRegression  # noqa: E402

ROWS = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 1.0], [3.0, 0.0]])
LABELS = np.array([0, 0, 1, 1])
# Given, because the client would start a process per model to find out.
PLAIN = ["mlflow"]


def new_name(kind="m"):
    return f"{kind}-{uuid.uuid4().hex[:12]}"


def on_laurel():
    """Turns the fluent API to Laurel, with an experiment of its own."""
    mlflow.set_tracking_uri(os.environ["LAUREL_CASES_LAUREL"])
    mlflow.set_registry_uri(os.environ["LAUREL_CASES_LAUREL"])
    mlflow.set_experiment(new_name("e"))


def a_sklearn_model():
    return LogisticRegression().fit(ROWS, LABELS)


def an_xgboost_model():
    import xgboost

    return xgboost.XGBClassifier(n_estimators=3, max_depth=2).fit(ROWS, LABELS)


def an_onnx_model():
    from skl2onnx import to_onnx

    return to_onnx(a_sklearn_model(), ROWS.astype(np.float32)[:1], options={"zipmap": False})


def log_sklearn(**more):
    return mlflow.sklearn.log_model(a_sklearn_model(), name="model", pip_requirements=PLAIN, **more)


LOGGERS = {
    "sklearn": log_sklearn,
    "xgboost": lambda **more: mlflow.xgboost.log_model(an_xgboost_model(), name="model", pip_requirements=PLAIN, **more),
    "onnx": lambda **more: mlflow.onnx.log_model(an_onnx_model(), name="model", pip_requirements=PLAIN, **more),
}


def test_artifacts_are_logged_listed_loaded_and_downloaded(either, experiment, tmp_path):
    with mlflow.start_run() as run:
        mlflow.log_text("hello", "sub/a.txt")
        mlflow.log_dict({"a": [1, 2]}, "d.json")
        mlflow.log_table({"x": [1]}, "t.json")
        (tmp_path / "folder" / "deep").mkdir(parents=True)
        (tmp_path / "folder" / "deep" / "b b.bin").write_bytes(bytes(range(256)))
        mlflow.log_artifacts(str(tmp_path / "folder"), "files")
    run_id = run.info.run_id
    listed = {file.path: (file.is_dir, file.file_size) for file in either.list_artifacts(run_id)}
    assert listed["sub"] == (True, None)
    assert listed["d.json"][0] is False
    assert [file.path for file in either.list_artifacts(run_id, "files/deep")] == ["files/deep/b b.bin"]
    assert either.list_artifacts(run_id, "d.json") == []
    assert mlflow.artifacts.load_text(f"runs:/{run_id}/sub/a.txt") == "hello"
    assert mlflow.artifacts.load_dict(f"runs:/{run_id}/d.json") == {"a": [1, 2]}
    assert list(mlflow.load_table("t.json", run_ids=[run_id])["x"]) == [1]
    folder = either.download_artifacts(run_id, "files", str(tmp_path))
    with open(os.path.join(folder, "deep", "b b.bin"), "rb") as file:
        assert file.read() == bytes(range(256))


def test_an_artifact_is_replaced_and_deleted(either, experiment):
    with mlflow.start_run() as run:
        mlflow.log_text("first", "a.txt")
        mlflow.log_text("second", "a.txt")
    assert mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/a.txt") == "second"
    repository = mlflow.store.artifact.artifact_repository_registry.get_artifact_repository(run.info.artifact_uri)
    repository.delete_artifacts("a.txt")
    assert either.list_artifacts(run.info.run_id) == []


@pytest.mark.parametrize("flavor", LOGGERS)
def test_a_logged_model_is_registered_by_its_name_and_loads_by_version_and_alias(either, experiment, flavor):
    name = new_name()
    with mlflow.start_run():
        info = LOGGERS[flavor](registered_model_name=name, input_example=ROWS)
    assert either.get_model_version(name, "1").status == "READY"
    either.set_registered_model_alias(name, "champion", "1")
    expected = mlflow.pyfunc.load_model(info.model_uri).predict(ROWS)
    for uri in [f"models:/{name}/1", f"models:/{name}@champion", f"models:/{name}/latest", f"models:/{info.model_id}"]:
        answers = mlflow.pyfunc.load_model(uri).predict(ROWS)
        assert str(answers) == str(expected)


def test_a_model_is_found_by_its_stage(either, experiment):
    name = new_name()
    with mlflow.start_run():
        log_sklearn(registered_model_name=name)
        log_sklearn(registered_model_name=name)
    either.transition_model_version_stage(name, "1", "Production")
    either.transition_model_version_stage(name, "2", "Staging")
    assert [v.version for v in either.get_latest_versions(name, ["Production"])] == [either.get_model_version(name, 1).version]
    assert mlflow.sklearn.load_model(f"models:/{name}/Production").predict(ROWS).tolist() == [0, 0, 1, 1]
    either.transition_model_version_stage(name, "2", "Production", archive_existing_versions=True)
    assert either.get_model_version(name, "1").current_stage == "Archived"


def test_a_model_of_a_run_is_registered_afterwards(either, experiment):
    name = new_name()
    with mlflow.start_run() as run:
        info = log_sklearn()
    made = mlflow.register_model(info.model_uri, name, tags={"a": "b"})
    assert (int(made.version), made.tags) == (1, made.tags | {"a": "b"})
    again = mlflow.register_model(f"runs:/{run.info.run_id}/model", name)
    assert int(again.version) == 2
    assert mlflow.sklearn.load_model(f"models:/{name}/2").predict(ROWS).tolist() == [0, 0, 1, 1]


def test_a_version_is_copied_to_another_model(either, experiment):
    name, other = new_name(), new_name()
    with mlflow.start_run():
        log_sklearn(registered_model_name=name)
    copied = either.copy_model_version(f"models:/{name}/1", other)
    assert (copied.name, int(copied.version)) == (other, 1)
    assert mlflow.sklearn.load_model(f"models:/{other}/1").predict(ROWS).tolist() == [0, 0, 1, 1]


def test_models_and_versions_are_described_tagged_renamed_and_deleted(either, experiment):
    name = new_name()
    made = either.create_registered_model(name, tags={"team": "growth"}, description="d")
    assert (made.name, made.tags, made.description) == (name, {"team": "growth"}, "d")
    with pytest.raises(MlflowException) as taken:
        either.create_registered_model(name)
    assert taken.value.error_code == "RESOURCE_ALREADY_EXISTS"
    with mlflow.start_run():
        log_sklearn(registered_model_name=name)
    either.update_registered_model(name, "better")
    either.set_registered_model_tag(name, "k", "v")
    either.delete_registered_model_tag(name, "team")
    either.update_model_version(name, "1", "first")
    either.set_model_version_tag(name, "1", "k", "v")
    either.set_model_version_tag(name, "1", "gone", "v")
    either.delete_model_version_tag(name, "1", "gone")
    either.set_registered_model_alias(name, "blue", "1")
    either.rename_registered_model(name, name + "-2")
    found = either.get_registered_model(name + "-2")
    assert (found.name, found.description, found.tags) == (name + "-2", "better", {"k": "v"})
    assert {alias: int(version) for alias, version in found.aliases.items()} == {"blue": 1}
    version = either.get_model_version_by_alias(name + "-2", "blue")
    assert (version.description, version.tags["k"], "gone" in version.tags) == ("first", "v", False)
    either.delete_registered_model_alias(name + "-2", "blue")
    either.delete_model_version(name + "-2", "1")
    with pytest.raises(MlflowException):
        either.get_model_version(name + "-2", "1")
    either.delete_registered_model(name + "-2")
    with pytest.raises(MlflowException) as gone:
        either.get_registered_model(name + "-2")
    assert gone.value.error_code == "RESOURCE_DOES_NOT_EXIST"


@pytest.mark.parametrize("alias", ["v1", "latest", "1.4.0"])
def test_reserved_aliases_are_refused(either, experiment, alias):
    name = new_name()
    either.create_registered_model(name)
    with pytest.raises(MlflowException) as refused:
        either.set_registered_model_alias(name, alias, "1")
    assert refused.value.error_code == "INVALID_PARAMETER_VALUE"


def test_a_semantic_version_is_a_suffix_of_the_uri(laurel):
    on_laurel()
    name = new_name()
    with mlflow.start_run():
        for columns in [ROWS, ROWS, np.hstack([ROWS, ROWS])]:
            model = LogisticRegression().fit(columns, LABELS)
            signature = infer_signature(columns, model.predict(columns))
            mlflow.sklearn.log_model(
                model, name="model", signature=signature, pip_requirements=PLAIN, registered_model_name=name
            )
    semvers = [laurel.get_model_version(name, str(n)).tags["laurel.semver"] for n in (1, 2, 3)]
    assert semvers == ["1.0.0", "1.0.1", "2.0.0"]
    for suffix, version in {"1.0.0": "1", "1.0": "2", "^1": "2", "2.0.0": "3", "^2": "3"}.items():
        assert laurel.get_latest_versions(name, [suffix])[0].version == version
        assert mlflow.sklearn.load_model(f"models:/{name}/{suffix}").coef_.shape[1] == (4 if version == "3" else 2)
    with pytest.raises(MlflowException):
        mlflow.sklearn.load_model(f"models:/{name}/^3")
    assert [v.version for v in laurel.search_model_versions(f"name = '{name}' AND tags.`laurel.semver` LIKE '1.%'")] == ["2", "1"]


def test_a_version_without_a_model_in_its_source_fails_and_says_why(laurel):
    on_laurel()
    name = new_name()
    laurel.create_registered_model(name)
    with mlflow.start_run() as run:
        mlflow.log_text("flavors: !!python/object:os.system {}", "bad/MLmodel")
        mlflow.log_text("flavors: {mystery: {}}", "odd/MLmodel")
        mlflow.log_text("flavors: {onnx: {data: model.onnx}}", "graph/MLmodel")
        mlflow.log_text("not a graph", "graph/model.onnx")
    for path, reason in {"none": "NotFound", "bad": "tag", "odd": "flavor", "graph": "ModelUnsafe"}.items():
        with pytest.raises(MlflowException) as failed:
            laurel.create_model_version(name, f"runs:/{run.info.run_id}/{path}", run.info.run_id)
        assert "FAILED_REGISTRATION" in str(failed.value) or "failed" in str(failed.value).lower()
        newest = max(laurel.search_model_versions(f"name = '{name}'"), key=lambda v: int(v.version))
        assert newest.status == "FAILED_REGISTRATION"
        assert reason in newest.status_message
        with pytest.raises(RestException):
            laurel.set_registered_model_alias(name, "champion", newest.version)


def test_what_was_registered_stays_although_its_run_is_overwritten(laurel):
    on_laurel()
    name = new_name()
    with mlflow.start_run() as run:
        info = log_sklearn(registered_model_name=name)
    model = laurel.get_logged_model(info.model_id)
    repository = mlflow.store.artifact.artifact_repository_registry.get_artifact_repository(model.artifact_location)
    repository.delete_artifacts("MLmodel")
    assert mlflow.sklearn.load_model(f"models:/{name}/1").predict(ROWS).tolist() == [0, 0, 1, 1]
    assert run.info.run_id == laurel.get_model_version(name, "1").run_id


def test_large_files_go_up_in_parts(laurel, monkeypatch, tmp_path):
    monkeypatch.setenv("MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD", "true")
    monkeypatch.setenv("MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE", str(5 * 1024 * 1024))
    monkeypatch.setenv("MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE", str(5 * 1024 * 1024))
    on_laurel()
    content = os.urandom(12 * 1024 * 1024)
    (tmp_path / "big.bin").write_bytes(content)
    with mlflow.start_run() as run:
        mlflow.log_artifact(str(tmp_path / "big.bin"), "parts")
    local = laurel.download_artifacts(run.info.run_id, "parts/big.bin", str(tmp_path / "down"))
    with open(local, "rb") as file:
        assert file.read() == content


FILTERS = [
    "",
    "name = '{p}-a'",
    "name != '{p}-a' AND name LIKE '{p}%'",
    "name LIKE '{p}-%'",
    "name ILIKE '{P}-B'",
    "name LIKE '{P}-B'",
    "name IN ('{p}-a', '{p}-c')",
    "run_id = '{run}' AND name LIKE '{p}%'",
    "run_id IN ('{run}', 'x') AND name LIKE '{p}%'",
    "version_number > 1 AND name LIKE '{p}%'",
    "version_number <= 2 AND name = '{p}-b'",
    "version_number != 1 AND name LIKE '{p}%'",
    "source_path LIKE 'mlflow-artifacts:/%' AND name LIKE '{p}%'",
    "tags.stage = 'dev' AND name LIKE '{p}%'",
    "tags.stage != 'dev' AND name LIKE '{p}%'",
    "tag.`a key` ILIKE 'V%' AND name LIKE '{p}%'",
    "attribute.name = '{p}-c'",
    "tags.stage = 'dev' AND tags.`a key` = 'v' AND name LIKE '{p}%'",
]
ORDERS = [["name ASC"], ["name DESC"], ["version_number DESC", "name ASC"], ["creation_timestamp ASC"], ["name", "version_number ASC"]]
REFUSED = [
    "name = '{p}-a' OR name = 'x'",
    "name > 'x'",
    "size = '1'",
    "metrics.x = '1'",
    "version_number LIKE '1'",
    "name = x",
    "tags.a IN ('b')",
    "name = '{p}",
    "version_number = 'x'",
]


@pytest.fixture(scope="module")
def both(laurel, real):
    """The same models and versions on both servers."""
    prefix = uuid.uuid4().hex[:8]
    runs = {}
    for server, client in (("laurel", laurel), ("real", real)):
        run = client.create_run("0")
        runs[server] = run.info.run_id
        for letter, versions in {"a": 1, "b": 3, "c": 2, "d": 0}.items():
            name = f"{prefix}-{letter}"
            client.create_registered_model(name, tags={"letter": letter})
            for n in range(1, versions + 1):
                source = f"{run.info.artifact_uri}/m{n}"
                client.create_model_version(name, source, run.info.run_id, await_creation_for=0)
                if n == 1:
                    client.set_model_version_tag(name, str(n), "stage", "dev" if letter != "c" else "test")
                if n == 2:
                    client.set_model_version_tag(name, str(n), "a key", "v")
    return prefix, runs


def filled(text, prefix, run):
    return text.replace("{p}", prefix).replace("{P}", prefix.upper()).replace("{run}", run)


@pytest.mark.parametrize("filter_string", FILTERS[1:])
@pytest.mark.parametrize("order_by", [None, *ORDERS[:2], ORDERS[4]])
def test_versions_are_found_as_by_a_real_server(laurel, real, both, filter_string, order_by):
    prefix, runs = both
    answers = {}
    for server, client in (("laurel", laurel), ("real", real)):
        found = client.search_model_versions(filled(filter_string, prefix, runs[server]), order_by=order_by or ["name ASC", "version_number DESC"])
        answers[server] = [(v.name, int(v.version), v.current_stage) for v in found]
    assert answers["laurel"] == answers["real"]


@pytest.mark.parametrize("order_by", ORDERS)
def test_orders_are_those_of_a_real_server(laurel, real, both, order_by):
    prefix, _ = both
    answers = [
        [(v.name, int(v.version)) for v in client.search_model_versions(f"name LIKE '{prefix}%'", order_by=order_by)]
        for client in (laurel, real)
    ]
    assert answers[0] == answers[1]
    assert len(answers[0]) == 6


@pytest.mark.parametrize(
    "filter_string",
    ["name = '{p}-a'", "name LIKE '{p}%'", "name ILIKE '{P}%'", "name != '{p}-a' AND name LIKE '{p}%'", "tags.letter = 'b' AND name LIKE '{p}%'",
     "tags.letter != 'b' AND name LIKE '{p}%'", "name IN ('{p}-a', '{p}-d')", "tags.`letter` LIKE '%' AND name LIKE '{p}%'"],
)
@pytest.mark.parametrize("order_by", [None, ["name DESC"]])
def test_models_are_found_as_by_a_real_server(laurel, real, both, filter_string, order_by):
    prefix, runs = both
    answers = [
        [(m.name, sorted(int(v.version) for v in m.latest_versions)) for m in client.search_registered_models(filled(filter_string, prefix, ""), order_by=order_by)]
        for client in (laurel, real)
    ]
    assert answers[0] == answers[1]


@pytest.mark.parametrize("filter_string", REFUSED)
def test_filters_are_refused_as_by_a_real_server(laurel, real, both, filter_string):
    prefix, _ = both
    codes = []
    for client in (laurel, real):
        with pytest.raises(MlflowException) as refused:
            client.search_model_versions(filled(filter_string, prefix, ""))
        codes.append(refused.value.error_code)
    assert codes == ["INVALID_PARAMETER_VALUE"] * 2


def test_pages_follow_each_other(laurel, both):
    prefix, _ = both
    first = laurel.search_model_versions(f"name LIKE '{prefix}%'", max_results=4, order_by=["name ASC"])
    rest = laurel.search_model_versions(f"name LIKE '{prefix}%'", max_results=4, order_by=["name ASC"], page_token=first.token)
    assert (len(first), len(rest), rest.token) == (4, 2, "")
