"""Slow twin of thanks: what is owed of them, to whom they are due, and who is thanked when (treatment-formulas 3.1, 5.4)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from platinum.hashing import mix64
from platinum.vocabulary.codes import ActionType
from tests.reference import bonds
from tests.reference import contact_rules as rules
from tests.reference.draw import unit
from tests.reference.profile import day_start


def gratitude(w: Any) -> float:
    """G of 3.1."""
    age = max(0, w.now - int(w.row["gratitude_as_of_ms"]))
    debt = float((w.row["earned"] - w.row["thanked"]) * 2.0 ** (-age / float(w.settings["gratitude_half_life_ms"])))
    plans = [w.row["planned"][i] for i in range(int(w.row["n_planned"]))]
    thanks = sum(bool(p["type"] == ActionType.THANK_YOU and p["expires_ms"] > w.now) for p in plans)
    return debt - float(w.settings["thank_weight"]) * thanks


def thanks_due(w: Any) -> bool:
    """Whether more is owed than the threshold, which is the person's own; or the balance says so."""
    if bonds.thanks_owed(w):
        return True
    seed = mix64(mix64(mix64(0, int(w.settings["policy"])), int(w.row["first_seen_ms"])), int(w.row["last_thanked_ms"]))
    return 0 < gratitude(w) >= float(w.settings["thank_threshold"]) * (1 + 0.5 * unit(seed))


def drawn(w: Any, layer: int, period: int) -> float:
    """A number that stays with the person for a day, a month, or until they are thanked again."""
    return unit(mix64(mix64(mix64(0, int(w.trigger["person"])), layer), period))


def local_date(w: Any) -> date:
    """Today, where the policy lives."""
    return datetime.fromtimestamp(w.now / 1000, UTC).astimezone(ZoneInfo(rules.policy_zone(w.tables))).date()


def thanks_from(w: Any) -> list[int]:
    """Instants before which thanks that are due wait: not their day, or not yet."""
    today, found = local_date(w), []
    if drawn(w, 102, (today - date(1970, 1, 1)).days) >= float(w.settings["thank_daily"]):
        found.append(day_start(today + timedelta(days=1), rules.policy_zone(w.tables)))
    if w.settings["thank_delay_ms"]:
        waits = int(drawn(w, 103, int(w.row["last_thanked_ms"])) * int(w.settings["thank_delay_ms"]))
        found.append(int(w.row["gratitude_as_of_ms"]) + waits)
    return found


def is_held_out(w: Any) -> bool:
    """Whether the person is not thanked this month."""
    today = local_date(w)
    return thanks_due(w) and drawn(w, 101, today.year * 12 + today.month - 1) < float(w.settings["thank_holdout"])
