"""Experiments, runs and what is logged to them, as the unmodified client does it."""

import math
import uuid

import mlflow
import pytest
from mlflow.entities import Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException, RestException


def new_name():
    return f"e-{uuid.uuid4().hex[:12]}"


def test_experiment_is_created_found_renamed_deleted_and_restored(either):
    name = new_name()
    made = either.create_experiment(name, tags={"team": "growth"})
    found = either.get_experiment_by_name(name)
    assert (found.experiment_id, found.name, found.lifecycle_stage) == (made, name, "active")
    assert found.tags == {"team": "growth"}
    assert found.artifact_location.endswith(f"/{made}")
    either.set_experiment_tag(made, "k", "v")
    either.rename_experiment(made, name + "-2")
    assert either.get_experiment(made).tags == {"team": "growth", "k": "v"}
    assert either.get_experiment_by_name(name) is None
    either.delete_experiment(made)
    assert either.get_experiment(made).lifecycle_stage == "deleted"
    either.restore_experiment(made)
    assert either.get_experiment(made).lifecycle_stage == "active"


def test_set_experiment_creates_it_once(either):
    name = new_name()
    assert mlflow.set_experiment(name).experiment_id == mlflow.set_experiment(name).experiment_id


def test_name_of_an_experiment_is_taken_once(either):
    name = new_name()
    either.create_experiment(name)
    with pytest.raises(MlflowException) as refusal:
        either.create_experiment(name)
    assert refusal.value.error_code == "RESOURCE_ALREADY_EXISTS"


def test_default_experiment_is_there(either):
    assert either.get_experiment("0").name == "Default"


def test_run_with_everything(either, experiment):
    with mlflow.start_run(run_name="n", tags={"a": "1"}, description="d") as run:
        mlflow.log_param("p", 1)
        mlflow.log_params({"q": "x", "r": 0.5})
        mlflow.log_metric("m", 0.5, step=1)
        mlflow.log_metrics({"m": 0.25, "n": 2}, step=2)
        mlflow.set_tag("t", "v")
        mlflow.set_tags({"u": 1, "w": True})
    stored = either.get_run(run.info.run_id)
    assert stored.info.status == "FINISHED"
    assert stored.info.run_name == "n"
    assert stored.info.end_time >= stored.info.start_time
    assert stored.data.params == {"p": "1", "q": "x", "r": "0.5"}
    assert stored.data.metrics == {"m": 0.25, "n": 2.0}
    assert stored.data.tags["mlflow.note.content"] == "d"
    assert {key: stored.data.tags[key] for key in "atuw"} == {"a": "1", "t": "v", "u": "1", "w": "True"}
    assert stored.info.artifact_uri.endswith(f"/{experiment}/{run.info.run_id}/artifacts")


def test_run_without_a_name_gets_one(either, experiment):
    run = either.create_run(experiment)
    assert run.info.run_name and run.data.tags["mlflow.runName"] == run.info.run_name


def test_run_that_fails_is_failed(either, experiment):
    with pytest.raises(ZeroDivisionError):
        with mlflow.start_run() as run:
            1 / 0
    assert either.get_run(run.info.run_id).info.status == "FAILED"


def test_run_is_taken_up_again(either, experiment):
    with mlflow.start_run() as run:
        mlflow.log_metric("m", 1)
    with mlflow.start_run(run_id=run.info.run_id):
        assert either.get_run(run.info.run_id).info.status == "RUNNING"
        mlflow.log_metric("m", 2, step=1)
    assert either.get_run(run.info.run_id).data.metrics == {"m": 2.0}


def test_nested_runs(either, experiment):
    with mlflow.start_run() as parent:
        for depth in range(3):
            with mlflow.start_run(nested=True):
                mlflow.log_param("depth", depth)
    children = either.search_runs([experiment], f"tags.mlflow.parentRunId = '{parent.info.run_id}'")
    assert sorted(child.data.params["depth"] for child in children) == ["0", "1", "2"]


def test_run_is_renamed_by_argument_and_by_tag(either, experiment):
    run = either.create_run(experiment, run_name="a").info.run_id
    either.update_run(run, name="b")
    assert either.get_run(run).data.tags["mlflow.runName"] == "b"
    either.set_tag(run, "mlflow.runName", "c")
    assert either.get_run(run).info.run_name == "c"


