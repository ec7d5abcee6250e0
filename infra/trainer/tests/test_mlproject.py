"""Commands of MLproject folders, in the environments that they declare."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from laurel_trainer.failures import BadConfiguration
from laurel_trainer.mlproject import _arguments, _whole_text, find_uv, prepare


def ended(plan: object, folder: Path, **more: str) -> subprocess.CompletedProcess:
    text = plan if isinstance(plan, str) else json.dumps(plan)
    command = [sys.executable, "-m", "laurel_trainer.mlproject", text]
    variables = {**os.environ, **more}
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)


def environment(**change: object) -> dict:
    return {"kind": "python", "python": None, "requirements": [], "folder": "", **change}


def test_the_command_is_run_by_bash_in_the_folder_and_its_exit_code_stays(tmp_path: Path) -> None:
    run = ended({"command": "echo $((1 + 2)) && pwd && exit 7", "environment": None}, tmp_path)
    assert (run.returncode, run.stdout) == (7, f"3\n{tmp_path}\n")


def test_an_environment_is_made_once_and_its_python_is_the_one_of_the_command(tmp_path: Path) -> None:
    plan = {"command": "python -c 'import sys; print(sys.prefix)'", "environment": environment()}
    uv = find_uv(os.environ)
    path = f"{Path(uv).parent}{os.pathsep}{os.environ['PATH']}"
    first, second = (ended(plan, tmp_path, XDG_CACHE_HOME=str(tmp_path / "cache"), PATH=path) for _ in range(2))
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    assert Path(first.stdout.strip()).parent == tmp_path / "cache" / "laurel" / "mlproject"
    assert "making the environment" in first.stderr
    assert "making the environment" not in second.stderr


def test_another_content_of_a_requirements_file_is_another_environment(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("mlflow==1\n")
    one = _whole_text(["-r requirements.txt"], tmp_path)
    (tmp_path / "requirements.txt").write_text("mlflow==2\n")
    assert _whole_text(["-r requirements.txt"], tmp_path) != one


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ("mlflow>=2", ["mlflow>=2"]),
        ('mlflow==3; python_version >= "3"', ['mlflow==3; python_version >= "3"']),
        ("-r requirements.txt", ["-r", "files/requirements.txt"]),
        ("-rrequirements.txt", ["-r", "files/requirements.txt"]),
        ("--constraint=c.txt", ["--constraint", "files/c.txt"]),
        ("-e ..", ["-e", "files/.."]),
        ("--extra-index-url https://host/x?a=b", ["--extra-index-url", "https://host/x?a=b"]),
    ],
)
def test_lines_of_requirements_become_arguments_of_uv(line: str, arguments: list[str]) -> None:
    assert _arguments([line], Path("files")) == arguments


def test_what_is_not_there_is_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match="absent.txt, which cannot be read"):
        prepare(environment(requirements=["-r absent.txt"]), {"HOME": str(tmp_path)})
    with pytest.raises(BadConfiguration, match="uv makes the environments of projects and is not installed"):
        find_uv({"PATH": str(tmp_path), "HOME": str(tmp_path)}, tmp_path / "laurel" / "trainer" / "key")


def test_uv_is_found_beside_the_environment_of_this_python_wherever_the_cache_is(tmp_path: Path) -> None:
    uv = tmp_path / "elsewhere" / "uv" / "0.13.9" / "bin" / "uv"
    uv.parent.mkdir(parents=True)
    uv.touch(mode=0o755)
    own = tmp_path / "elsewhere" / "trainer" / "key"
    assert find_uv({"PATH": str(tmp_path), "HOME": str(tmp_path)}, own) == str(uv)


@pytest.mark.parametrize("plan", ["", "[]", "{}", {"command": 3, "environment": None}])
def test_a_plan_of_another_form_is_a_wrong_configuration(plan: object, tmp_path: Path) -> None:
    run = ended(plan, tmp_path)
    assert run.returncode == 78
    assert '"cause": "badConfiguration"' in run.stdout
