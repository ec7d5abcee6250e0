"""Runs a command of an MLproject folder in the environment that it declares, made by uv and kept for the next run.

python -m laurel_trainer.mlproject '{"command": "python train.py", "environment": null}'
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from laurel_trainer.failures import BadConfiguration, Failure, recognised
from laurel_trainer.protocol import emit_failure

READY = ".laurel-ready"
OPTION_WITH_FILE = ("-r", "-c", "--requirement", "--constraint")


def run(given: str, environment: Mapping[str, str]) -> None:
    """Takes the place of this process, so that signals reach the program. Error: ``BadConfiguration``."""
    plan = _plan(given)
    variables = dict(environment)
    if plan["environment"] is not None:
        folder = prepare(plan["environment"], environment)
        variables["VIRTUAL_ENV"] = str(folder)
        variables["PATH"] = f"{folder / 'bin'}{os.pathsep}{environment.get('PATH', os.defpath)}"
    bash = shutil.which("bash", path=variables.get("PATH"))
    if bash is None:
        raise BadConfiguration("MLflow runs commands of projects with bash, which is not installed; install it.")
    sys.stdout.flush()
    os.execve(bash, [bash, "-c", plan["command"]], variables)


def prepare(wanted: Mapping, environment: Mapping[str, str]) -> Path:
    """The folder of the environment: the one of an earlier run with the same packages, or a new one."""
    base = Path(wanted["folder"] or ".")
    lines = [*wanted["requirements"]]
    python = wanted["python"] or sys.executable
    text = _whole_text(lines, base)
    key = hashlib.sha256(json.dumps([python, sys.version, text]).encode()).hexdigest()[:16]
    folder = _cache(environment) / "mlproject" / key
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Runs that begin at once would install over each other.
    with (folder.parent / f"{key}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / READY).exists():
            _make(folder, python, lines, base, hashed="--hash=" in text, environment=environment)
    return folder


def _make(
    folder: Path, python: str, lines: Sequence[str], base: Path, *, hashed: bool, environment: Mapping[str, str]
) -> None:
    uv = find_uv(environment)
    shutil.rmtree(folder, ignore_errors=True)
    _say(f"making the environment of the project in {folder}")
    # The system's certificates: a mirror of one's own is often signed by an authority of one's own.
    variables = {**environment, "UV_SYSTEM_CERTS": "1", "VIRTUAL_ENV": ""}
    _ask_uv([uv, "venv", "--quiet", "--python", python, str(folder)], variables, f"no Python {python} could be had")
    if lines:
        install = [uv, "pip", "install", "--python", str(folder / "bin" / "python")]
        if hashed:
            install.append("--require-hashes")
        _ask_uv([*install, *_arguments(lines, base)], variables, "its packages could not be installed")
    (folder / READY).touch()


def _arguments(lines: Sequence[str], base: Path) -> list[str]:
    """Lines of a requirements file as arguments; files that they name lie beside the environment file."""
    arguments = []
    for line in lines:
        option, _, rest = line.strip().replace("=", " ", 1).partition(" ")
        if option in OPTION_WITH_FILE:
            arguments += [option, str(base / rest.strip())]
        elif line.startswith("-r"):
            arguments += ["-r", str(base / line[2:].strip())]
        elif option in ("-e", "--editable"):
            arguments += ["-e", str(base / rest.strip())]
        elif line.startswith("-"):
            arguments += line.split()
        else:
            arguments.append(line.strip())
    return arguments


def _whole_text(lines: Sequence[str], base: Path) -> str:
    """The lines with the content of the files that they name: what an environment depends on."""
    parts = [*lines]
    for option, file in _pairs(_arguments(lines, base)):
        if option not in OPTION_WITH_FILE:
            continue
        try:
            parts.append(Path(file).read_text())
        except OSError as error:
            raise BadConfiguration(f"The environment names {file}, which cannot be read ({error.strerror}).") from error
    return "\n".join(parts)


def _pairs(arguments: Sequence[str]) -> list[tuple[str, str]]:
    return list(zip(arguments, arguments[1:], strict=False))


def find_uv(environment: Mapping[str, str], own: Path | None = None) -> str:
    """uv on PATH, or the one of Laurel's set-up: beside this Python's environment, or in the usual cache."""
    found = shutil.which("uv", path=environment.get("PATH"))
    if found is not None:
        return found
    # Set-up lays out <cache>/uv/<version> and <cache>/trainer/<key>; where the cache is, a job is not told.
    places = [(own or Path(sys.prefix)).parent.parent, _cache(environment)]
    installed = [uv for place in places for uv in sorted((place / "uv").glob("*/bin/uv"))[-1:]]
    if not installed:
        raise BadConfiguration("uv makes the environments of projects and is not installed; run npm run setup.")
    return str(installed[0])


def _cache(environment: Mapping[str, str]) -> Path:
    home = environment.get("XDG_CACHE_HOME") or Path(environment.get("HOME", "~")).expanduser() / ".cache"
    return Path(home) / "laurel"


def _ask_uv(command: Sequence[str], variables: Mapping[str, str], otherwise: str) -> None:
    """uv's own words go to the log; the sentence names the last of them."""
    asked = subprocess.run(
        command, env=dict(variables), stdout=sys.stderr, stderr=subprocess.PIPE, text=True, check=False
    )
    sys.stderr.write(asked.stderr)
    sys.stderr.flush()
    if asked.returncode != 0:
        said = [line.strip() for line in asked.stderr.splitlines() if line.strip()]
        words = " ".join(said)[-500:]
        raise BadConfiguration(f"The project's environment cannot be made: {otherwise}. uv said: {words}")


def _plan(given: str) -> dict:
    try:
        plan = json.loads(given)
        if isinstance(plan["command"], str) and (plan["environment"] is None or isinstance(plan["environment"], dict)):
            return plan
    except (ValueError, KeyError, TypeError):
        pass
    raise BadConfiguration('Usage: python -m laurel_trainer.mlproject \'{"command": …, "environment": … or null}\'')


def _say(text: str) -> None:
    print(f"laurel_trainer.mlproject: {text}", file=sys.stderr, flush=True)


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """The command line. Returns only where the command could not be run."""
    try:
        run(arguments[0] if len(arguments) == 1 else "", environment)
    except (Failure, OSError) as error:
        failure = recognised(error) or BadConfiguration(f"The project's environment cannot be used ({error}).")
        _say(str(failure))
        if failure.cause is not None:
            emit_failure(failure.cause, str(failure))
        return failure.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
