"""Random people in several roles: accounts that they act for, and what of the ledger belongs to them."""

from __future__ import annotations

from typing import Any

from numpy.random import Generator

from platinum.hashing import name_hash
from platinum.profile.entries import STATE_CLOSED, STATE_OURS
from platinum.vocabulary.codes import Obligation
from tests.builders.desk import DAY

FIRMS = ("firm-1", "firm-2", "firm-3")


def _choose(rng: Generator, *options: Any) -> Any:
    return options[int(rng.integers(len(options)))]


def random_roles(rng: Generator, now: int, categories: tuple[str, ...]) -> dict[str, Any]:
    """Members of a row; two thirds of all act for themselves alone."""
    if rng.random() < 0.66:
        return {}
    firms = [str(firm) for firm in rng.permutation(FIRMS)[: int(rng.integers(1, 4))]]
    roles = [
        {
            "account": name_hash(firm),
            "name": name_hash("buyer"),
            "at_s": now // 1000 - 1000,
            "from_s": now // 1000 - 1000,
            "until_s": int(_choose(rng, 0, 0, 0, now // 1000 - 5, now // 1000 + 5)),
            "basis": int(rng.integers(1, 4)),
            "left": int(rng.random() < 0.1),
            "tier": name_hash(_choose(rng, "basic", "plus", "top")),
            "category": name_hash(_choose(rng, *categories)) if rng.random() < 0.7 else 0,
            "open_cases": int(_choose(rng, 0, 0, 1)),
            "kept": float(_choose(rng, -1.0, 0.8)),
            "spend": float(rng.integers(500)),
            "full_until_ms": int(_choose(rng, 0, 0, now + DAY)),
            "stands_s": now // 1000 - 500,
            "account_text": tuple(firm.encode().ljust(48, b"\0")),
        }
        for firm in firms
    ]
    open_ = [
        {
            "kind": int(Obligation.OFFER),
            "ref": i + 1,
            "offset": i,
            "due_ms": now + DAY,
            "made_ms": now - DAY,
            "name": name_hash(f"action-{i}"),
        }
        for i in range(int(rng.integers(4)))
    ]
    named = [{"ref": one["ref"], "account": name_hash(_choose(rng, *FIRMS))} for one in open_ if rng.random() < 0.6]
    times = {name: now - int(rng.integers(100, 200)) * DAY for name in ("case_closed_ms", "closed_elsewhere_ms") if rng.random() < 0.5}
    return {"roles": roles, "obligations": open_, "owed_elsewhere": named, **times}


def add_closed_cases(row: Any, rng: Generator, now: int) -> None:
    """Up to two cases that are closed, mostly ours, in one of the roles; their quarantine is over or goes on."""
    for i in range(int(rng.integers(3))):
        case, ref = row["obligations"][row["n_obligations"]], 11 + i
        case["kind"], case["ref"], case["offset"], case["made_ms"] = int(Obligation.CASE), ref, 90 + i, now - 90 * DAY
        case["state"], case["due_ms"] = STATE_CLOSED | (STATE_OURS if rng.random() < 0.8 else 0), now + int(rng.integers(-DAY, DAY))
        row["n_obligations"] += 1
        if rng.random() < 0.7:
            named = row["owed_elsewhere"][row["n_elsewhere"]]
            named["ref"], named["account"] = ref, name_hash(_choose(rng, *FIRMS))
            row["n_elsewhere"] += 1


def random_account(rng: Generator) -> int:
    """Account of a trigger; mostly none."""
    return name_hash(_choose(rng, *FIRMS, "unheard of")) if rng.random() < 0.3 else 0
