"""The state of every random generator that a trainer may draw from, as JSON: Python, NumPy, torch on CPU and GPUs."""

import base64
import random
import sys
from types import ModuleType

import numpy as np


def capture() -> dict:
    """The states now. torch's are among them when the trainer has imported torch."""
    version, words, gauss = random.getstate()
    kind, keys, position, has_gauss, cached = np.random.get_state(legacy=True)
    state = {
        "python": {"version": version, "words": _text(np.array(words, np.uint64).tobytes()), "gauss": gauss},
        "numpy": {
            "kind": kind,
            "keys": _text(np.asarray(keys, np.uint32).tobytes()),
            "position": int(position),
            "hasGauss": int(has_gauss),
            "cachedGauss": float(cached),
        },
    }
    torch = _torch()
    if torch is not None:
        state["torch"] = _text(torch.get_rng_state().numpy().tobytes())
        if torch.cuda.is_initialized():
            state["cuda"] = [_text(one.numpy().tobytes()) for one in torch.cuda.get_rng_state_all()]
    return state


def restore(state: dict) -> None:
    """Sets the generators back to what ``capture`` found. A GPU that was not there then keeps its own state."""
    if not state:
        return
    python, numpy = state["python"], state["numpy"]
    words = tuple(int(word) for word in np.frombuffer(_bytes(python["words"]), np.uint64))
    random.setstate((python["version"], words, python["gauss"]))
    keys = np.frombuffer(_bytes(numpy["keys"]), np.uint32)
    np.random.set_state((numpy["kind"], keys, numpy["position"], numpy["hasGauss"], numpy["cachedGauss"]))
    torch = _torch()
    if torch is not None and "torch" in state:
        torch.set_rng_state(_tensor(torch, state["torch"]))
        for device, one in enumerate(state.get("cuda", [])[: torch.cuda.device_count()]):
            torch.cuda.set_rng_state(_tensor(torch, one), device)


def seed(number: int) -> None:
    """Seeds Python, NumPy and, where the trainer has imported it, torch on all devices."""
    random.seed(number)
    np.random.seed(number % 2**32)
    torch = _torch()
    if torch is not None:
        torch.manual_seed(number)


def _torch() -> ModuleType | None:
    return sys.modules.get("torch")


def _tensor(torch: ModuleType, text: str) -> object:
    return torch.frombuffer(bytearray(_bytes(text)), dtype=torch.uint8)


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
