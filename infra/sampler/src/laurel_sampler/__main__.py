"""Answers requests, one JSON line each, until standard input ends."""

import json
import os
import sys
import traceback
import warnings

import optuna
import sqlalchemy.exc

from laurel_sampler.calls import Calls
from laurel_sampler.memory import Memory

AWAY = (sqlalchemy.exc.OperationalError, sqlalchemy.exc.InterfaceError, optuna.exceptions.StorageInternalError)


def main() -> None:
    # Standard output carries answers only, whatever a library prints.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore")
    calls = Calls(Memory(os.environ.pop("LAUREL_DATABASE_URL")))
    for line in sys.stdin:
        request = json.loads(line)
        answers.write(json.dumps(respond(calls, request), allow_nan=False) + "\n")
        answers.flush()


def respond(calls: Calls, request: dict) -> dict:
    """The answer to one request, or the error that it ended with: a code of Laurel's table and a sentence."""
    name = request.pop("call")
    number = request.pop("id")
    try:
        return {"id": number, "answer": getattr(calls, name)(**request)}
    except AWAY as error:
        said = str(getattr(error, "orig", None) or error).splitlines()
        message = f"Postgres does not answer the sampler ({said[0] if said else 'no reason given'}); it is asked again."
        return {"id": number, "error": {"code": "DependencyUnavailable", "message": message}}
    except Exception as error:  # noqa: BLE001 - the caller gets its sentence, the log its traceback
        traceback.print_exc()
        message = f"The sampler cannot {name}: {type(error).__name__}: {error}"
        return {"id": number, "error": {"code": "Internal", "message": message}}


if __name__ == "__main__":
    main()
