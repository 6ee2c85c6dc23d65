"""``accounts``: what holds for everybody who acts for one account (treatment-formulas 3.16); and what settings get of it."""

from __future__ import annotations

from typing import Any

from platinum.policy.containers import Key, Record
from platinum.policy.declared import Values
from platinum.policy.scalars import DAY_MS
from platinum.policy.shapes import Flag, Number
from platinum.policy.synonyms import meant

_NO_CAP = -1
ACCOUNT_CAP = Record(
    "accounts.cap",
    {
        "limit": Key(Number(lowest=0, highest=32, whole=True), "At most so many contacts to all who act for one account.", required=True),
        "days": Key(Number(lowest=1, highest=365, whole=True), "... within so many days.", required=True),
    },
    synonyms=meant(limit="max contacts", days="per window"),
)
ACCOUNTS = Record(
    "accounts",
    {
        "soften": Key(Flag(), "While a case of an account is open, nothing is promoted to anybody in its role.", default="yes"),
        "cap": Key(
            ACCOUNT_CAP,
            "How many promotional and relationship contacts an account gets, whoever of it they go to; caps per person hold besides.",
            default="none",
        ),
    },
    synonyms=meant(soften="quiet rest", cap="limit caps"),
)


def account_members(values: Values) -> dict[str, Any]:
    """Members of SETTINGS about ``accounts``."""
    said = values.get("accounts", {})
    cap = said.get("cap") or {}
    limit = int(cap["limit"]) if {"limit", "days"} <= cap.keys() else _NO_CAP
    return {
        "account_softens": int(bool(said.get("soften", True))),
        "account_cap": limit,
        "account_cap_ms": int(cap["days"]) * DAY_MS if limit != _NO_CAP else 0,
    }
