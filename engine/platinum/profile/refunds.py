"""How much of an order a refund takes back, and what it leaves to be delivered."""

from __future__ import annotations

from platinum.jit import constant, inner
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Kind

_REFUNDED = constant(Kind.ORDER_REFUNDED)
#: ``reason`` of a refund as events say it.
_CHANGED_MIND = constant(2)
#: Less than half a cent is nothing: amounts are kept in 32 bits.
CENT = 0.005


@inner
def is_change_of_mind(event: Record) -> bool:
    """Whether the customer sent something back because they wanted to: that is no payment of what is owed for a fault."""
    return bool(event["kind"] == _REFUNDED and event["code"] == _CHANGED_MIND)


@inner
def taken_back(event: Record) -> float:
    """Money of the order that is off: 0 = all of it, -1 = a part, and nobody said how much."""
    if event["kind"] != _REFUNDED:
        return 0.0
    if event["amount"] > 0.0:
        return float(event["amount"])
    return -1.0 if wide(event["item_count"]) > 0 else 0.0


@inner
def is_off(promise: Record, taken: float, changed: bool) -> bool:
    """Whether a promise about an order ends when so much of it is taken back (``taken_back``); a part lowers what is left of it.

    ``amount`` of a promise is what its order came to, less what was given back; 0 = nobody said. Then only a change of mind, or a
    refund that says no amount, is taken to be about all of it.
    """
    if taken <= 0.0:
        return bool(taken == 0.0)
    if promise["amount"] <= 0.0:
        return changed
    left = float(promise["amount"]) - taken
    if left < CENT:
        return True
    promise["amount"] = left
    return False
