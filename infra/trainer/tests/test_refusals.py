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


def test_any_other_error_ends_with_1_and_a_traceback(workshop: Workshop) -> None:
    workshop.script = workshop.folder / "broken.py"
    workshop.script.write_text("import laurel_trainer\ndef main(job):\n    1 / 0\nlaurel_trainer.run(main)\n")
    ended = workshop.run()
    assert ended.code == 1
    assert ended.error.splitlines()[-1] == "ZeroDivisionError: division by zero"
