"""What launching says and decides without torch."""

import os
import subprocess
import sys

import pytest

from laurel_trainer.failures import BadConfiguration
from laurel_trainer.launch import exit_code, parse


@pytest.mark.parametrize(
    ("codes", "order", "expected"),
    [
        ({}, [0, 1], (None, 0)),
        ({0: 143, 1: 143}, [1, 0], (1, 143)),
        ({0: 1, 1: 65}, [1, 0], (1, 65)),
        ({0: 1, 1: 65}, [0, 1], (0, 1)),
        ({0: 75, 1: 137}, [0, 1], (1, 137)),
        ({0: 75, 1: 143}, [1, 0], (0, 75)),
        ({0: 143, 1: 1}, [0, 1], (1, 1)),
        ({2: 64}, [], (2, 64)),
    ],
)
def test_the_rank_that_failed_by_itself_counts(codes: dict, order: list, expected: tuple) -> None:
    assert exit_code(codes, order) == expected


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["-n", "2"], "command after --"),
        (["-n", "0", "--", "x"], "at least 1 rank"),
        (["-n", "two", "--", "x"], "invalid int value: 'two'"),
        (["--workers", "2", "--", "x"], "unrecognized arguments"),
        (["--nnodes", "2", "--", "x"], "need --rdzv"),
        (["--nnodes", "2", "--node-rank", "2", "--rdzv", "h:1", "--", "x"], "--node-rank must be from 0 to 1"),
    ],
)
def test_a_command_line_that_cannot_be_meant_is_refused(arguments: list[str], says: str) -> None:
    with pytest.raises(BadConfiguration, match=says):
        parse(arguments)


def test_without_torch_one_sentence_says_so(tmp_path) -> None:
    hide = "import sys; sys.modules['torch'] = None; sys.argv[0] = 'launch'\n"
    program = hide + "from laurel_trainer.launch import main; sys.exit(main(['-n', '2', '--', 'true']))"
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, env={**os.environ}
    )
    assert ended.returncode == 78
    assert ended.stderr == "Several workers need torch, which is not installed; add laurel-trainer[torch].\n"
