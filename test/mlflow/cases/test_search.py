"""The same data, the same question: Laurel and the real server must find the same runs in the same order, or both refuse."""

import math
import uuid

import pytest
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException

START = 1_700_000_000_000

# Name, offset of the start, status, metrics, params, tags, name and context of a dataset.
RUNS = [
    ("alpha", 0, "FINISHED", {"m": 0.1, "loss": 3.0, "a b": 1.0}, {"lr": "0.1", "opt": "Adam"}, {"team": "red"}, ("d1", "train")),
    ("beta", 1, "FINISHED", {"m": 0.2, "loss": 2.0}, {"lr": "0.01", "opt": "adam"}, {"team": "Red"}, ("d1", "test")),
    ("gamma", 2, "FAILED", {"m": 0.3, "val/loss": 1.0}, {"lr": "0.001", "opt": "SGD"}, {"team": "blue"}, ("d2", "train")),
    ("delta", 3, "KILLED", {"m": -0.4, "loss": 1.0}, {"opt": "sgd", "note": "it's"}, {"team": "blue", "x.y": "1"}, None),
    ("epsilon", 4, None, {"m": 1e6}, {"lr": "1e-3", "opt": 'say "hi"'}, {"empty": ""}, None),
    ("zeta", 5, "FINISHED", {"nan": math.nan, "loss": 0.0}, {"a-b": "dash", "a/b": "slash"}, {"a b": "space"}, None),
    ("eta", 6, "FINISHED", {"nan": 1.0, "m": 0.2}, {"percent": "50%"}, {"und": "a_b"}, None),
    ("theta", 7, "FINISHED", {"nan": -1.0}, {"percent": "500"}, {"und": "aXb"}, None),
    ("Iota", 8, "SCHEDULED", {"m": 0.0}, {"lr": "0.1"}, {"team": "größe"}, None),
    ("kappa", 9, "FINISHED", {}, {}, {}, None),
]

FILTERS = [
    "",
    "metrics.m > 0.1",
    "metrics.m >= 0.1",
    "metrics.m < 0.2",
    "metrics.m <= 0.2",
    "metrics.m = 0.2",
    "metrics.m != 0.2",
    "metric.m > -1",
    "metrics.m = -0.4",
    "metrics.m > 1e5",
    "metrics.m < 1e-1",
    "metrics.m>.15",
    "metrics.`a b` = 1",
    'metrics."val/loss" = 1.0',
    "metrics.nan > 0",
    "metrics.nan < 5",
    "metrics.nan != 1",
    "metrics.nan = 1",
    "metrics.absent > 0",
    "params.lr = '0.1'",
    'params.lr = "0.1"',
    "param.lr != '0.1'",
    "parameters.opt LIKE 'ad%'",
    "params.opt ILIKE 'AD%'",
    "params.opt like '%a%'",
    "params.note = 'it''s'",
    "params.note = \"it's\"",
    "params.`a-b` = 'dash'",
    "params.`a/b` = 'slash'",
    "params.lr IS NULL",
    "params.lr IS NOT NULL",
    "params.percent LIKE '50%'",
    "tags.team = 'red'",
    "tags.team ILIKE 'RED'",
    "tags.team != 'red'",
    "tag.x.y = '1'",
    "tags.`x.y` = '1'",
    "tags.`a b` = 'space'",
    "tags.und LIKE 'a_b'",
    "tags.team IS NULL",
    "tags.team is not null",
    "tags.empty = ''",
    "tags.team = 'größe'",
    "tags.`mlflow.runName` = 'beta'",
    "attributes.status = 'FINISHED'",
    "status != 'FINISHED'",
    "attr.status ILIKE 'fin%'",
    "run.status LIKE 'K%'",
    "run_name = 'alpha'",
    "run_name LIKE '%eta'",
    "run_name != 'alpha'",
    "attributes.`run name` = 'gamma'",
    "`Run name` = 'gamma'",
    "start_time > {start}",
    "attributes.start_time <= {start}",
    "created >= {start}",
    "end_time > 0",
    "end_time != {start}",
    "user_id = 'tester'",
    "run_id = '{run:alpha}'",
    "run_id IN ('{run:alpha}', '{run:beta}')",
    "run_id not in ('{run:alpha}')",
    "attributes.run_id != '{run:alpha}'",
    "artifact_uri LIKE '%{run:beta}%'",
    "datasets.name = 'd1'",
    "dataset.name LIKE 'd%'",
    "datasets.digest = 'd2digest'",
    "datasets.context = 'train'",
    "datasets.name IN ('d1', 'd2')",
    "datasets.name != 'd1'",
    "metrics.m > 0.1 AND params.lr = '0.01'",
    "metrics.m > 0.1 and tags.team ILIKE 'r%' AND status = 'FINISHED'",
    "metrics.m > 0 AND metrics.m < 0.25 AND metrics.loss > 2",
    "params.lr = '0.1' AND",
    "AND params.lr = '0.1'",
    "params.lr='0.1'AND\nparams.opt='Adam'",
    # Refused by both.
    "metrics.m > '0.1'",
    "metrics.m = abc",
    "metrics.m LIKE 'a'",
    "metrics.m IS NULL",
    "metrics.m == 1",
    "metrics.m <> 1",
    "metrics.m > 1 OR metrics.m < 0",
    "NOT metrics.m > 1",
    "(metrics.m > 1)",
    "metrics.m BETWEEN 1 AND 2",
    "metrics.m > 1; metrics.m < 0",
    "metrics.m >",
    "> 1",
    "metrics.m = 1e+5",
    "metrics.val/loss = 1",
    "params.lr = 0.1",
    "params.lr = lr",
    "params.lr > '0.1'",
    "params.lr IN ('0.1')",
    "params.lr NOT LIKE '0%'",
    "params.lr = '0.1",
    "params.a-b = 'dash'",
    "tags.team RLIKE 'r'",
    "Tags.team = 'red'",
    "foo.bar = 'x'",
    "foo = 'x'",
    "status = FINISHED",
    "status > 'A'",
    "status IN ('FINISHED')",
    "status IS NULL",
    "start_time = 'x'",
    "lifecycle_stage = 'active'",
    "run_id IN ()",
    "run_id IN (1)",
    "datasets.foo = 'x'",
    "datasets.name > 'x'",
    "'red' = tags.team",
    "metrics.m > 1 -- comment",
    "1 = 1",
    "metrics.m > 1 UNION SELECT 1",
    "tags.team = 'red' 'blue'",
    "   ",
]

