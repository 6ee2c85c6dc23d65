"""What an offer or help changes in what the person is worth (treatment-formulas 3.10): the value of candidates that say so.

``v = money + of_equity·AV + of_unrealised·(PV − AV)``, before the lever. It is written once per decision into the terms of those
candidates, and only where the policy has some, so that nothing that weighs candidates has to know of it.
"""

from __future__ import annotations

from typing import Any

from platinum.jit import constant, inner, int64
from platinum.profile.standing import cohort_of
from platinum.profile.tiers import tier_at
from platinum.profile.worth import equity, potential_of

Record = Any

_NO_TIER = constant(-1)
_NOBODY = 0.0


@inner
def look_at_worth(row: Record, now_ms: int, tables: Any, person: Record) -> None:
    """Fill what PERSON says about worth, as far as the policy asks: equity and potential are 0 before the first order."""
    settings = tables.settings[0]
    person["equity"], person["potential"] = _NOBODY, _NOBODY
    person["tier"] = tier_at(row, now_ms, tables) if settings["n_tiers"] > 0 else _NO_TIER
    if settings["grows"] != 0 and row["orders"] > 0:
        own = equity(row, now_ms, tables)
        person["equity"] = own
        person["potential"] = potential_of(row, own, cohort_of(row, now_ms, tables), now_ms, tables)


@inner
def value_growth(tables: Any, scratch: Any) -> None:
    """Write the value of every candidate that is valued by the change in equity, there and where bounds are read from."""
    if tables.settings[0]["grows"] == 0:
        return
    person = scratch.person[0]
    own, left = person["equity"], person["potential"] - person["equity"]
    for q in range(scratch.ordered.shape[0]):
        terms = scratch.terms[int64(scratch.ordered[q])]
        if terms["of_equity"] != 0.0 or terms["of_unrealised"] != 0.0:
            terms["value"] = terms["money"] + terms["of_equity"] * own + terms["of_unrealised"] * left
            scratch.gain[q] = terms["value"]
