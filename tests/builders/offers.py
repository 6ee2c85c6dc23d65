"""Offers in a row: made by an answer over HTTP, used by a receipt."""

from __future__ import annotations

from typing import Any

import numpy as np

from platinum.hashing import name_hash
from platinum.policy.tables import ACTION, Tables
from platinum.profile.entries import STATE_CLOSED
from platinum.vocabulary.codes import N_KINDS, ActionType, Kind, Obligation
from tests.builders.rows import NOON, Made, a_ref, an_event
from tests.builders.tables import DAY, HOUR, an_action, records, some_tables


def many_offers(n: int) -> Tables:
    """A shop that decides nothing and knows ``offer-1`` to ``offer-n``."""
    actions = records(ACTION, *(an_action(f"offer-{i}") for i in range(1, n + 1)))
    return some_tables(decide_on=np.zeros(N_KINDS, np.uint8), actions=actions)


def made(n: int, action: str = "free-delivery", at_ms: int = NOON, until_ms: int = NOON + 14 * DAY) -> Made:
    """The n-th decision offers something, to somebody who came to us."""
    said = {"name_a": name_hash(action), "name_b": name_hash("web"), "code": int(ActionType.OFFER), "message": until_ms}
    return an_event(Kind.DECISION_MADE, at_ms, ref=a_ref(n), low=at_ms + 7 * DAY, high=at_ms + HOUR, **said)


def used(n: int, receipt: int, at_ms: int, action: str = "free-delivery", offered_ms: int = 0, **more: Any) -> Made:
    """A receipt uses the offer of the n-th decision."""
    return an_event(Kind.OFFER_REDEEMED, at_ms, ref=a_ref(n), name_a=name_hash(action), name_b=receipt, low=offered_ms, **more)


def offers(row: Any, more: Any = None) -> list[tuple[int, int, int, int]]:
    """(decision's number, receipt, used at, until) of every offer that is open or was used."""
    entries = list(row["obligations"][: row["n_obligations"]])
    if more is not None and row["more"]:
        page = more[row["more"]]
        entries += list(page["entries"][: page["n"]])
    return sorted(_told(entry) for entry in entries if entry["kind"] == Obligation.OFFER)


def _told(entry: Any) -> tuple[int, int, int, int]:
    is_used = bool(entry["state"] & STATE_CLOSED)
    return _NUMBERS[int(entry["ref"])], int(entry["owner"]), 1000 * int(entry["channel"]) if is_used else 0, int(entry["due_ms"])


_NUMBERS = {a_ref(n): n for n in range(400)}
