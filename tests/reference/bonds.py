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
    median = usual(row, now_ms, tables) if not row["acting"] else None  # in an account's role it is not known
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


def siphash(key: tuple[int, int], word: int) -> int:
    """SipHash-2-4 of eight bytes, as its authors write it down."""
    v = [k ^ c for k, c in zip((*key, *key), (0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573), strict=True)]

    def turn(x: int, by: int) -> int:
        return (x << by | x >> 64 - by) % 2**64

    def rounds(n: int) -> None:
        for _ in range(n):
            v[0] = (v[0] + v[1]) % 2**64
            v[1] = turn(v[1], 13) ^ v[0]
            v[0] = turn(v[0], 32)
            v[2] = (v[2] + v[3]) % 2**64
            v[3] = turn(v[3], 16) ^ v[2]
            v[0] = (v[0] + v[3]) % 2**64
            v[3] = turn(v[3], 21) ^ v[0]
            v[2] = (v[2] + v[1]) % 2**64
            v[1] = turn(v[1], 17) ^ v[2]
            v[2] = turn(v[2], 32)

    for block in (word, 8 << 56):
        v[3] ^= block
        rounds(2)
        v[0] ^= block
    v[2] ^= 0xFF
    rounds(4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def meeting(w: Any) -> tuple[int, int, int] | None:
    """(interest, whom, as whom) of the first introduction of the snapshot that both may still want; None = there is none."""
    settings, who = w.settings, siphash(tuple(w.settings["community_key"].tolist()), int(w.trigger["person"])) % 2**53
    met = {int(one["name"]): int(one["who"]) for one in w.row["met"][: int(w.row["n_met"])]}
    wanted = {int(one["name"]): one for one in w.row["interests"][: int(w.row["n_interests"])] if one["wants"]}
    for k in range(int(settings["n_introduced"])):
        one, to = wanted.get(int(settings["introduced_by"][k])), int(settings["introduced_to"][k])
        if settings["introduced_who"][k] == who and one is not None and met.get(int(one["name"])) != to:
            return int(one["name"]), to, who
    return None


def meets(w: Any) -> bool:
    """Whether there is somebody to meet."""
    return meeting(w) is not None


def introduced(w: Any, action: Any) -> dict[str, int]:
    """Members of DECISION about it, where ``action`` (None = silence) was chosen."""
    found = meeting(w) if action is not None and action["introduces"] else None
    return dict(zip(("meets", "meets_whom", "met_as"), found or (0, 0, 0), strict=True))


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
