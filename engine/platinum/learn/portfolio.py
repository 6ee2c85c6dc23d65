"""What the firm keeps of what it says, over all customers: rates and times per class, owner and channel (treatment-formulas 3.4).

Per partition one statistic, folded one fact at a time in order; a snapshot merges all of them. Rates are decayed sums, counted
from when a promise was made, so that the order of arrival does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from platinum.learn.agents import Agents
from platinum.learn.beta import lower_bound
from platinum.learn.cohorts import Cohorts
from platinum.learn.community import Community
from platinum.learn.demand import Demand
from platinum.learn.durations import Durations
from platinum.learn.taught import Taught
from platinum.learn.worth import Worth
from platinum.learn.writing import Writing
from platinum.numeric import decay

HALF_LIFE_MS = 180.0 * 86_400_000
#: From so many on a class is judged; one whose lower bound is below 0.8 then may not be promised.
JUDGED_FROM, LEAST_RATE = 20.0, 0.8
#: Quoted with these probabilities.
QUOTED = (0.5, 0.8, 0.9, 0.95, 0.99)
#: Names beyond these are counted together: a snapshot has an end.
MOST_NAMES = 256
_OTHERS = "(others)"


@dataclass(slots=True)
class Rate:
    """Weight of what was said, and of it what was kept, as of ``as_of_ms``."""

    said: float = 0.0
    kept: float = 0.0
    as_of_ms: int = 0

    def add(self, said: float, kept: float, made_ms: int) -> None:
        """One outcome, or what an outcome turned out to be after all (said 0)."""
        self.move(made_ms)
        fade = decay(float(self.as_of_ms - made_ms), HALF_LIFE_MS)
        self.said += said * fade
        self.kept += kept * fade

    def move(self, to_ms: int) -> None:
        """Let it be as of ``to_ms`` if that is later."""
        if to_ms > self.as_of_ms:
            fade = decay(float(to_ms - self.as_of_ms), HALF_LIFE_MS) if self.said else 0.0
            self.said, self.kept, self.as_of_ms = self.said * fade, self.kept * fade, to_ms

    def merge(self, other: Self) -> None:
        """Add another's sums."""
        self.move(other.as_of_ms)
        fade = decay(float(self.as_of_ms - other.as_of_ms), HALF_LIFE_MS)
        self.said += other.said * fade
        self.kept += other.kept * fade

    def mean(self, prior: float, weight: float = 2.0) -> float:
        """Rate, shrunk to ``prior``."""
        return (weight * prior + self.kept) / (weight + self.said)


