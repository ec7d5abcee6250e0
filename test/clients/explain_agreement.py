"""Compares Laurel's explanations with those of the Python package shap, on the same model, background and rows.

    pip install numpy onnxruntime shap
    python explain_agreement.py --url http://127.0.0.1:8480 --endpoint churn --objects OBJECT_STORE_FOLDER --csv ROWS.csv

The package is found by the digest that Laurel answers with. shap asks onnxruntime, Laurel is asked over HTTP. Both
draw their own orders of the columns, so attributions agree within their sampling error; base and prediction have none.
Ends with 0 when all agree, 1 when not.
"""

import argparse
import csv
import json
import math
import sys
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import onnxruntime
import shap

# Standard errors that a difference may be: one in 500 million beyond it, and hundreds of differences are looked at.
# A standard error from few pairs is itself uncertain; ask for 20 permutations or more.
SIGMAS = 6.0
# What 32-bit outputs cannot agree on.
FLOOR = 2e-5


class Package:
    """A package in an object store that is a folder."""

    def __init__(self, objects: Path, digest: str) -> None:
        self.objects = objects
        path = objects / "packages" / "sha256" / digest.removeprefix("sha256:") / "manifest.json"
        self.manifest = json.loads(path.read_text())

    def read(self, path: str) -> bytes:
        """The bytes of a file of the package."""
        found = next(file for file in self.manifest["files"] if file["path"] == path)
        return (self.objects / "objects" / "sha256" / found["sha256"][:2] / found["sha256"][2:]).read_bytes()


class Model:
    """The graph as a function of codes: each column's distinct cells are numbered, because shap takes numbers only."""

    def __init__(self, package: Package, rows: list[dict]) -> None:
        signature = package.manifest["signature"]
        self.inputs = signature["inputs"]
        role = "probabilities" if signature["classes"] else "value"
        self.output = next(output["name"] for output in signature["outputs"] if output["role"] == role)
        self.session = onnxruntime.InferenceSession(package.read("model.onnx"), providers=["CPUExecutionProvider"])
        background = _background(package)
        self.cells = [_distinct(row.get(column["name"]) for row in background + rows) for column in self.inputs]
        self.background = self.codes(background)

    def codes(self, rows: list[dict]) -> np.ndarray:
        """Rows as numbers: the place of each cell among the distinct ones of its column."""
        places = [{_key(cell): place for place, cell in enumerate(cells)} for cells in self.cells]
        names = [column["name"] for column in self.inputs]
        return np.array([[place[_key(row.get(n))] for n, place in zip(names, places)] for row in rows], dtype=np.float64)

    def __call__(self, codes: np.ndarray) -> np.ndarray:
        feeds = {}
        for at, (column, cells) in enumerate(zip(self.inputs, self.cells)):
            values = [cells[int(code)] for code in codes[:, at]]
            feeds[column["name"]] = _tensor(column["dtype"], values).reshape(-1, 1)
        return self.session.run([self.output], feeds)[0].astype(np.float64).reshape(len(codes), -1)


def _background(package: Package) -> list[dict]:
    table = json.loads(package.read("background.json"))
    return [{name: cells[at] for name, cells in table["columns"].items()} for at in range(table["rows"])]


def _key(cell: object) -> tuple:
    return (type(cell).__name__, cell)


def _distinct(cells) -> list:
    return list({_key(cell): cell for cell in cells}.values())


