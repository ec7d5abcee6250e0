"""The calls of the port ``Sampler``. Each may come twice, and from several processes."""

from collections.abc import Sequence
from typing import Any

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, IntDistribution
from optuna.trial import FrozenTrial, TrialState

from laurel_sampler import study as studies
from laurel_sampler.importance import shares
from laurel_sampler.memory import Memory
from laurel_sampler.study import Spec

NUMBER = "laurel:number"
KNOWN = "laurel:known"
OPEN_STUDIES = 50
ENDS = {"complete": TrialState.COMPLETE, "pruned": TrialState.PRUNED}

Parameter = str | int | float | bool


class Calls:
    """One method per call; its parameters are the members of the request. The study may be new to this process."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._studies: dict[str, optuna.Study] = {}

    def ask(self, study: Spec, number: int) -> dict[str, Parameter] | None:
        """Parameters of trial ``number``: those it already has, or new ones."""
        with self._memory.locked(study["name"]):
            known = self._open(study, number)
            wanted = studies.distributions(study)
            if _find(known, number) is None:
                if study["grid"] is not None and known.sampler.is_exhausted(known):
                    return None
                # Marked before it is drawn: a process that dies in between leaves a trial that the next one takes up.
                queued = optuna.trial.create_trial(state=TrialState.WAITING, user_attrs={NUMBER: number})
                known.add_trial(queued)
            trial = _begun(known, number)
            return {name: _suggest(trial, name, kind) for name, kind in wanted.items()}

    def report(self, study: Spec, number: int, step: int, value: float) -> bool:
        """Notes the watched value at a step; true when the trial should stop."""
        with self._memory.locked(study["name"]):
            known = self._open(study, number)
            trial = _find(known, number)
            if trial is None or trial.state != TrialState.RUNNING:
                return False
            storage = self._memory.storage
            if step not in trial.intermediate_values:
                storage.set_trial_intermediate_value(trial._trial_id, step, value)  # noqa: SLF001
            return bool(known.pruner.prune(known, storage.get_trial(trial._trial_id)))  # noqa: SLF001

    def tell(self, study: Spec, number: int, state: str, values: Sequence[float] | None) -> None:
        """Notes how a trial ended; the first end stands."""
        with self._memory.locked(study["name"]):
            known = self._open(study, number)
            trial = _find(known, number)
            if trial is None or trial.state.is_finished():
                return
            if trial.state == TrialState.WAITING:
                trial = _begun(known, number)
            try:
                known.tell(trial.number, values, state=ENDS.get(state, TrialState.FAIL), skip_if_finished=True)
            except RuntimeError:
                # A grid that is used up asks the optimisation loop to stop; here is none, and the end is stored.
                ended = _find(known, number)
                if ended is None or not ended.state.is_finished():
                    raise

    def learn(self, study: Spec, known: Sequence[Spec]) -> None:
        """Adds results of before, each once."""
        with self._memory.locked(study["name"]):
            taught = self._open(study, 0)
            keys = {trial.user_attrs.get(KNOWN) for trial in taught.get_trials(deepcopy=False)}
            wanted = studies.distributions(study)
            for one in known:
                if one["key"] in keys:
                    continue
                keys.add(one["key"])
                taught.add_trial(
                    optuna.trial.create_trial(
                        params={name: one["parameters"][name] for name in wanted},
                        distributions=wanted,
                        values=one["values"],
                        user_attrs={KNOWN: one["key"]},
                    )
                )

    def importance(self, study: Spec) -> list[list[dict[str, Any]]]:
        """Shares per objective; empty until they can be told."""
        return shares(self._open(study, 0), studies.directions(study))

    def _open(self, study: Spec, number: int) -> optuna.Study:
        """The study, kept open: with it Optuna keeps what it has read of ended trials."""
        opened = self._studies.pop(study["name"], None) or optuna.create_study(
            study_name=study["name"],
            storage=self._memory.storage,
            directions=studies.directions(study),
            pruner=studies.pruner(study),
            load_if_exists=True,
        )
        opened.sampler = studies.sampler(study, number)
        self._studies[study["name"]] = opened
        while len(self._studies) > OPEN_STUDIES:
            self._studies.pop(next(iter(self._studies)))
        return opened


def _find(study: optuna.Study, number: int) -> FrozenTrial | None:
    found = (trial for trial in study.get_trials(deepcopy=False) if trial.user_attrs.get(NUMBER) == number)
    return next(found, None)


def _begun(study: optuna.Study, number: int) -> optuna.trial.Trial | FrozenTrial:
    """The trial once it has left the queue; one that waits there from a crash before it leaves first."""
    while (trial := _find(study, number)) is not None and trial.state == TrialState.WAITING:
        taken = study.ask()
        if taken.user_attrs.get(NUMBER) == number:
            return taken
    if trial is None:
        raise LookupError(f"trial {number} was not queued")
    if trial.state.is_finished():
        return trial
    return optuna.trial.Trial(study, trial._trial_id)  # noqa: SLF001


def _suggest(trial: optuna.trial.Trial | FrozenTrial, name: str, kind: BaseDistribution) -> Parameter:
    if isinstance(kind, CategoricalDistribution):
        return trial.suggest_categorical(name, kind.choices)
    if isinstance(kind, IntDistribution):
        return int(trial.suggest_int(name, kind.low, kind.high, step=kind.step, log=kind.log))
    return float(trial.suggest_float(name, kind.low, kind.high, step=kind.step, log=kind.log))
