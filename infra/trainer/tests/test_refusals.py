"""What a trainer refuses, and how it says so."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import KINDS, Workshop, rows, schema


def written(workshop: Workshop, target: object = None) -> Workshop:
    data = rows(200)
    data["y"] = np.where(data.pop("signal") > 0.3, "Yes", "No") if target is None else target
    workshop.write(data, data, schema("binary", "Yes", **KINDS, y="categorical/string"))
    return workshop


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"max_dept": 3}, "Unknown parameter max_dept"),
        ({"max_depth": "deep"}, "must be of type int"),
        ({"max_depth": -3}, "XGBoost refuses"),
        ({"n_estimators": 0}, "at least 1"),
        ({"max_categories": 0}, "max_categories and min_frequency must be at least 1"),
    ],
)
def test_bad_parameters_end_with_64(workshop: Workshop, parameters: dict, says: str) -> None:
    workshop.parameters = parameters
    ended = written(workshop).run()
    assert (ended.code, says in ended.error) == (64, True), ended.error


def test_one_class_only_ends_with_65(workshop: Workshop) -> None:
    ended = written(workshop, target="No").run()
    assert ended.code == 65
    assert "one class only" in ended.error


def test_a_missing_target_ends_with_65(workshop: Workshop) -> None:
    ended = written(workshop, target=[None, *["No", "Yes"] * 99, "No"]).run()
    assert ended.code == 65
    assert "1 rows without a target" in ended.error


@pytest.mark.parametrize(
    ("task", "target", "says"),
    [
        ("regression", np.array([np.nan, *range(199)]), "1 rows without a target"),
        ("regression", np.array([np.inf, *range(199)]), "1 rows whose target (y) is no finite number"),
        ("multiclass", np.array([np.nan, *[1.0, 2.0] * 99, 1.0]), "1 rows without a target"),
    ],
)
def test_a_target_that_is_no_number_ends_with_65(workshop: Workshop, task: str, target: np.ndarray, says: str) -> None:
    data = rows(200).drop(columns="signal")
    workshop.write(data, data, schema(task, None, **KINDS, y="numeric/float"))
    table = pa.Table.from_pandas(data).append_column("y", pa.array(target, from_pandas=False))
    pq.write_table(table, workshop.folder / "data" / "train.parquet")
    ended = workshop.run()
    assert (ended.code, says in ended.error) == (65, True), ended.error


def test_torn_parquet_ends_with_65(workshop: Workshop) -> None:
    written(workshop)
    (workshop.folder / "data" / "train.parquet").write_bytes(b"PAR1 torn")
    assert workshop.run().code == 65


def test_a_broken_environment_ends_with_78_and_names_everything(workshop: Workshop) -> None:
    ended = written(workshop).run(LAUREL_RUN_ID="", LAUREL_SEED="seven")
    assert ended.code == 78
    assert "LAUREL_RUN_ID is not set; LAUREL_SEED must be an integer" in ended.error


def test_a_loss_that_is_no_number_ends_with_65_and_names_the_step(workshop: Workshop) -> None:
    workshop.script = workshop.folder / "diverging.py"
    workshop.script.write_text(
        "import laurel_trainer\n"
        "def main(job):\n"
        "    job.resume()\n"
        "    for step in range(1, 10):\n"
        "        loss = float('nan') if step == 7 else 1.0\n"
        "        job.step_done(step, 10, {'loss': loss}, lambda: (b'', {}))\n"
        "laurel_trainer.run(main)\n"
    )
    ended = workshop.run()
    assert ended.code == 65
    assert "loss is nan at step 7" in ended.error
    (failure,) = ended.events("failure")
    assert (failure["cause"], failure["step"]) == ("notANumber", 7)
    assert not (workshop.checkpoints / "7").exists()


def test_any_other_error_ends_with_1_and_a_traceback(workshop: Workshop) -> None:
    workshop.script = workshop.folder / "broken.py"
    workshop.script.write_text("import laurel_trainer\ndef main(job):\n    1 / 0\nlaurel_trainer.run(main)\n")
    ended = workshop.run()
    assert ended.code == 1
    assert ended.error.splitlines()[-1] == "ZeroDivisionError: division by zero"
    assert ended.events("failure") == []


@pytest.mark.parametrize(
    ("happening", "code", "cause"),
    [
        ("raise MemoryError()", 1, "outOfMemory"),
        ("import numpy; numpy.ones(2**45)", 1, "outOfMemory"),
        ("raise OSError(28, 'No space left on device')", 1, "storageFull"),
        ("raise laurel_trainer.TryAgain('later')", 75, "tryAgain"),
        ("raise laurel_trainer.BadData('empty')", 65, "badData"),
    ],
)
def test_the_cause_is_named_where_the_code_cannot(workshop: Workshop, happening: str, code: int, cause: str) -> None:
    workshop.script = workshop.folder / "failing.py"
    workshop.script.write_text(f"import laurel_trainer\ndef main(job):\n    {happening}\nlaurel_trainer.run(main)\n")
    ended = workshop.run()
    assert (ended.code, [event["cause"] for event in ended.events("failure")]) == (code, [cause]), ended.error


def test_no_trainer_prints_its_environment(workshop: Workshop) -> None:
    ended = written(workshop, target="No").run(SOME_TOKEN="hunter2-token", LAUREL_SEED="seven")
    assert "hunter2-token" not in ended.out + ended.error
