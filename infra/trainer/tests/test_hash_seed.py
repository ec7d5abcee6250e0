"""The order of a set of texts changes from process to process; a model's bytes must not."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import KINDS, Workshop, rows, schema
from pandas.api.types import is_float_dtype, is_integer_dtype

CHURN = Path(__file__).parents[3] / "examples" / "churn"
SEEDS = ("0", "1")


def churn(workshop: Workshop, **parameters: object) -> Workshop:
    """The trainer of the example on its data."""
    table = pd.read_csv(CHURN / "data" / "telco_churn.csv").drop(columns="customer_id").rename(columns={"churn": "y"})
    kinds = {name: _kind(column) for name, column in table.items()}
    workshop.write(table[:5600], table[5600:], schema("binary", "Yes", **kinds))
    workshop.script, workshop.parameters = CHURN / "train.py", {"n_estimators": 20, **parameters}
    return workshop


def _kind(column: pd.Series) -> str:
    if is_float_dtype(column):
        return "numeric/float"
    return "numeric/integer" if is_integer_dtype(column) else "categorical/string"


def several_classes(workshop: Workshop) -> Workshop:
    """The template on a table with all kinds of trouble."""
    data = rows(400)
    data["y"] = np.digitize(data.pop("signal"), [-0.3, 0.8])
    workshop.write(data, data, schema("multiclass", None, **KINDS, y="numeric/integer"))
    return workshop


TRAINERS = {
    "churn": churn,
    "churn with a changed graph": lambda w: churn(w, ballast=2, distrust="contract"),
    "several classes": several_classes,
}


@pytest.mark.parametrize("name", TRAINERS)
def test_every_hash_seed_gives_the_same_bytes(workshop: Workshop, name: str) -> None:
    trainer = TRAINERS[name](workshop)
    graphs = []
    for seed in SEEDS:
        ended = trainer.run(PYTHONHASHSEED=seed)
        assert ended.code == 0, ended.error
        graphs.append((trainer.output / "model.onnx").read_bytes())
    assert len(set(graphs)) == 1
