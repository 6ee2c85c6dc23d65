"""What random people and the firm have given each other, and for whom random actions are."""

from __future__ import annotations

from typing import Any

from numpy.random import Generator

from platinum.hashing import name_hash
from platinum.policy import tables as t
from platinum.policy.cohorts import cohort_members
from tests.builders.desk import DAY

INTERESTS = ("gardening", "lamps", "chess")


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
    none = [0] * (t.MOST_INTERESTS - len(names))
    people = [int(rng.integers(4)) for _ in names]
    community = {"n_community": len(names), "community_names": names + none, "community_people": people + none}
    usual = rng.uniform(-3, 1, t.MOST_BONDS).tolist()
    return community | {
        "n_bonds": len(cohorts),
        "bond_cohorts": cohorts + rest,
        "bond_median": usual,
        "ambassador": float(_choose(rng, 1.0, 3.0)),
    }


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
    names = rng.permutation(INTERESTS)[: int(rng.integers(4))].tolist()
    wanted = [{"name": name_hash(name), "at_s": 1, "wants": int(rng.random() < 0.6)} for name in names]
    return party | sums | more | talk | {"interests": wanted}