def test_run_is_deleted_and_restored(either, experiment):
    run = either.create_run(experiment).info.run_id
    either.delete_run(run)
    assert either.get_run(run).info.lifecycle_stage == "deleted"
    assert list(either.search_runs([experiment])) == []
    assert len(either.search_runs([experiment], run_view_type=ViewType.DELETED_ONLY)) == 1
    with pytest.raises(MlflowException) as refusal:
        either.log_param(run, "a", 1)
    assert refusal.value.error_code == "INVALID_PARAMETER_VALUE"
    either.restore_run(run)
    either.log_param(run, "a", 1)


def test_deleted_experiment_takes_its_runs_along(either, experiment):
    run = either.create_run(experiment).info.run_id
    either.delete_experiment(experiment)
    assert either.get_run(run).info.lifecycle_stage == "deleted"
    with pytest.raises(MlflowException):
        either.create_run(experiment)
    either.restore_experiment(experiment)
    assert either.get_run(run).info.lifecycle_stage == "active"


def test_param_keeps_its_value(either, experiment):
    run = either.create_run(experiment).info.run_id
    either.log_param(run, "p", 1)
    either.log_param(run, "p", 1)
    with pytest.raises(MlflowException) as refusal:
        either.log_param(run, "p", 2)
    assert refusal.value.error_code == "INVALID_PARAMETER_VALUE"
    assert either.get_run(run).data.params == {"p": "1"}


def test_batch_with_a_changed_param_changes_nothing_of_its_params(either, experiment):
    run = either.create_run(experiment).info.run_id
    either.log_param(run, "p", 1)
    with pytest.raises(MlflowException):
        either.log_batch(run, params=[Param("p", "2"), Param("new", "1")])
    assert either.get_run(run).data.params == {"p": "1"}


def test_param_twice_in_a_batch_is_refused(either, experiment):
    run = either.create_run(experiment).info.run_id
    with pytest.raises(MlflowException) as refusal:
        either.log_batch(run, params=[Param("p", "2"), Param("p", "2")])
    assert "p" in str(refusal.value)


def test_metric_history_in_order_and_each_point_once(either, experiment):
    run = either.create_run(experiment).info.run_id
    points = [Metric("m", value, 1000 + step, step) for step, value in enumerate([3.0, 1.0, 2.0])]
    for _ in range(2):
        either.log_batch(run, metrics=points)
        either.log_metric(run, "m", 1.0, timestamp=1001, step=1)
    history = either.get_metric_history(run, "m")
    assert [(point.step, point.timestamp, point.value) for point in history] == [
        (0, 1000, 3.0),
        (1, 1001, 1.0),
        (2, 1002, 2.0),
    ]
    assert either.get_metric_history(run, "absent") == []


def test_long_history_comes_in_pages(either, experiment):
    run = either.create_run(experiment).info.run_id
    for start in range(0, 2_500, 1_000):
        steps = range(start, min(start + 1_000, 2_500))
        either.log_batch(run, metrics=[Metric("m", float(step), step, step) for step in steps])
    assert [point.step for point in either.get_metric_history(run, "m")] == list(range(2_500))


@pytest.mark.parametrize(
    "points",
    [
        [(1.0, 5, 0), (2.0, 4, 0)],
        [(1.0, 5, 3), (2.0, 9, 1)],
        [(1.0, 5, 0), (2.0, 5, 0), (0.5, 5, 0)],
        [(-1.0, 1, -3), (7.0, 2, -5)],
    ],
)
def test_newest_value_is_the_same(laurel, real, points):
    newest = []
    for client in (laurel, real):
        run = client.create_run(client.create_experiment(new_name())).info.run_id
        for value, time, step in points:
            client.log_metric(run, "m", value, timestamp=time, step=step)
        newest.append(client.get_run(run).data.metrics)
    assert newest[0] == newest[1]


