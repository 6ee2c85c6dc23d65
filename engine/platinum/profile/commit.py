"""What a decision commits the firm to: its offer and its promise enter the ledger with it."""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner
from platinum.policy.tables import Tables
from platinum.profile.call_back_requests import let_any_be
from platinum.profile.obligations import find, open_one
from platinum.profile.offers import offer, take_back_offer
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import ActionType, Obligation

_OFFER, _PROMISE = int(ActionType.OFFER), int(Obligation.PROMISE)
_ANY = constant(0)


@inner
def commit(row: Record, more: Record, ref: np.uint64, made: tuple[int, int, int], action: Record, due_ms: int, tables: Tables) -> None:
    """Enter what a decision says.

    Parameters
    ----------
    ref : uint64
        ``ids.decision_ref``: the promise and the offer bear the decision's id.
    made : (event time, offset, channel)
    action : ACTION
    due_ms : int
        When its promise is due, or until when its offer holds (0 = no end is stated); no action has both.
    """
    if action["type"] == _OFFER:
        offer(row, more, ref, made, wide(action["name"]), due_ms)
    elif action["promises"] > 0 and due_ms > 0 and find(row, more, _PROMISE, ref, _ANY) < 0:
        at = open_one(row, more, _PROMISE, ref, due_ms, made)
        entry, its_class = row["obligations"][at], tables.promises[wide(action["promises"]) - 1]
        entry["name"], entry["owner"], entry["weight"] = its_class["name"], its_class["owner"], its_class["weight"]


@inner
def take_back(row: Record, more: Record, ref: np.uint64, tables: Tables) -> None:
    """A decision came to nothing before it met the customer: so did what it would have promised or offered."""
    at = find(row, more, _PROMISE, ref, _ANY)
    if at >= 0:
        let_any_be(row, more, at, 0, tables)
    take_back_offer(row, more, ref)
