"""Datasets, logged models and the metrics between them, as the unmodified client logs and finds them."""

import uuid

import mlflow
import numpy
import pandas
import pytest
from mlflow.entities import Dataset, DatasetInput, InputTag, LoggedModelInput, LoggedModelOutput, LoggedModelStatus, Metric
from mlflow.exceptions import MlflowException
from mlflow.utils.rest_utils import http_request


def test_input_is_described(either, experiment):
    frame = pandas.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    data = mlflow.data.from_pandas(frame, source="s3://bucket/table.csv", name="table")
    with mlflow.start_run() as run:
        mlflow.log_input(data, context="training", tags={"k": "v"})
        mlflow.log_input(data, context="training")
        mlflow.log_input(mlflow.data.from_numpy(numpy.zeros((2, 2)), name="zeros"))
    inputs = {each.dataset.name: each for each in either.get_run(run.info.run_id).inputs.dataset_inputs}
    assert set(inputs) == {"table", "zeros"}
    table = inputs["table"]
    assert table.dataset.digest == data.digest and table.dataset.source_type == "s3"
    assert "bucket/table.csv" in table.dataset.source and "mlflow_colspec" in table.dataset.schema
    assert {tag.key: tag.value for tag in table.tags} == {"mlflow.data.context": "training", "k": "v"}
    found = either.search_runs([experiment], "datasets.name = 'table'")
    assert [each.info.run_id for each in found] == [run.info.run_id]
    assert len(found[0].inputs.dataset_inputs) == 2


def test_datasets_of_experiments(laurel):
    """The real server has this call for its pages only, under a path that lacks a slash."""
    experiment = laurel.create_experiment(f"datasets-{uuid.uuid4().hex[:12]}")
    run = laurel.create_run(experiment).info.run_id
    described = Dataset("ones", "abc", "local", "{}")
    laurel.log_inputs(run, [DatasetInput(described, [InputTag("mlflow.data.context", "eval")])])
    answer = http_request(
        laurel._tracking_client.store.get_host_creds(),
        "/ajax-api/2.0/mlflow/experiments/search-datasets",
        "POST",
        json={"experiment_ids": [experiment]},
    ).json()
    summary = {"experiment_id": experiment, "name": "ones", "digest": "abc", "context": "eval"}
    assert answer == {"dataset_summaries": [summary]}


def test_logged_model_lives(either, experiment):
    run = either.create_run(experiment).info.run_id
    model = either.create_logged_model(
        experiment, name="model", source_run_id=run, tags={"a": "1"}, params={"p": "2"}, model_type="Agent"
    )
    assert model.status == LoggedModelStatus.PENDING and model.model_id.startswith("m-")
    assert model.artifact_location.endswith(f"/{experiment}/models/{model.model_id}/artifacts")
    either.log_model_params(model.model_id, {"q": "3"})
    either.set_logged_model_tags(model.model_id, {"a": "4", "b": "5"})
    either.delete_logged_model_tag(model.model_id, "b")
    assert either.finalize_logged_model(model.model_id, LoggedModelStatus.READY).status == LoggedModelStatus.READY
    stored = either.get_logged_model(model.model_id)
    assert (stored.name, stored.model_type, stored.source_run_id) == ("model", "Agent", run)
    assert stored.params == {"p": "2", "q": "3"} and stored.tags == {"a": "4"}
    assert stored.last_updated_timestamp >= stored.creation_timestamp
    either.delete_logged_model(model.model_id)
    with pytest.raises(MlflowException) as refusal:
        either.get_logged_model(model.model_id)
    assert refusal.value.error_code == "RESOURCE_DOES_NOT_EXIST"
    with pytest.raises(MlflowException) as refusal:
        either.delete_logged_model_tag(model.model_id, "none")
    assert refusal.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_inputs_and_outputs_of_a_run(either, experiment):
    first, second = (either.create_logged_model(experiment).model_id for _ in range(2))
    run = either.create_run(experiment).info.run_id
    either.log_inputs(run, models=[LoggedModelInput(first)])
    either.log_outputs(run, [LoggedModelOutput(second, 3)])
    stored = either.get_run(run)
    assert [each.model_id for each in stored.inputs.model_inputs] == [first]
    assert [(each.model_id, each.step) for each in stored.outputs.model_outputs] == [(second, 3)]


def test_links_of_a_repeated_call_are_there_once(laurel):
    model = laurel.create_logged_model("0").model_id
    run = laurel.create_run("0").info.run_id
    for _ in range(2):
        laurel.log_inputs(run, models=[LoggedModelInput(model)])
        laurel.log_outputs(run, [LoggedModelOutput(model, 3)])
    stored = laurel.get_run(run)
    assert len(stored.inputs.model_inputs) == len(stored.outputs.model_outputs) == 1