def test_nan_and_infinity_are_kept(laurel):
    run = laurel.create_run("0").info.run_id
    laurel.log_metric(run, "nan", math.nan)
    laurel.log_metric(run, "nan", math.nan, step=1)
    laurel.log_batch(run, metrics=[Metric("up", math.inf, 1, 0), Metric("down", -math.inf, 1, 0)])
    stored = laurel.get_run(run).data.metrics
    assert math.isnan(stored["nan"]) and stored["up"] == math.inf and stored["down"] == -math.inf
    assert [math.isnan(point.value) for point in laurel.get_metric_history(run, "nan")] == [True, True]


def test_tags_are_replaced_and_deleted(either, experiment):
    run = either.create_run(experiment).info.run_id
    either.log_batch(run, tags=[RunTag("a", "1"), RunTag("a", "2"), RunTag("b", "3")])
    either.set_tag(run, "b", "4")
    either.delete_tag(run, "a")
    tags = either.get_run(run).data.tags
    assert "a" not in tags and tags["b"] == "4"
    with pytest.raises(MlflowException) as refusal:
        either.delete_tag(run, "a")
    assert refusal.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_what_is_not_there_is_said_so(either):
    for call in (
        lambda: either.get_run("f" * 32),
        lambda: either.get_experiment("123456789"),
        lambda: either.log_param("f" * 32, "a", 1),
        lambda: either.delete_run("f" * 32),
    ):
        with pytest.raises(MlflowException) as refusal:
            call()
        assert refusal.value.error_code == "RESOURCE_DOES_NOT_EXIST"


HOSTILE = ["../x", "a/../b", "/a", "a//b", "./a", ".", "..", "a\tb", "a\u202eb", "x" * 251, "a?b", "a%2e%2e", "a;b", "a\\b"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_refused_by_both(laurel, real, name):
    for client in (laurel, real):
        run = client.create_run("0").info.run_id
        store = client._tracking_client.store
        for log in (
            lambda: store.log_metric(run, Metric(name, 1.0, 1, 0)),
            lambda: store.log_param(run, Param(name, "1")),
            lambda: store.set_tag(run, RunTag(name, "1")),
        ):
            with pytest.raises(RestException) as refusal:
                log()
            assert refusal.value.error_code == "INVALID_PARAMETER_VALUE"


def test_batches_that_are_too_large_are_refused_by_both(laurel, real):
    for client in (laurel, real):
        run = client.create_run("0").info.run_id
        store = client._tracking_client.store
        for batch in (
            {"metrics": [Metric("m", 1.0, 1, step) for step in range(1001)], "params": [], "tags": []},
            {"metrics": [], "params": [Param(f"p{n}", "1") for n in range(101)], "tags": []},
            {"metrics": [], "params": [], "tags": [RunTag(f"t{n}", "1") for n in range(101)]},
        ):
            with pytest.raises(RestException) as refusal:
                store.log_batch(run, **batch)
            assert refusal.value.error_code == "INVALID_PARAMETER_VALUE"
            assert "at most" in refusal.value.message


def test_long_values_are_shortened_by_both(laurel, real):
    lengths = []
    for client in (laurel, real):
        run = client.create_run("0").info.run_id
        store = client._tracking_client.store
        store.log_param(run, Param("p", "x" * 10_240))
        store.set_tag(run, RunTag("t", "x" * 10_240))
        data = client.get_run(run).data
        lengths.append((len(data.params["p"]), len(data.tags["t"])))
    assert lengths[0] == lengths[1] == (6_000, 8_000)


def test_unicode_is_kept(either, experiment):
    run = either.create_run(experiment, run_name="naïve ünicode 漢字 🌿").info.run_id
    either.log_param(run, "größe", "漢字 🌿")
    either.set_tag(run, "日本", "é")
    stored = either.get_run(run)
    assert stored.info.run_name == "naïve ünicode 漢字 🌿"
    assert stored.data.params == {"größe": "漢字 🌿"} and stored.data.tags["日本"] == "é"


def test_asynchronous_logging(either, experiment):
    with mlflow.start_run() as run:
        for step in range(20):
            mlflow.log_metric("m", step, step=step, synchronous=False)
        mlflow.flush_async_logging()
    assert len(either.get_metric_history(run.info.run_id, "m")) == 20
