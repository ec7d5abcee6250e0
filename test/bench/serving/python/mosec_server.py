"""mosec with orjson. Up to BENCH_MAX_BATCH requests that wait together share a run of the model; 1 for no sharing."""

import os

import numpy as np
import orjson
from mosec import Runtime, Server, Worker
from onnx_models import answer_of, feeds_of, open_model

MAX_BATCH = int(os.environ["BENCH_MAX_BATCH"])
WAIT_MILLISECONDS = 1


class Infer(Worker):
    name = ""

    def __init__(self) -> None:
        super().__init__()
        self.session = open_model(self.name)

    def deserialize(self, data: bytes) -> dict[str, np.ndarray]:
        return feeds_of(orjson.loads(data))

    def serialize(self, data: dict) -> bytes:
        return orjson.dumps(data, option=orjson.OPT_SERIALIZE_NUMPY)

    def forward(self, data: list[dict[str, np.ndarray]] | dict[str, np.ndarray]) -> list[dict] | dict:
        """mosec hands over a list only where requests are shared."""
        if isinstance(data, dict):
            return answer_of(self.name, self.session, self.session.run(None, data))
        rows = [len(feeds["input"]) for feeds in data]
        arrays = self.session.run(None, {"input": np.concatenate([feeds["input"] for feeds in data])})
        ends = np.cumsum(rows)[:-1]
        parts = zip(*(np.split(array, ends) for array in arrays), strict=True)
        return [answer_of(self.name, self.session, list(part)) for part in parts]


class Churn(Infer):
    name = "churn"


class Mlp(Infer):
    name = "mlp"


if __name__ == "__main__":
    server = Server()
    server.register_runtime(
        {
            f"/v2/models/{worker.name}/infer": [
                Runtime(worker, num=1, max_batch_size=MAX_BATCH, max_wait_time=WAIT_MILLISECONDS)
            ]
            for worker in (Churn, Mlp)
        }
    )
    server.run()
