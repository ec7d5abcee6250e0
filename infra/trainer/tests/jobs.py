"""A job in this process, without a launcher."""

from pathlib import Path

from laurel_trainer import Job
from laurel_trainer.checkpoints import highest_fence
from laurel_trainer.manifest import newest_whole

RUN = "a" * 32


def job(folder: Path, *, every: int = 5, **more: str) -> Job:
    """The next attempt of the run whose folders lie in ``folder``."""
    checkpoints = folder / "checkpoints"
    checkpoints.mkdir(parents=True, exist_ok=True)
    (folder / "output").mkdir(exist_ok=True)
    manifest = newest_whole(checkpoints, RUN, print)
    return Job.from_environment(
        {
            "LAUREL_RUN_ID": RUN,
            "LAUREL_DATA_DIR": str(folder / "data"),
            "LAUREL_OUTPUT_DIR": str(folder / "output"),
            "LAUREL_CHECKPOINT_DIR": str(checkpoints),
            "LAUREL_SEED": "7",
            "LAUREL_FENCE": str(highest_fence(checkpoints) + 1),
            "LAUREL_RESUME": str(manifest or ""),
            "LAUREL_CHECKPOINT_EVERY": str(every),
            **more,
        }
    )


def stop_at(one: Job, *steps: int) -> None:
    """Makes SIGTERM arrive during the steps named."""
    done = one.step_done

    def step_done(step: int, *given: object, **named: object) -> None:
        one.stopping = one.stopping or step in steps
        done(step, *given, **named)

    one.step_done = step_done
