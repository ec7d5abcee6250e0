"""The checks of `gpu/main.py`. Each returns what it found, or raises."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import distributed

from laurel_trainer import Job, tabular
from laurel_trainer.checkpoints import highest_fence
from laurel_trainer.failures import Preempted
from laurel_trainer.manifest import newest_whole
from laurel_trainer.torch import Training, join
from laurel_trainer.torch_export import save_network

RUN = "a" * 32
HERE = Path(__file__)


def nccl() -> str:
    """One rank per GPU, at most 4, under the launcher; each sums its rank with the others'."""
    ranks = min(torch.cuda.device_count(), 4)
    command = [sys.executable, "-m", "laurel_trainer.launch", "-n", str(ranks), "--", sys.executable, str(HERE)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if ended.returncode != 0 or f"sum {sum(range(ranks))}" not in ended.stdout:
        raise AssertionError(f"{ended.returncode}: {ended.stdout} {ended.stderr[-2000:]}")
    return f"{ranks} ranks, NCCL {'.'.join(map(str, torch.cuda.nccl.version()))}"


def one_rank() -> None:
    """What each process of ``nccl`` runs."""
    torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    distributed.init_process_group("cpu:gloo,cuda:nccl")
    number = torch.tensor([float(distributed.get_rank())], device="cuda")
    distributed.all_reduce(number)
    print("sum", int(number.item()), flush=True)
    distributed.destroy_process_group()


def resumed() -> str:
    """A network with dropout, stopped at three steps and taken up again, has the weights of an undisturbed one."""
    with tempfile.TemporaryDirectory() as folder:
        calm = _trained(Path(folder) / "calm", [])
        stopped = _trained(Path(folder) / "stopped", [3, 8, 17])
    different = [name for name in calm if not torch.equal(calm[name], stopped[name])]
    if different:
        raise AssertionError(f"these weights differ: {', '.join(different)}")
    return "bit-equal after three interruptions"


def parity() -> str:
    """The ONNX graph on the CPU agrees with the network on the GPU."""
    with tempfile.TemporaryDirectory() as folder:
        job = _job(Path(folder))
        _table(Path(folder) / "data")
        device = join(job)
        data = tabular.prepare(job)
        encode = tabular.scaled_encoder(data)
        width = encode.transform(data.train[:1]).shape[1]
        network = torch.nn.Sequential(torch.nn.Linear(width, 64), torch.nn.ReLU(), torch.nn.Linear(64, 2)).to(device)
        save_network(job, data, encode, network, algorithm="multilayer perceptron (PyTorch)")
        found = json.loads((job.output_folder / "model.json").read_text())["parity"]
    if found["maxAbsDiff"] > 1e-4:
        raise AssertionError(f"the largest difference is {found['maxAbsDiff']}")
    return f"largest difference {found['maxAbsDiff']:.1e} over {found['rows']} rows"


def _trained(folder: Path, stops: list[int]) -> dict[str, torch.Tensor]:
    for stop in [*stops, None]:
        job = _job(folder)
        device = join(job)
        features = torch.randn(2000, 16, generator=torch.Generator().manual_seed(1)).to(device)
        target = (features.sum(dim=1) > 0).long()
        layers = [torch.nn.Linear(16, 64), torch.nn.ReLU(), torch.nn.Dropout(0.2), torch.nn.Linear(64, 2)]
        network = torch.nn.Sequential(*layers).to(device)
        optimizer = torch.optim.Adam(network.parameters())
        training = Training(job, network, optimizer, rows=2000, batch=200, epochs=3)
        try:
            for rows in training:
                job.stopping = training.step + 1 == stop
                training.descend(torch.nn.functional.cross_entropy(training.model(features[rows]), target[rows]))
            training.end()
        except Preempted:
            continue
        return {name: value.cpu() for name, value in network.state_dict().items()}
    raise AssertionError("the last attempt was interrupted too")


def _job(folder: Path) -> Job:
    checkpoints = folder / "checkpoints"
    for name in ("data", "output", "checkpoints"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return Job.from_environment(
        {
            "LAUREL_RUN_ID": RUN,
            "LAUREL_DATA_DIR": str(folder / "data"),
            "LAUREL_OUTPUT_DIR": str(folder / "output"),
            "LAUREL_CHECKPOINT_DIR": str(checkpoints),
            "LAUREL_SEED": "7",
            "LAUREL_FENCE": str(highest_fence(checkpoints) + 1),
            "LAUREL_RESUME": str(newest_whole(checkpoints, RUN, print) or ""),
            "LAUREL_CHECKPOINT_EVERY": "10",
        }
    )


def _table(folder: Path) -> None:
    random = np.random.default_rng(5)
    columns = {"size": "numeric", "color": "categorical", "y": "categorical"}
    for part in ("train", "validation"):
        size = random.normal(size=500)
        color = random.choice(["red", "green"], 500)
        label = np.where(size + (color == "red") > 0.5, "Yes", "No")
        pd.DataFrame({"size": size, "color": color, "y": label}).to_parquet(folder / f"{part}.parquet")
    described = [{"name": n, "kind": k, "storage": "string", "nullable": True} for n, k in columns.items()]
    schema = {"columns": described, "target": "y", "task": "binary", "positive": "Yes", "features": ["size", "color"]}
    (folder / "schema.json").write_text(json.dumps(schema))


CHECKS = {"NCCL starts": nccl, "CUDA checkpoint and resume": resumed, "ONNX parity from CUDA": parity}

if __name__ == "__main__":
    one_rank()
