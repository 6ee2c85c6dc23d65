"""What random people and the firm have given each other, and for whom random actions are."""

from __future__ import annotations

from typing import Any

from numpy.random import Generator

from platinum.hashing import name_hash
from platinum.policy import tables as t
from platinum.policy.cohorts import cohort_members
from tests.builders.desk import DAY
from tests.reference.bonds import siphash

INTERESTS = ("gardening", "lamps", "chess")
#: Key of their pseudonyms, and people of whom the learner has heard.
KEY = (0x0706050403020100, 0x0F0E0D0C0B0A0908)
MEMBERS = tuple(0x9E3779B97F4A7C15 * i % 2**63 for i in range(1, 9))


def _choose(rng: Generator, *options: Any) -> Any:
    return options[int(rng.integers(len(options)))]


def some_parties(rng: Generator) -> dict[str, Any]:
    """Members of an action."""
    return {
        "asks_to_sell": int(rng.random() < 0.2),
        "introduces": int(rng.random() < 0.1),
        "parties": int(_choose(rng, 0, 0, 0, 0, 1, 2, 3, 28)),
    }


def some_balances(rng: Generator) -> dict[str, Any]:
    """What is usual between some cohorts and the firm."""
    cohorts = list(cohort_members({})["cohort_names"][: int(rng.integers(0, 5))])
    rest = [0] * (t.MOST_BONDS - len(cohorts))
    names = [name_hash(name) for name in INTERESTS[: int(rng.integers(4))]]
    community = some_introductions([name for name in names if rng.integers(4) >= 2])
    usual = rng.uniform(-3, 1, t.MOST_BONDS).tolist()
    return community | {
        "n_bonds": len(cohorts),
        "bond_cohorts": cohorts + rest,
        "bond_median": usual,
        "ambassador": float(_choose(rng, 1.0, 3.0)),
    }


def some_introductions(names: list[int]) -> dict[str, Any]:
    """In each of these interests four of MEMBERS are proposed to four others."""
    known = [siphash(KEY, member) % 2**53 for member in MEMBERS]
    sides = sorted((known[i], name, known[i ^ 1]) for name in names for i in range(len(known)))
    columns = [list(column) + [0] * (t.MOST_INTRODUCED - len(sides)) for column in (zip(*sides, strict=True) if sides else ([], [], []))]
    members = dict(zip(("introduced_who", "introduced_by", "introduced_to"), columns, strict=True))
    return members | {"n_introduced": len(sides), "community_key": KEY}


def one_of_them(person: int) -> int:
    """A member in place of every third person."""
    return MEMBERS[person % len(MEMBERS)] if person % 3 == 0 else person


def some_interests(rng: Generator) -> dict[str, list[dict[str, Any]]]:
    """What somebody named, and about which of MEMBERS they have answered."""
    names = rng.permutation(INTERESTS)[: int(rng.integers(4))].tolist()
    wanted = [{"name": name_hash(name), "at_s": 1, "wants": int(rng.random() < 0.6)} for name in names]
    met = []
    for entry in wanted:
        member = int(rng.integers(2 * len(MEMBERS)))
        if member < len(MEMBERS):
            met.append({"who": siphash(KEY, MEMBERS[member]) % 2**53, "name": entry["name"], "at_s": 1})
    return {"interests": wanted, "met": met}


def random_bonds(rng: Generator, now: int) -> dict[str, Any]:
    """What both sides have given, around what is usual; nothing for a third of all."""
    party = {"party": int(_choose(rng, 0, 0, 0, 1, 4)), "party_at_s": 1}
    if rng.random() < 0.3:
        return party
    sums = {
        "give": float(rng.exponential(8)),
        "get": float(rng.exponential(40)) * int(rng.integers(2)),
        "referrals": float(rng.integers(3)),
    }
    more = {"reviews": float(rng.integers(2)), "helped": float(rng.integers(2)), "bonds_as_of_ms": now - int(rng.integers(-DAY, 300 * DAY))}
    talk = {"talked": float(rng.integers(4)), "listened": float(rng.integers(4)), "talk_as_of_ms": now - int(rng.integers(90 * DAY))}
    return party | sums | more | talk | some_interests(rng)
