"""Slow twin of the rule of relief, and of what nobody is asked again."""

from __future__ import annotations

from typing import Any

from platinum.policy import tables as t
from platinum.profile.effort import effort_now
from platinum.profile.entries import STATE_CLOSED
from platinum.vocabulary.codes import ActionType, Kind, Lane, Obligation, Preference


def effort_index(w: Any) -> float:
    """EI of the customer now; its own twin is ``tests/reference/effort``."""
    return float(effort_now(w.row, w.now, w.tables))


def strained(w: Any) -> bool:
    """Whether the rule of relief holds."""
    return bool(undone(w) or (w.settings["relief"] and effort_index(w) >= w.settings["effort_threshold"]))


def undone(w: Any) -> bool:
    """Whether an order is being called off."""
    return w.trigger["kind"] in (Kind.ORDER_CANCELLED, Kind.ORDER_REFUNDED)


def must_wait(w: Any, action: Any) -> bool:
    """Whether it sells, costs effort, or at least saves none; who undoes an order is not thanked for it."""
    if undone(w) and action["lane"] == Lane.THANK:
        return True
    if action["lane"] == Lane.GROWTH:
        return not (action["effort"] < 0 and not action["sells"] and action["type"] != ActionType.OFFER)
    return bool(action["type"] == ActionType.LISTEN and action["effort"] > 0)


def known(w: Any) -> int:
    """Bits of what nobody need be asked."""
    journeys = [j for j in w.row["journeys"][: w.row["n_journeys"]] if w.now < j["last_ms"] + 7 * 86_400_000]
    cases = [o for o in w.row["obligations"][: w.row["n_obligations"]] if o["kind"] == Obligation.CASE and not o["state"] & STATE_CLOSED]
    found = {
        t.ASKS_INTENT: any(j["intent"] for j in journeys) or any(o["name"] for o in cases),
        t.ASKS_CHANNEL: any(j["channels"].any() for j in journeys) or any(o["channel"] for o in cases),
        t.ASKS_ORDER: any(o["ref"] for o in cases),
        t.ASKS_LANGUAGE: bool(w.row["language"]) or bool(w.stated(Preference.LANGUAGE)),
        t.ASKS_COUNTRY: bool(w.row["country"]),
        t.ASKS_TIMEZONE: bool(w.row["timezone"]),
    }
    has = {int(one["name"]) for one in w.row["traits"][: w.row["n_traits"]]}
    found |= {1 << t.ASKS_TRAITS + i: int(one["name"]) in has for i, one in enumerate(w.tables.traits)}
    return sum(bit for bit, yes in found.items() if yes)
