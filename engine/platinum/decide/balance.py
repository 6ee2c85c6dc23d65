"""Whom the firm owes, and who stands up for it (treatment-formulas 3.15).

Whom we owe is thanked, as often as thanks may come and no more often than once in 30 days.
"""

from __future__ import annotations

from typing import Any

from platinum.jit import constant, inner, int64, uint64
from platinum.profile.bonds import OWES_BELOW, balance_of, is_ambassador
from platinum.profile.interests import to_meet
from platinum.profile.standing import cohort_of

Record = Any

_DAY_MS = 86_400_000
#: Thanks because of the balance alone come no sooner after other thanks.
RESTS_MS = constant(30 * _DAY_MS)
_NOT_KNOWN = 0.0


@inner
def introduce(row: Record, tables: Any, person: Record) -> None:
    """Fill what PERSON says of the introduction that may be proposed to them, if there is one."""
    at = to_meet(row, uint64(person["whose"]), tables)
    person["meets"], person["meets_whom"], person["met_as"] = 0, 0, 0
    if at >= 0:
        settings = tables.settings[0]
        person["meets"], person["meets_whom"] = settings["introduced_by"][at], settings["introduced_to"][at]
        person["met_as"] = settings["introduced_who"][at]


@inner
def look_at_bonds(row: Record, now_ms: int, tables: Any, person: Record) -> None:
    """Fill what PERSON says about the balance and about who they are."""
    person["party"] = int64(row["party"])
    introduce(row, tables, person)
    person["ambassador"] = 1 if is_ambassador(row, now_ms, tables) else 0
    person["balance"], person["owes"] = _NOT_KNOWN, 0
    if tables.settings[0]["n_bonds"] == 0:
        return
    balance = balance_of(row, cohort_of(row, now_ms, tables), now_ms, tables)
    if balance == balance:
        person["balance"] = balance
        person["owes"] = 1 if balance < OWES_BELOW else 0


@inner
def owed_thanks(row: Record, now_ms: int, person: Record) -> bool:
    """Whether thanks are due because we owe this person, and they have rested."""
    last_ms = int64(row["last_thanked_ms"])
    return bool(person["owes"] != 0 and (last_ms == 0 or now_ms - last_ms >= RESTS_MS))
