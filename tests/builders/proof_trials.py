"""The runs of the proof: three policies, with every gate in its place and with each of them switched off."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import yaml

from platinum.policy.actions import ActionCompiler
from tests.builders.proof_ledgers import reference
from tests.builders.proof_runs import lived
from tests.builders.proof_switches import SAME, SWITCHES, nothing
from tests.reference.invariants import INVARIANTS, Checker
from tests.stories.breaking import Break

FOLDER = Path(__file__).parent.parent / "proof" / "policies"
POLICIES = ("shop", "telecom", "tempter")


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
    if switch and switch.largest and "NUMBA_DISABLE_JIT" not in os.environ:
        return _interpreted(trial._replace(customers=min(trial.customers, switch.largest[0]), days=min(trial.days, switch.largest[1])))
    played = switch.rewrites(source) if switch else source
    assert played != source or not switch or switch.rewrites is str
    with ExitStack() as stack:
        # The compiler refuses offers without terms; here the gate behind it is on trial.
        stack.enter_context(Break("", "terms may be left out", [(ActionCompiler._check_offer, nothing)]).done())
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


def _interpreted(trial: Trial) -> Told:
    """The same in a process where kernels are plain functions, which can be replaced."""
    plain = {"NUMBA_DISABLE_JIT": "1", "PYTHONWARNINGS": "ignore"}
    with patch.dict(os.environ, plain), ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(run, trial).result()


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