@dataclass(slots=True)
class Portfolio:
    """Statistics of one partition, or of all."""

    classes: dict[str, Rate] = field(default_factory=dict)
    owners: dict[str, Rate] = field(default_factory=dict)
    channels: dict[str, Rate] = field(default_factory=dict)
    cases: Rate = field(default_factory=Rate)
    terms: Rate = field(default_factory=Rate)
    recovery: Rate = field(default_factory=Rate)
    durations: dict[str, Durations] = field(default_factory=dict)
    demand: dict[str, Demand] = field(default_factory=dict)
    cohorts: Cohorts = field(default_factory=Cohorts)
    writing: Writing = field(default_factory=Writing)
    worth: Worth = field(default_factory=Worth)
    agents: Agents = field(default_factory=Agents)
    community: Community = field(default_factory=Community)
    taught: Taught = field(default_factory=Taught)

    def fold(self, fact: Mapping[str, Any]) -> None:
        """One record of ``platinum.learning.v1``; facts that it does not know change nothing."""
        said, kept, made_ms = float(fact.get("said", 0.0)), float(fact.get("kept", 0.0)), int(fact.get("made_ms", 0))
        if fact["fact"] == "case_ended":
            self.cases.add(said, kept, made_ms)
        elif fact["fact"] == "terms":
            self.terms.add(said, kept, made_ms)
        elif fact["fact"] == "recovery":
            self.recovery.add(said, kept, made_ms)
        elif fact["fact"] in ("no_example", "late_outcome"):
            self.taught.miss(fact)
        elif fact["fact"] == "reset":
            self.taught = Taught()
        elif fact["fact"] == "budget_wanted":
            self.demand.setdefault(_known(fact["name"], self.demand), Demand()).add(said, made_ms)
        elif (told := self._told(fact["fact"])) is not None:
            told.add(fact)
        elif fact["fact"] == "promise_ended":
            for group, name in ((self.classes, fact["name"]), (self.owners, fact["owner"]), (self.channels, fact["channel"])):
                if name is not None:
                    group.setdefault(_known(name, group), Rate()).add(said, kept, made_ms)
            if fact["name"] is not None:
                self._time(fact, made_ms, said)

    def _told(self, what: str) -> Cohorts | Writing | Worth | Agents | Community | None:
        """Who counts facts of a shape of their own."""
        if what in ("overridden", "resolved"):
            return self.agents
        found: dict[str, Cohorts | Writing | Worth | Community] = {
            "standing": self.cohorts,
            "writing": self.writing,
            "worth": self.worth,
            "interest": self.community,
            "introduction": self.community,
        }
        return found.get(what)

    def _time(self, fact: Mapping[str, Any], made_ms: int, said: float) -> None:
        """How long a promise took, if it is kept, and that it is not among the open ones any more that are not due."""
        durations = self.durations.setdefault(_known(fact["name"], self.durations), Durations())
        if said != 0.0:  # 0: of what was told as broken before; less: that is taken back, it was moved before it was due
            durations.hear(made_ms, int(fact["due_ms"]) - made_ms, 1 if said > 0.0 else -1)
        if fact["ended_ms"] is not None:
            durations.add(made_ms, int(fact["ended_ms"]) - made_ms)

    def merge(self, other: Self) -> None:
        """Add another's statistics: of the partitions, the whole comes out."""
        for mine, others in ((self.classes, other.classes), (self.owners, other.owners), (self.channels, other.channels)):
            for name, rate in sorted(others.items()):
                mine.setdefault(name, Rate()).merge(rate)
        self.cases.merge(other.cases)
        self.terms.merge(other.terms)
        self.recovery.merge(other.recovery)
        for name, durations in sorted(other.durations.items()):
            self.durations.setdefault(name, Durations()).merge(durations)
        for name, demand in sorted(other.demand.items()):
            self.demand.setdefault(name, Demand()).merge(demand)
        self.cohorts.merge(other.cohorts)
        self.writing.merge(other.writing)
        self.worth.merge(other.worth)
        self.agents.merge(other.agents)
        self.community.merge(other.community)
        self.taught.merge(other.taught)

    def judged(self, now_ms: int) -> dict[str, Any]:
        """What decisions are given of it: rates with their lower bounds, and times to quote."""
        return {
            "classes": {name: self._class(name, rate, now_ms) for name, rate in sorted(self.classes.items())},
            "owners": {name: _judged(rate, now_ms) for name, rate in sorted(self.owners.items())},
            "channels": {name: _judged(rate, now_ms) for name, rate in sorted(self.channels.items())},
            "cases": _judged(self.cases, now_ms),
            "terms": _part_of_trust(self.terms, now_ms),
            "recovery": _part_of_trust(self.recovery, now_ms),
            "demand": {name: _six(demand.per_day(now_ms)) for name, demand in sorted(self.demand.items())},
            "cohorts": self.cohorts.judged(now_ms),
            "writing": self.writing.judged(now_ms),
            "worth": self.worth.judged(now_ms),
            "agents": self.agents.judged(now_ms),
            "community": self.community.judged(),
            "introductions": self.community.introductions(now_ms),
            "taught": self.taught.judged(now_ms),
        }

    def _class(self, name: str, rate: Rate, now_ms: int) -> dict[str, Any]:
        durations = self.durations.get(name)
        quotes = {f"{p:g}": None if durations is None else durations.quote_ms(now_ms, p) for p in QUOTED}
        return {**_judged(rate, now_ms), "quote_ms": quotes}


def _part_of_trust(rate: Rate, now_ms: int) -> dict[str, Any]:
    """``some`` false: nothing was ever good. Where nobody asks customers whether a case is right, that says nothing about them."""
    rate.move(now_ms)
    return {"n": _six(rate.said), "rate": _six((1.0 + rate.kept) / (2.0 + rate.said)), "some": rate.kept > 0.0}


def _judged(rate: Rate, now_ms: int) -> dict[str, Any]:
    rate.move(now_ms)
    lower = lower_bound(rate.kept, rate.said)
    may = rate.said < JUDGED_FROM or lower >= LEAST_RATE
    return {"n": _six(rate.said), "rate": _six((1.0 + rate.kept) / (2.0 + rate.said)), "lower": _six(lower), "may_promise": may}


def _known(name: str, group: Mapping[str, object]) -> str:
    return name if name in group or len(group) < MOST_NAMES else _OTHERS


def _six(x: float) -> float:
    return float(f"{x:.6g}")
