"""Customers who have given a lot and never heard thank you."""

from __future__ import annotations

from platinum.ops.audit.due import earliest
from platinum.ops.audit.history import Columns, History
from platinum.ops.audit.occasions import Finding, Occasion, finding, nothing
from platinum.ops.audit.rules import Rules
from platinum.ops.audit.sends import THANK_YOU, sends
from platinum.vocabulary.codes import Kind

BREACH = "never_thanked"
_DETAILS = ("", "many orders", "much spent")


def find(history: History, rules: Rules) -> Finding:
    """Who earned thanks long enough ago, and whether any contact ever thanked them, on any channel.

    Orders that were cancelled do not count, and what was given back is taken off.
    """
    if not history.has(Kind.ORDER_COMPLETED):
        return nothing(BREACH, "no orders in these files")
    earned = [one for one in _earned(history, rules) if one[0] + rules.thank_within_ms <= history.end_ms]
    if not history.has(Kind.CONTACT_DISPATCHED):
        few = f"{len(earned):,} customers have earned thanks, but no contacts of yours are in these files: who was thanked cannot be told"
        return nothing(BREACH, few)
    sent = sends(history)
    thanks = sent[sent["type"] == THANK_YOU]
    first = dict(zip(thanks["who"][::-1].tolist(), thanks["at_ms"][::-1].tolist(), strict=True))
    judged: list[Occasion] = [(at_ms, 0, who, 0, 0, 0, detail, who not in first) for at_ms, who, detail in earned]
    # Whoever was thanked late had to stay a customer until then: they are no measure of those who never were.
    compared = [one for one in judged if one[-1] or first[one[2]] <= one[0] + rules.thank_within_ms]
    note = "" if first else f"none of the {len(sent):,} contacts in these files is marked as a thank-you"
    return finding(BREACH, judged, compared, _DETAILS, note=note)


def _earned(history: History, rules: Rules) -> list[tuple[int, int, int]]:
    """(when, customer, why) of each customer who reached one of the two limits; ``why`` is a place in ``_DETAILS``."""
    cancelled = earliest(history, Kind.ORDER_CANCELLED)
    found: list[tuple[int, int, int]] = []
    whose, orders, spend, done = -1, 0, 0.0, False
    rows = history.of(Kind.ORDER_COMPLETED, Kind.ORDER_REFUNDED)
    for who, at_ms, kind, ref, amount in Columns(rows, ("who", "at_ms", "kind", "ref", "amount")):
        if who != whose:
            whose, orders, spend, done = who, 0, 0.0, False
        if kind == Kind.ORDER_REFUNDED:
            spend -= amount
        elif (who, ref) not in cancelled:
            orders += 1
            spend += amount
        if not done and (orders >= rules.thank_orders or spend >= rules.thank_spend):
            done = True
            found.append((at_ms, who, 1 if orders >= rules.thank_orders else 2))
    return found
