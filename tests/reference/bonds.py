"""Slow twins of giving and getting, of who is spared, and of whom an action is for (treatment-formulas 3.15, 3.17)."""

from __future__ import annotations

import math
from typing import Any

from platinum.policy import tables as t
from platinum.vocabulary.codes import Lane
from tests.reference import worth

DAY = 86_400_000
YEAR = 365 * DAY


def _faded(row: Any, name: str, now_ms: int) -> float:
    age = max(0, now_ms - int(row["bonds_as_of_ms"]))
    return float(max(0.0, row[name] * 2.0 ** (-age / YEAR)))


def usual(row: Any, now_ms: int, tables: Any) -> float | None:
    """What is usual in the person's cohort, if it is known."""
    settings = tables.settings[0]
    cohort = worth.cohort(row, now_ms, tables)
    known = dict(zip(settings["bond_cohorts"].tolist(), settings["bond_median"].tolist(), strict=True))
    return known.get(cohort) if cohort in settings["bond_cohorts"][: int(settings["n_bonds"])].tolist() else None


def balance(row: Any, now_ms: int, tables: Any) -> float | None:
    """RB, None = not known."""
    median = usual(row, now_ms, tables)
    if median is None:
        return None
    return math.log((_faded(row, "give", now_ms) + 1.0) / (_faded(row, "get", now_ms) + 1.0)) - median


def owes(w: Any) -> bool:
    """Whether we owe the person."""
    found = balance(w.row, w.now, w.tables)
    return found is not None and found < -1.0


def advocacy(w: Any) -> float:
    """Referrals, reviews and help."""
    age = max(0, w.now - int(w.row["bonds_as_of_ms"]))
    return float(w.row["referrals"] + w.row["reviews"] + w.row["helped"]) * float(2.0 ** (-age / YEAR))


def spared(w: Any) -> bool:
    """Whether the person is not asked to sell."""
    return owes(w) or bool(w.row["bonds_as_of_ms"] and advocacy(w) >= w.settings["ambassador"])


def thanks_owed(w: Any) -> bool:
    """Whether the balance makes thanks due: 30 days after the last at the soonest."""
    last = int(w.row["last_thanked_ms"])
    return owes(w) and (not last or w.now - last >= 30 * DAY)


def meets(w: Any) -> bool:
    """Whether there is an interest in which both this person and another one want to be introduced."""
    n = int(w.settings["n_community"])
    people = dict(zip(w.settings["community_names"][:n].tolist(), w.settings["community_people"][:n].tolist(), strict=True))
    return any(one["wants"] and people.get(int(one["name"]), 0) >= 2 for one in w.row["interests"][: int(w.row["n_interests"])])


def concerns(w: Any, action: Any) -> bool:
    """Whether the action is for this party, and asks nothing that it may not."""
    parties = [i for i in range(5) if int(action["parties"] or 1) >> i & 1]
    if action["introduces"] and not meets(w):
        return False
    return int(w.row["party"]) in parties and not (action["asks_to_sell"] and spared(w))


def said(w: Any, gates: dict[int, tuple[int, int, int]], eligible: int, holds: Any, lane: int) -> dict[str, Any]:
    """Members of DECISION about it; ``gates`` by candidate, ``holds(action)`` whether a condition is true."""
    found = balance(w.row, w.now, w.tables)
    stopped = [w.candidate(c)[0] for c, g in gates.items() if g[0] == eligible]
    return {
        "balance": 0.0 if found is None else found,
        "owes": int(owes(w) and lane == Lane.THANK),
        "spared": int(spared(w) and any(a["asks_to_sell"] and holds(w, a) for a in stopped)),
        "advocacy": advocacy(w) if spared(w) else 0.0,
    }


assert t.MOST_BONDS == 64
