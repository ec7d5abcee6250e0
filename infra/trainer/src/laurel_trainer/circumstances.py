"""Where a trainer ran and with which settings: ``circumstances.json`` of its output, for whoever repeats the run."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from pathlib import Path

FILE = "circumstances.json"

# Variables on which the order of a trainer's additions may depend.
DECIDING = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "PYTHONHASHSEED",
    "CUBLAS_WORKSPACE_CONFIG",
    "CUDA_VISIBLE_DEVICES",
    "NVIDIA_TF32_OVERRIDE",
)
NVIDIA_SECONDS = 5


def write_circumstances(output: Path, environment: Mapping[str, str]) -> None:
    """Describes this machine and the deciding settings in ``environment``; over anything the trainer wrote there."""
    settings = {name: environment[name] for name in DECIDING if name in environment}
    (output / FILE).write_text(json.dumps({"machine": machine(), "settings": settings}))


def machine() -> dict:
    """Processor, cores, memory (bytes), architecture, operating system and GPUs."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "memoryBytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "architecture": {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine()),
        "system": f"{platform.system().lower()} {platform.release()}",
        "gpus": _gpus(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or "unknown"


def _gpus() -> list[dict]:
    query = ["nvidia-smi", "--query-gpu=name,memory.total,driver_version", "--format=csv,noheader,nounits"]
    try:
        said = subprocess.run(query, capture_output=True, check=True, text=True, timeout=NVIDIA_SECONDS).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    rows = [[part.strip() for part in line.split(",")] for line in said.splitlines()]
    return [
        {"model": row[0], "memoryBytes": int(row[1]) * 2**20, "driver": row[2]}
        for row in rows
        if len(row) == 3 and row[1].isdigit()
    ]
