"""What two sides have given each other, as people read it; the person's own export has it too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from platinum.policy.policy import Policy
from platinum.profile.bonds import OWES_BELOW, balance_of, faded, given, got, is_ambassador
from platinum.profile.decay import decayed
from platinum.profile.row import Record
from platinum.profile.standing import cohort_now
from platinum.profile.talk import HALF_LIFE_MS, talk_listen
from platinum.vocabulary.bonds import PARTIES

Json = dict[str, Any]


def bonds(row: Record, policy: Policy, now_ms: int, name: Callable[[int], str | None]) -> Json:
    """Group ``bonds`` of a readable profile; ``balance`` is None until it is known what is usual."""
    balance = float(balance_of(row, int(cohort_now(row, now_ms, policy.tables)), now_ms, policy.tables))
    as_of_ms = int(row["talk_as_of_ms"])
    return {
        "party": PARTIES[int(row["party"])],
        "given": _six(float(given(row, now_ms))),
        "got": _six(float(got(row, now_ms))),
        "balance": _six(balance),
        "firm_owes": balance < OWES_BELOW if balance == balance else None,
        **{name: _six(float(faded(row, float(row[name]), now_ms))) for name in ("referrals", "reviews", "helped")},
        "ambassador": bool(is_ambassador(row, now_ms, policy.tables)),
        "talked": _six(decayed(float(row["talked"]), as_of_ms, now_ms, HALF_LIFE_MS)),
        "listened": _six(decayed(float(row["listened"]), as_of_ms, now_ms, HALF_LIFE_MS)),
        "talk_listen": _six(float(talk_listen(row))),
        "interests": [
            {"interest": name(int(one["name"])), "introductions": bool(one["wants"])} for one in row["interests"][: int(row["n_interests"])]
        ],
    }


def _six(x: float) -> float | None:
    """Six significant digits; None for what is not known."""
    return float(f"{x:.6g}") + 0.0 if x == x else None