def _tensor(dtype: str, cells: list) -> np.ndarray:
    if dtype == "BYTES":
        return np.array([_text(cell) for cell in cells], dtype=object)
    numbers = {"FP32": np.float32, "FP64": np.float64, "INT64": np.int64, "INT32": np.int32, "BOOL": np.bool_}[dtype]
    return np.array([math.nan if cell in (None, "") else float(cell) for cell in cells]).astype(numbers)


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def explained_by_laurel(arguments: argparse.Namespace, rows: list[dict]) -> tuple[str, dict]:
    """Digest of the version that was explained, and the answer of ``:explain``."""
    body = {"instances": rows, "parameters": {"permutations": arguments.permutations, "seed": 1}}
    request = urllib.request.Request(
        f"{arguments.url}/v1/models/{arguments.endpoint}:explain",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.headers["x-laurel-digest"], json.load(response)
    except urllib.error.HTTPError as error:
        raise SystemExit(f"Laurel refuses: {error.code} {error.read().decode()}") from error


def explained_by_shap(model: Model, codes: np.ndarray, permutations: int, repeats: int) -> tuple[np.ndarray, ...]:
    """Base values, means and standard errors of [repeat][row][column][output], each repeat with orders of its own."""
    masker = shap.maskers.Independent(model.background, max_samples=len(model.background))
    values, base = [], None
    for seed in range(repeats):
        explainer = shap.PermutationExplainer(model, masker, seed=seed)
        found = explainer(codes, max_evals=permutations * (2 * codes.shape[1] + 1), silent=True)
        # A model of one output is told without the axis of outputs.
        values.append(found.values.reshape(*codes.shape, -1))
        base = np.asarray(found.base_values, dtype=np.float64).reshape(len(codes), -1)
    stacked = np.array(values)
    return base, stacked.mean(axis=0), stacked.std(axis=0, ddof=1) / math.sqrt(repeats)


def compare(model: Model, rows: list[dict], answer: dict, arguments: argparse.Namespace) -> bool:
    """Prints one line per row; false when anything disagrees."""
    codes = model.codes(rows)
    predictions = model(codes)
    permutations = max(1, arguments.permutations // arguments.repeats)
    base, values, errors = explained_by_shap(model, codes, permutations, arguments.repeats)
    names = [column["name"] for column in model.inputs]
    agree = True
    for at, explanation in enumerate(answer["explanations"]):
        own = np.array([np.atleast_1d(explanation["attributions"][name]) for name in names])
        own_errors = np.array([np.atleast_1d(explanation["standardErrors"][name]) for name in names])
        own_base = np.atleast_1d(explanation["base"])
        allowed = FLOOR + SIGMAS * np.sqrt(own_errors**2 + errors[at] ** 2)
        worst = np.unravel_index(np.argmax(np.abs(own - values[at]) / allowed), own.shape)
        checks = {
            "base": np.abs(own_base - base[at]).max() <= FLOOR,
            "sum": np.abs(own_base + own.sum(axis=0) - predictions[at]).max() <= FLOOR,
            "attributions": bool((np.abs(own - values[at]) <= allowed).all()),
        }
        agree = agree and all(checks.values())
        difference = own[worst] - values[at][worst]
        print(
            f"row {at}: {', '.join(f'{name} {_said(ok)}' for name, ok in checks.items())}; furthest apart "
            f"{names[worst[0]]}: {own[worst]:+.5f} and {values[at][worst]:+.5f}, {difference:+.1e} of {allowed[worst]:.1e} allowed"
        )
    return agree


def _said(ok: bool) -> str:
    return "agree" if ok else "DISAGREE"


def _rows(arguments: argparse.Namespace) -> list[dict]:
    if arguments.csv is None:
        return []
    with open(arguments.csv, newline="", encoding="utf-8") as file:
        rows = [{name: cell if cell != "" else None for name, cell in row.items()} for row in csv.DictReader(file)]
    return rows[: arguments.rows]


def main() -> int:
    """Runs the comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True, help="where Laurel serves")
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--objects", required=True, type=Path, help="folder of the object store")
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument("--csv", type=Path, help="rows to explain")
    given.add_argument("--digest", help="package whose background rows are explained")
    parser.add_argument("--rows", type=int, default=5)
    parser.add_argument("--permutations", type=int, default=40)
    parser.add_argument("--repeats", type=int, default=8, help="runs of shap that its permutations are divided over")
    arguments = parser.parse_args()
    rows = _rows(arguments)
    if not rows:
        rows = _background(Package(arguments.objects, arguments.digest))[: arguments.rows]
    digest, answer = explained_by_laurel(arguments, rows)
    package = Package(arguments.objects, digest)
    agree = compare(Model(package, rows), rows, answer, arguments)
    print(f"shap {shap.__version__} and Laurel {'agree' if agree else 'DISAGREE'} on {len(rows)} rows of {digest}")
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())
