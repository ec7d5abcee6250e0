"""What a trainer refuses, and how it says so."""

import numpy as np
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


def test_a_step_that_does_not_end_costs_the_last_interval_but_not_the_grace(workshop: Workshop) -> None:
    workshop.script = workshop.folder / "slow.py"
    workshop.script.write_text(
        "import time, laurel_trainer\n"
        "from laurel_trainer import job as jobs\n"
        "jobs.STOP_SECONDS = 0.5\n"
        "def main(job):\n"
        "    job.resume()\n"
        "    job.step_done(5, 10, {}, lambda: (b'five', {}))\n"
        "    time.sleep(60)\n"
        "laurel_trainer.run(main)\n"
    )
    process = workshop.start()
    while '"checkpoint"' not in process.stdout.readline():
        assert process.poll() is None
    process.terminate()
    _, said = process.communicate(timeout=20)
    assert process.returncode == 143
    assert "the last checkpoint counts" in said


def test_no_trainer_prints_its_environment(workshop: Workshop) -> None:
    ended = written(workshop, target="No").run(SOME_TOKEN="hunter2-token", LAUREL_SEED="seven")
    assert "hunter2-token" not in ended.out + ended.error
