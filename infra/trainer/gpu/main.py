"""What only a GPU can show: NCCL starts, a CUDA checkpoint is taken up bit for bit, the ONNX graph agrees with CUDA.

Run by `npm run test:gpu`. Without a GPU it prints 'not run: no GPU' and ends well.
"""

import sys
from importlib.util import find_spec


def main() -> int:
    if find_spec("torch") is None:
        print("not run: no GPU (torch is not installed)")
        return 0
    import torch

    if not torch.cuda.is_available():
        print("not run: no GPU")
        return 0
    from checks import CHECKS

    failed = 0
    for name, check in CHECKS.items():
        try:
            print(f"ok    {name}: {check()}", flush=True)
        except Exception as error:  # noqa: BLE001 - each check is judged by itself
            failed += 1
            print(f"FAIL  {name}: {error!r}", flush=True)
    print(f"{len(CHECKS) - failed} of {len(CHECKS)} checks passed on {torch.cuda.get_device_name()}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