ORDERS = [
    [],
    ["metrics.m"],
    ["metrics.m DESC"],
    ["metrics.m ASC"],
    ["metric.nan"],
    ["metrics.nan DESC"],
    ["metrics.`a b`"],
    ["metrics.absent"],
    ["params.lr"],
    ["params.opt DESC"],
    ["tags.team asc"],
    ["tags.`x.y` DESC"],
    ["start_time"],
    ["attributes.start_time DESC"],
    ["created ASC"],
    ["end_time"],
    ["end_time DESC"],
    ["run_name"],
    ["attribute.run_name DESC"],
    ["status", "metrics.m DESC"],
    ["status DESC", "params.lr", "tags.team DESC"],
    ["user_id", "run_name"],
    # Refused by both.
    ["foo"],
    ["foo.bar"],
    ["metrics.m sideways"],
    ["metrics.m DESC ASC"],
    ["metrics.m, metrics.n"],
    ["metrics.m", "metrics.m"],
    ["datasets.name"],
    [""],
    ["1"],
    ["metrics.m DESC; DROP TABLE runs"],
]


def seed(client):
    """The experiment with `RUNS`, and the id of each by its name."""
    experiment = client.create_experiment(f"search-{uuid.uuid4().hex[:12]}")
    ids = {}
    for name, offset, status, metrics, params, tags, dataset in RUNS:
        run = client._tracking_client.store.create_run(
            experiment, "tester", START + offset, [RunTag(*tag) for tag in tags.items()], name
        ).info.run_id
        ids[name] = run
        client.log_batch(
            run,
            metrics=[Metric(key, value, START, 0) for key, value in metrics.items()],
            params=[Param(*param) for param in params.items()],
        )
        if dataset is not None:
            described = Dataset(dataset[0], f"{dataset[0]}digest", "local", "{}")
            tagged = [InputTag("mlflow.data.context", dataset[1])]
            client.log_inputs(run, [DatasetInput(described, tagged)])
        if status is not None:
            client._tracking_client.store.update_run_info(
                run, status_number(status), START + 100 - offset, None
            )
    return experiment, ids


def status_number(status):
    from mlflow.entities import RunStatus

    return RunStatus.from_string(status)


@pytest.fixture(scope="module")
def seeded(laurel, real):
    return [(client, *seed(client)) for client in (laurel, real)]


def answer(client, experiment, ids, text, order=None, **more):
    """The names found, or the code of the refusal."""
    text = text.replace("{start}", str(START + 4))
    for name, run in ids.items():
        text = text.replace(f"{{run:{name}}}", run)
    try:
        found = client.search_runs([experiment], text, order_by=order, **more)
    except MlflowException as refusal:
        return f"refused: {refusal.error_code}"
    return [run.info.run_name for run in found]


@pytest.mark.parametrize("text", FILTERS)
def test_filter(seeded, text):
    answers = [answer(client, experiment, ids, text) for client, experiment, ids in seeded]
    assert answers[0] == answers[1]


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_order(seeded, order):
    answers = [answer(client, experiment, ids, "", order) for client, experiment, ids in seeded]
    # The real server calls a field that comes twice its own failure.
    answers[1] = "refused: INVALID_PARAMETER_VALUE" if answers[1] == "refused: INTERNAL_ERROR" else answers[1]
    assert answers[0] == answers[1]


