"""Cases of the contract: what an unmodified client does with Laurel, and what MLServer says to the same numbers."""

import functools
import json
import sys
import traceback
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

NUMPY_TYPES = {
    "BOOL": np.bool_,
    "UINT8": np.uint8,
    "UINT16": np.uint16,
    "UINT32": np.uint32,
    "UINT64": np.uint64,
    "INT8": np.int8,
    "INT16": np.int16,
    "INT32": np.int32,
    "INT64": np.int64,
    "FP16": np.float16,
    "FP32": np.float32,
    "FP64": np.float64,
    "BYTES": np.object_,
}
DATATYPES = {np.dtype(numpy_type): name for name, numpy_type in NUMPY_TYPES.items()}
TOLERANCE = 1e-6
BOTH = ("standalone", "fleet")

Arrays = Mapping[str, np.ndarray]


class Missing(Exception):
    """Something that a case needs is not there; it is skipped."""


@dataclass(frozen=True)
class Server:
    """A server that cases ask. ``version`` is the version number of every model of it."""

    name: str
    http: str
    grpc: str | None
    version: str

    @property
    def address(self) -> str:
        """``host:port`` of HTTP."""
        return self.http.removeprefix("http://")


@dataclass(frozen=True)
class Answer:
    """What a model answered to ``inputs``: all outputs or some."""

    model: str
    inputs: Arrays
    outputs: Arrays


@dataclass(frozen=True)
class Case:
    title: str
    ask: Callable[[Server], Answer | None]
    servers: tuple[str, ...]
    refused: bool
    oracle: bool
    grpc: bool


class Suite:
    """
    The cases of one client. ``refusal`` gives the HTTP-like status and the message of what the client raises.
    Cases over gRPC are for servers that have it.
    """

    def __init__(self, client: str, refusal: Callable[[Exception], tuple[int, str] | None]) -> None:
        self.client = client
        self.refusal = refusal
        self.cases: list[Case] = []

    def case(self, title: str, servers: tuple[str, ...] = BOTH, grpc: bool = False):
        """What Laurel answers; an ``Answer`` must have the numbers of MLServer."""
        return self._add(title, servers, refused=False, oracle=True, grpc=grpc)

    def refused(self, title: str, servers: tuple[str, ...] = BOTH, oracle: bool = True, grpc: bool = False):
        """What Laurel refuses as the caller's mistake, and MLServer too unless it is not asked."""
        return self._add(title, servers, refused=True, oracle=oracle, grpc=grpc)

    def _add(self, title: str, servers: tuple[str, ...], **how: bool):
        def add(ask: Callable[[Server], Answer | None]):
            self.cases.append(Case(title, ask, servers, **how))
            return ask

        return add

    def run(self, group: str = "servers") -> None:
        """Prints a JSON line per case and server of a group."""
        with open(sys.argv[1], encoding="utf-8") as file:
            targets = json.load(file)
        oracle = Server(**targets["oracle"]) if targets["oracle"] else None
        servers = [Server(**target) for target in targets[group]]
        for case in self.cases:
            for server in servers:
                if server.name not in case.servers or (case.grpc and server.grpc is None):
                    continue
                verdict, detail = self._judge(case, server, oracle)
                title = f"{self.client}, {server.name}: {case.title}"
                print(json.dumps({"title": title, "verdict": verdict, "detail": detail}), flush=True)

    def _judge(self, case: Case, server: Server, oracle: Server | None) -> tuple[str, str]:
        try:
            if case.refused:
                self._must_refuse(case, server)
                if case.oracle:
                    self._must_refuse(case, _present(oracle))
            else:
                answer = case.ask(server)
                if answer is not None:
                    expect_same(answer.outputs, numbers(_present(oracle), answer.model, answer.inputs))
        except Missing as missing:
            return "skipped", str(missing)
        except Exception as error:  # noqa: BLE001 whatever a client raises is a finding
            place = traceback.extract_tb(error.__traceback__)[-1]
            return "failed", f"{type(error).__name__}: {error} ({place.filename.rsplit('/', 1)[-1]}:{place.lineno})"
        return "passed", ""

    def _must_refuse(self, case: Case, server: Server) -> None:
        try:
            answer = case.ask(server)
        except Exception as error:
            refusal = self.refusal(error)
            if refusal is None:
                raise
            status, message = refusal
            expect(400 <= status < 500, f"{server.name} refuses with {status}: {message}")
            if server.name in BOTH:
                expect(isinstance(message, str) and len(message) > 10, f"{server.name} says only {message!r}")
        else:
            raise AssertionError(f"{server.name} answered {answer}")


def _present(oracle: Server | None) -> Server:
    if oracle is None:
        raise Missing("MLServer is missing")
    return oracle


def expect(holds: bool, otherwise: str) -> None:
    """Fails the case with a sentence."""
    if not holds:
        raise AssertionError(otherwise)


def expect_equal(given: object, wanted: object, what: str) -> None:
    expect(given == wanted, f"{what} is {given!r} instead of {wanted!r}")


def expect_same(outputs: Arrays, wanted: Arrays) -> None:
    """Fails unless all outputs are the oracle's: texts and whole numbers exactly, floats within ``TOLERANCE``."""
    expect(len(outputs) > 0, "there are no outputs")
    for name, array in outputs.items():
        expect(array is not None, f"there is no {name}")
        given, truth = _comparable(array), _comparable(wanted[name])
        expect_equal(given.shape, truth.shape, f"the shape of {name}")
        expect_equal(given.dtype, truth.dtype, f"the type of {name}")
        if given.dtype.kind == "f":
            furthest = float(np.abs(given.astype(np.float64) - truth.astype(np.float64)).max(initial=0))
            expect(furthest <= TOLERANCE, f"{name} is up to {furthest} away from the oracle's")
        else:
            expect(bool((given == truth).all()), f"{name} is {given.tolist()} instead of {truth.tolist()}")


def _comparable(array: np.ndarray) -> np.ndarray:
    if array.dtype.kind not in "OSU":
        return array
    texts = [value.decode() if isinstance(value, bytes) else str(value) for value in array.ravel().tolist()]
    return np.array(texts, dtype=object).reshape(array.shape)


def datatype(array: np.ndarray) -> str:
    """The protocol's name of the type of an array."""
    return DATATYPES[array.dtype]


def json_input(name: str, array: np.ndarray) -> dict:
    """A tensor in the protocol's JSON."""
    return {"name": name, "datatype": datatype(array), "shape": list(array.shape), "data": array.ravel().tolist()}


def json_outputs(body: dict) -> Arrays:
    """Output tensors of the protocol's JSON."""
    return {
        output["name"]: np.array(output["data"], dtype=NUMPY_TYPES[output["datatype"]]).reshape(output["shape"])
        for output in body["outputs"]
    }


def numbers(oracle: Server, model: str, inputs: Arrays) -> Arrays:
    """What the oracle answers, asked in JSON without any client."""
    body = json.dumps({"inputs": [json_input(name, array) for name, array in inputs.items()]})
    return _numbers(oracle.http, model, body)


@functools.cache
def _numbers(url: str, model: str, body: str) -> Arrays:
    request = urllib.request.Request(
        f"{url}/v2/models/{model}/infer", data=body.encode(), headers={"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return json_outputs(json.load(response))
    except urllib.error.HTTPError as error:
        raise AssertionError(f"the oracle refuses: {error.code} {error.read().decode()[:300]}") from error