MODEL_FILTERS = [
    None,
    "name = 'one'",
    "name LIKE 'o%'",
    "name != 'one'",
    "attributes.model_type = 'a'",
    "params.p = '1'",
    "params.p != '1'",
    "tags.k LIKE 'v%'",
    "tags.k ilike 'V1'",
    "metrics.m > 0.5",
    "metrics.m <= 0.5",
    "metrics.`a b` = 1",
    "metrics.m > 0.1 AND params.p = '2'",
    "creation_timestamp > 0",
    "creation_time > 0",
    "name IN ('one', 'three')",
    "model_id = '{one}'",
    # Refused by both.
    "foo.bar = 'x'",
    "metrics.m LIKE 'x'",
    "name > 'x'",
    "name = 'one' OR name = 'two'",
]

MODEL_ORDERS = [
    [],
    [{"field_name": "name"}],
    [{"field_name": "name", "ascending": False}],
    [{"field_name": "metrics.m"}],
    [{"field_name": "metrics.m", "ascending": False}],
    [{"field_name": "metrics.m", "dataset_name": "d1", "ascending": False}],
    [{"field_name": "metrics.a b"}],
    [{"field_name": "creation_timestamp"}],
    [{"field_name": "foo"}],
    [{"field_name": "params.p"}],
]


@pytest.fixture(scope="module")
def models(laurel, real):
    made = []
    for client in (laurel, real):
        experiment = client.create_experiment(f"models-{uuid.uuid4().hex[:12]}")
        run = client.create_run(experiment).info.run_id
        ids = {}
        for name, kind, value, data in (("one", "a", 0.25, "d1"), ("two", "b", 0.75, "d2"), ("three", "b", 0.5, "d1")):
            model = client.create_logged_model(
                experiment, name=name, model_type=kind, params={"p": str(len(ids))}, tags={"k": f"v{len(ids)}"}
            ).model_id
            ids[name] = model
            client.log_metric(run, "m", value, 5, 0, model_id=model, dataset_name=data, dataset_digest=f"{data}x")
            client.log_batch(run, metrics=[Metric("n", value, 6, 1, model_id=model)])
        client.log_metric(run, "a b", 1.0, 5, 0, model_id=ids["one"])
        made.append((client, experiment, ids))
    return made


def found_models(client, experiment, ids, text=None, order=None, **more):
    text = text and text.replace("{one}", ids["one"])
    try:
        return [
            found.name
            for found in client.search_logged_models([experiment], filter_string=text, order_by=order, **more)
        ]
    except MlflowException as refusal:
        return f"refused: {refusal.error_code}"


@pytest.mark.parametrize("text", MODEL_FILTERS)
def test_filter_of_models(models, text):
    mine, theirs = [found_models(*each, text, [{"field_name": "name"}]) for each in models]
    assert mine == theirs


@pytest.mark.parametrize("order", MODEL_ORDERS, ids=str)
def test_order_of_models(models, order):
    mine, theirs = [found_models(*each, None, order) for each in models]
    assert mine == theirs


@pytest.mark.parametrize("text", [None, "metrics.m > 0.3", "metrics.n > 0"])
def test_models_measured_on_a_dataset(models, text):
    datasets = [{"dataset_name": "d1"}]
    mine, theirs = [found_models(*each, text, datasets=datasets, order=[{"field_name": "name"}]) for each in models]
    if text is None:
        # The real server asks for the digest None there and so finds nothing.
        assert mine == ["one", "three"] and theirs in ([], mine)
    else:
        assert mine == [name for name in ["one", "three"] if text == "metrics.m > 0.3" and name == "three"]


def test_metrics_of_a_model(models):
    answers = []
    for client, _, ids in models:
        metrics = client.get_logged_model(ids["one"]).metrics
        answers.append(sorted((each.key, each.value, each.step, each.dataset_name or None) for each in metrics))
    assert answers[0] == answers[1] and len(answers[0]) == 3


def test_pages_of_models(models):
    for client, experiment, _ in models:
        first = client.search_logged_models([experiment], max_results=2, order_by=[{"field_name": "name"}])
        second = client.search_logged_models(
            [experiment], max_results=2, order_by=[{"field_name": "name"}], page_token=first.token
        )
        assert [each.name for each in [*first, *second]] == ["one", "three", "two"] and not second.token


@pytest.mark.parametrize("wanted", [1, 2, 7, 10, 100, 2_500])
@pytest.mark.parametrize("between", [None, (10, 30)])
def test_sample_of_histories(laurel, real, wanted, between):
    samples = []
    for client in (laurel, real):
        runs = [client.create_run("0").info.run_id for _ in range(2)]
        client.log_batch(runs[0], metrics=[Metric("m", float(step % 7), step, step) for step in range(100)])
        client.log_batch(runs[1], metrics=[Metric("m", float(step), 1, 20) for step in range(40)])
        store = client._tracking_client.store
        start, end = between or (None, None)
        points = store.get_metric_history_bulk_interval(runs, "m", wanted, start, end)
        samples.append([(runs.index(each.run_id), each.step, each.value) for each in points])
    assert samples[0] == samples[1]