@pytest.mark.parametrize("view", [ViewType.ACTIVE_ONLY, ViewType.DELETED_ONLY, ViewType.ALL])
def test_views(seeded, view):
    for client, experiment, ids in seeded:
        client.delete_run(ids["kappa"])
    answers = [answer(client, experiment, ids, "", run_view_type=view) for client, experiment, ids in seeded]
    for client, experiment, ids in seeded:
        client.restore_run(ids["kappa"])
    assert answers[0] == answers[1] and len(answers[0]) == {1: 9, 2: 1, 3: 10}[view]


def test_pages(seeded):
    for client, experiment, _ in seeded:
        names, token = [], None
        while True:
            page = client.search_runs([experiment], "", max_results=3, order_by=["run_name"], page_token=token)
            names.extend(run.info.run_name for run in page)
            token = page.token
            if not token:
                break
        assert names == sorted(run[0] for run in RUNS)


def test_tokens_of_pages_are_interchangeable(seeded):
    (laurel, mine, _), (real, theirs, _) = seeded
    token = real.search_runs([theirs], "", max_results=4).token
    rest = [run.info.run_name for run in laurel.search_runs([mine], "", max_results=4, page_token=token)]
    assert rest == [run.info.run_name for run in real.search_runs([theirs], "", max_results=4, page_token=token)]


@pytest.mark.parametrize("experiments", [["x"], ["1; drop table runs"], ["99999999999999999999999"], [""]])
def test_ids_of_experiments_that_are_none(laurel, experiments):
    with pytest.raises(MlflowException) as refusal:
        laurel.search_runs(experiments)
    assert refusal.value.error_code == "INVALID_PARAMETER_VALUE"


@pytest.mark.parametrize("most", [0, -1, 50_001])
def test_pages_of_no_size(seeded, most):
    for client, experiment, _ in seeded:
        with pytest.raises(MlflowException) as refusal:
            client._tracking_client.store.search_runs([experiment], "", ViewType.ACTIVE_ONLY, most)
        assert refusal.value.error_code == "INVALID_PARAMETER_VALUE"


EXPERIMENT_FILTERS = [
    "name = '{p}-one'",
    "name != '{p}-one' AND name LIKE '{p}%'",
    "name LIKE '{p}%'",
    "attribute.name ILIKE '{P}%'",
    "tags.kind = '{p}-a'",
    "tag.kind LIKE '{p}%'",
    "tags.kind != '{p}-a' AND name LIKE '{p}%'",
    "tags.kind IS NULL AND name LIKE '{p}%'",
    "tags.kind IS NOT NULL AND name LIKE '{p}%'",
    "creation_time > 0 AND name LIKE '{p}%'",
    "last_update_time < 0",
    "experiment_id = '{one}'",
    "experiment_id IN ('{one}')",
    # Refused by both.
    "foo = 'x'",
    "attributes.name = 'x'",
    "metrics.m > 1",
    "name > 'x'",
    "name IN ('x')",
    "creation_time = 'x'",
    "creation_time > 1.5",
    "experiment_id = 'x'",
    "experiment_id LIKE '1'",
    "name IS NULL",
    "name = 'x' OR name = 'y'",
]

EXPERIMENT_ORDERS = [["name"], ["name DESC"], ["attribute.name ASC"], ["creation_time"], ["experiment_id"], ["foo"], ["tags.kind"]]


@pytest.fixture(scope="module")
def experiments(laurel, real):
    prefix = f"p{uuid.uuid4().hex[:8]}"
    made = []
    for client in (laurel, real):
        one = client.create_experiment(f"{prefix}-one", tags={"kind": f"{prefix}-a"})
        client.create_experiment(f"{prefix}-two", tags={"kind": f"{prefix}-b"})
        client.create_experiment(f"{prefix}-three")
        made.append((client, prefix, one))
    return made


def found_experiments(client, prefix, one, text, order=None):
    text = text.replace("{p}", prefix).replace("{P}", prefix.upper()).replace("{one}", one)
    try:
        return [found.name for found in client.search_experiments(filter_string=text, order_by=order)]
    except MlflowException as refusal:
        return f"refused: {refusal.error_code}"


@pytest.mark.parametrize("text", EXPERIMENT_FILTERS)
def test_filter_of_experiments(experiments, text):
    mine, theirs = [found_experiments(*each, text, ["name"]) for each in experiments]
    assert mine == theirs


@pytest.mark.parametrize("order", EXPERIMENT_ORDERS, ids=str)
def test_order_of_experiments(experiments, order):
    mine, theirs = [found_experiments(*each, "name LIKE '{p}%'", order) for each in experiments]
    assert mine == theirs
