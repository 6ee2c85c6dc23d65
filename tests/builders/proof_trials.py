"""The runs of the proof: three policies, with every gate in its place and with each of them switched off."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from platinum.pipeline import outputs
from platinum.policy.actions import ActionCompiler
from platinum.policy.compile import compile_policy
from platinum.policy.policy import Policy
from platinum.profile.table import RowTable
from platinum.vocabulary.codes import Gate, Lane
from tests.builders.proof_ledgers import reference
from tests.builders.proof_runs import lived
from tests.reference.invariants import INVARIANTS, Checker
from tests.stories.breaking import Break

FOLDER = Path(__file__).parent.parent / "proof" / "policies"
POLICIES = ("shop", "telecom", "tempter")
_LANES = tuple(lane for lane in Lane if lane is not Lane.SILENCE)
_compile: Any = compile_policy


def _off(gate: Gate) -> Sequence[tuple[Gate, Lane, bool]]:
    return [(gate, lane, False) for lane in _LANES]


def _nothing(*_: Any) -> None:
    return None


def _promising_nothing(source: bytes, *more: Any) -> Policy:
    """The policy, whose decisions say what they promise and enter nothing."""
    policy: Policy = _compile(source, *more)
    actions = policy.tables.actions.copy()
    actions["promises"] = 0
    return replace(policy, tables=policy.tables._replace(actions=actions))


class Switch(NamedTuple):
    """One thing that is switched off, and what must show then.

    Attributes
    ----------
    shows : str
        The rule of the checker that must be broken.
    thanks : bool
        Whether the policy is told to keep no distance between thanks and promotion.
    """

    what: str
    shows: str
    broken: Break
    thanks: bool = False


#: What is withdrawn is published to nobody: who goes by withdrawals sends it.
_WITHDRAWALS = Break("", "withdrawals", [(outputs._withdrawn, _nothing)])
SWITCHES: Mapping[str, Switch] = {
    "consent": Switch("gate consent", "basis", Break("", "consent", cells=_off(Gate.CONSENT))),
    "quarantine": Switch("gate quarantine", "rest", Break("", "quarantine", cells=_off(Gate.QUARANTINE))),
    "care": Switch("gate sensitivity", "care", Break("", "sensitivity", cells=_off(Gate.SENSITIVITY))),
    "sensitive": Switch("gate sensitivity", "sensitive", Break("", "sensitivity", cells=_off(Gate.SENSITIVITY))),
    "preference": Switch("gate preference", "wishes", Break("", "preference", cells=_off(Gate.PREFERENCE))),
    "terms": Switch("gate terms", "terms", Break("", "terms", cells=_off(Gate.TERMS))),
    "cap": Switch("gate cap", "caps", Break("", "cap", cells=_off(Gate.CAP))),
    "thanks": Switch("distance of thanks", "purity", Break("", "thanks"), thanks=True),
    "ledger": Switch("entry of promises", "ledger", Break("", "ledger", [(compile_policy, _promising_nothing)])),
    "second row": Switch("second rows", "lost", Break("", "second row", [(RowTable.provide, _nothing)])),
    "withdrawal": Switch("withdrawals", "basis", _WITHDRAWALS),
    "withdrawal, wishes": Switch("withdrawals", "wishes", _WITHDRAWALS),
    "withdrawal, care": Switch("withdrawals", "care", _WITHDRAWALS),
}
#: Several switches turn the same thing off; one run tells of all of them.
SAME = {"sensitive": "care", "withdrawal, wishes": "withdrawal", "withdrawal, care": "withdrawal"}


@dataclass
class Told:
    """What the checker says of one run, or of several together.

    Attributes
    ----------
    stake, broken : dict of rule → int
    planned : int
        Decisions at which a cap was full only because of what was planned or claimed.
    told_late : int
        See ``Checker``; so ``crossed``.
    first : dict of rule → list of str
        The first violations.
    """

    runs: int = 0
    events: int = 0
    decisions: int = 0
    spoken: int = 0
    claims: int = 0
    withdrawals: int = 0
    refused: int = 0
    planned: int = 0
    told_late: int = 0
    crossed: int = 0
    stake: dict[str, int] = field(default_factory=lambda: dict.fromkeys(INVARIANTS, 0))
    broken: dict[str, int] = field(default_factory=lambda: dict.fromkeys(INVARIANTS, 0))
    first: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in INVARIANTS})

    def add(self, other: Told) -> None:
        """Count another run too."""
        for name in ("runs", "events", "decisions", "spoken", "claims", "withdrawals", "refused", "planned", "told_late", "crossed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for rule in INVARIANTS:
            self.stake[rule] += other.stake[rule]
            self.broken[rule] += other.broken[rule]
            self.first[rule] += other.first[rule]


class Trial(NamedTuple):
    """One run: ``switch`` is "" with everything in its place."""

    policy: str
    switch: str
    seed: int
    customers: int
    days: int


def run(trial: Trial) -> Told:
    """Live through it, and let the checker read what the log holds."""
    source = (FOLDER / f"{trial.policy}.yaml").read_text()
    switch = SWITCHES[trial.switch] if trial.switch else None
    played = source
    if switch and switch.thanks:
        played = source.replace("thank: {", "thank: {quiet_before: 0h, quiet_after: 0h, ")
        assert played != source
    with ExitStack() as stack:
        # The compiler refuses offers without terms; here the gate behind it is on trial.
        stack.enter_context(Break("", "terms may be left out", [(ActionCompiler._check_offer, _nothing)]).done())
        if switch:
            stack.enter_context(switch.broken.done())
        life = lived(played.encode(), trial.seed, trial.customers, trial.days)
    checker = Checker(yaml.safe_load(source), reference)
    checker.read(life.entries)
    checker.end()
    kinds = [(entry.what, entry.body.get("type")) for entry in life.entries]
    told = Told(runs=1, refused=life.refused, planned=checker.planned_at_stake, told_late=checker.told_late)
    told.crossed = checker.crossed
    told.events = sum(what == "event" for what, _ in kinds)
    told.decisions = sum(what == "decision" for what, _ in kinds)
    told.spoken = sum(what == "decision" and kind != "silence" for what, kind in kinds)
    told.claims = sum(what == "claim" for what, _ in kinds)
    told.withdrawals = sum(what == "withdrawal" for what, _ in kinds)
    for rule, count in checker.counts.items():
        told.stake[rule], told.broken[rule] = count.stake, count.broken
        told.first[rule] = [f"{trial.policy} {trial.seed}: {where}" for where in count.first]
    return told


def run_all(
    seeds: Sequence[int],
    customers: int,
    days: int,
    switches: Iterable[str] = tuple(SWITCHES),
    shown: int = 500,
    processes: int = 0,
    note: Callable[[Trial, Told], None] = lambda _trial, _told: None,
) -> dict[str, dict[str, Told]]:
    """Switch ("" = as it is) → policy → what was told.

    With everything in its place, every policy is run under every seed. With a switch, the same runs one seed after the other, until
    what it must show has been shown so often. ``processes`` 0 = one per core, 1 = this one. ``note`` hears of every run as it ends.
    """
    found: dict[str, dict[str, Told]] = {"": {}}
    with ExitStack() as stack:
        go = map if processes == 1 else stack.enter_context(ProcessPoolExecutor(processes or os.cpu_count(), get_context("spawn"))).map
        wanted = [("", seed) for seed in seeds]
        for seed in seeds:
            wanted += [(switch, seed) for switch in switches if switch not in SAME and _is_short(found.get(switch, {}), switch, shown)]
            trials = [Trial(policy, switch, s, customers, days) for switch, s in wanted for policy in POLICIES]
            for trial, one in zip(trials, go(run, trials), strict=True):
                note(trial, one)
                found.setdefault(trial.switch, {}).setdefault(trial.policy, Told()).add(one)
            wanted = []
    return found | {switch: found[same] for switch, same in SAME.items() if same in found}


def _is_short(by_policy: Mapping[str, Told], switch: str, shown: int) -> bool:
    """Whether a switch has not shown enough yet, of any of the rules that its runs are for."""
    rules = [SWITCHES[name].shows for name in (switch, *(name for name, same in SAME.items() if same == switch))]
    return min(together(by_policy).broken[rule] for rule in rules) < shown


def together(by_policy: Mapping[str, Told]) -> Told:
    """All policies."""
    total = Told()
    for one in by_policy.values():
        total.add(one)
    return total
