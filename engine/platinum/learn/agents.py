"""What those who serve customers did: how often they did something else than was decided, and how often a team settled things at once.

Whole numbers per month, so that halves merge to the whole and the order does not matter. Of an action, an override counts as declined, by
an agent; of what they chose instead, as accepted, by an agent: neither is an answer of the customer's, so each has its own count. Durations
are not among what is told, so nothing here can depend on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

from platinum.learn.cohorts import MONTH_MS

#: Months that count.
MONTHS = 12
#: Combinations, and teams, beyond these are counted together.
MOST = 256
OTHERS = "(others)"
NOT_SAID = "(not said)"
K = TypeVar("K", str, tuple[str, str], tuple[str, str, str])


@dataclass(slots=True)
class Counts:
    """Per month: how many, and of them how many were good."""

    months: dict[int, list[int]] = field(default_factory=dict)

    def add(self, month: int, n: int, good: int) -> None:
        """Count."""
        mine = self.months.setdefault(month, [0, 0])
        mine[0] += n
        mine[1] += good

    def merge(self, other: Self) -> None:
        """Add another's."""
        for month, (n, good) in sorted(other.months.items()):
            self.add(month, n, good)

    def since(self, month: int) -> tuple[int, int]:
        """(how many, how many good) from that month on."""
        late = [both for at, both in self.months.items() if at >= month]
        return sum(n for n, _ in late), sum(good for _, good in late)


@dataclass(slots=True)
class Agents:
    """Statistics of one partition, or of all."""

    overrides: dict[tuple[str, str, str], Counts] = field(default_factory=dict)  # action, what was chosen, reason
    teams: dict[str, Counts] = field(default_factory=dict)
    individuals: dict[tuple[str, str], Counts] = field(default_factory=dict)  # team, agent; only if they are told

    def add(self, fact: Mapping[str, Any]) -> None:
        """A fact ``overridden`` or ``resolved``."""
        month = int(fact["made_ms"]) // MONTH_MS
        if fact["fact"] == "overridden":
            key = (_named(fact["action"]), _named(fact["chose"]), _named(fact["reason"]))
            _at(self.overrides, key, (OTHERS, OTHERS, OTHERS)).add(month, 1, 0)
            return
        team, good = _named(fact["team"]), int(bool(fact["at_once"]))
        _at(self.teams, team, OTHERS).add(month, 1, good)
        if fact["agent"] is not None:
            _at(self.individuals, (team, str(fact["agent"])), (OTHERS, OTHERS)).add(month, 1, good)

    def merge(self, other: Self) -> None:
        """Add another's."""
        for key, counts in sorted(other.overrides.items()):
            self.overrides.setdefault(key, Counts()).merge(counts)
        for team, counts in sorted(other.teams.items()):
            self.teams.setdefault(team, Counts()).merge(counts)
        for who, counts in sorted(other.individuals.items()):
            self.individuals.setdefault(who, Counts()).merge(counts)

    def judged(self, now_ms: int) -> dict[str, Any]:
        """Per action, of the last 12 months: how often agents left it, and how often they chose it. Nobody is named in it."""
        since, found = now_ms // MONTH_MS - MONTHS + 1, dict[str, dict[str, int]]()
        for (action, chose, _), counts in sorted(self.overrides.items()):
            n, _good = counts.since(since)
            for name, of in ((action, "declined_by_agents"), (chose, "chosen_by_agents")):
                mine = found.setdefault(name, {"declined_by_agents": 0, "chosen_by_agents": 0})
                mine[of] += n
        return {name: found[name] for name in sorted(found) if any(found[name].values())}

    def report(self, now_ms: int, least: int, individuals: bool) -> dict[str, Any]:
        """Overrides by action, choice and reason; teams with at least ``least`` outcomes, how many have fewer; individuals if asked."""
        since = now_ms // MONTH_MS - MONTHS + 1
        overrides = [
            {"action": action, "chose": chose, "reason": reason, "n": counts.since(since)[0]}
            for (action, chose, reason), counts in sorted(self.overrides.items())
        ]
        shown, few = _shown({team: counts.since(since) for team, counts in self.teams.items()}, least)
        found: dict[str, Any] = {
            "months": MONTHS,
            "least": least,
            "overrides": sorted((one for one in overrides if one["n"]), key=_most_first),
            "teams": [{"team": team, **one} for team, one in shown],
            "teams_suppressed": few,
            "individuals": None,
        }
        if individuals:
            people, hidden = _shown({who: counts.since(since) for who, counts in self.individuals.items()}, least)
            found["individuals"] = [{"team": team, "agent": agent, **one} for (team, agent), one in people]
            found["individuals_suppressed"] = hidden
        return found


def _shown(known: Mapping[K, tuple[int, int]], least: int) -> tuple[list[tuple[K, dict[str, Any]]], int]:
    """Those of whom enough is known, by name (no ranking), and how many there are of whom there is not."""
    names = sorted((name for name, (n, _) in known.items() if n), key=str)
    enough = [name for name in names if known[name][0] >= least]
    told = [(name, {"n": known[name][0], "settled_at_once": _six(known[name][1] / known[name][0])}) for name in enough]
    return told, len(names) - len(enough)


def _most_first(one: Mapping[str, Any]) -> tuple[int, str, str, str]:
    return -one["n"], one["action"], one["chose"], one["reason"]


def _at(group: dict[K, Counts], key: K, others: K) -> Counts:
    return group.setdefault(key if key in group or len(group) < MOST else others, Counts())


def _named(name: str | None) -> str:
    """A name that the policy knows; others (``#`` and digits, ``emit.facts``) are one."""
    return NOT_SAID if name is None else OTHERS if name.startswith("#") else name


def _six(x: float) -> float:
    return float(f"{x:.6g}")
