"""The limits that an audit holds a history against: one table, defaults included. A rules file or a flag changes them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from platinum.policy.scalars import DAY_MS

HOUR_MS = DAY_MS // 24


def _limit(default: Any, form: str, doc: str) -> Any:
    return field(default=default, metadata={"form": form, "doc": doc})


@dataclass(frozen=True, slots=True)
class Rules:
    """What counts as a breach.

    Notes
    -----
    A limit that ends in ``_ms`` is written without it in files and flags: ``answer_within: 48h``. Windows are half open: a contact
    exactly one window after another is outside it, a promise kept at its due instant is kept.
    """

    timezone: str = _limit("UTC", "zone", "where months begin")
    answer_within_ms: int = _limit(48 * HOUR_MS, "duration", "a request must be answered, or refused, within")
    quarantine_ms: int = _limit(14 * DAY_MS, "duration", "nothing is sold for so long after a failure of the firm's own was settled")
    case_open_at_most_ms: int = _limit(90 * DAY_MS, "duration", "a case that nobody closed counts as open for so long")
    consent_only: bool = _limit(False, "flag", "promotion needs consent even for those who have ordered before")
    contacts: int = _limit(3, "count", "most contacts that nobody asked for, over all channels, ...")
    contacts_window_ms: int = _limit(7 * DAY_MS, "duration", "... in so long; what a customer stated counts when it is stricter")
    thank_orders: int = _limit(5, "count", "a customer with so many orders has earned thanks ...")
    thank_spend: float = _limit(500.0, "money", "... or one who has spent so much")
    thank_within_ms: int = _limit(30 * DAY_MS, "duration", "and must have them so long after")
    ask_again_ms: int = _limit(30 * DAY_MS, "duration", "the same question may be asked again after")
    cost_window_ms: int = _limit(180 * DAY_MS, "duration", "spend is compared over so long before and after")
    cost_min_customers: int = _limit(30, "count", "nothing is said about cost with fewer customers on either side")

    def as_json(self) -> dict[str, object]:
        """As a rules file writes them."""
        return {written(f.name): shown(getattr(self, f.name), f.metadata["form"]) for f in fields(self)}


def written(name: str) -> str:
    """Name of a limit in files and flags."""
    return name.removesuffix("_ms")


def shown(value: object, form: str) -> object:
    """A limit as files write it."""
    if form != "duration" or not isinstance(value, int):
        return value
    for unit, ms in (("d", DAY_MS), ("h", HOUR_MS)):
        if value % ms == 0:
            return f"{value // ms}{unit}"
    return f"{value // 60_000}min"


#: Name as written → (attribute, form, what it says).
LIMITS: dict[str, tuple[str, str, str]] = {written(f.name): (f.name, f.metadata["form"], f.metadata["doc"]) for f in fields(Rules)}
