"""What stands in the place of a kernel while what is owed is lost. Plain functions: the JIT is off."""

from __future__ import annotations

from typing import Any

from platinum.profile import cases, refunds, settling
from platinum.profile.row import STATE_CLOSED, STATE_NAMELESS
from platinum.vocabulary.codes import Kind, Obligation

Record = Any

_close_case, _owes, _is_off = cases.close_case, settling._owes, refunds.is_off


def money_is_money(entry: Record, event: Record, which: int) -> bool:
    """Whatever order it is for, it pays what is owed."""
    return bool(entry["kind"] == Obligation.CASE and entry["amount"] > 0)


def no_case_is_named(entry: Record, event: Record, which: int) -> bool:
    return which != settling._ITS_CASE and _owes(entry, event, which)


def closed_is_paid(row: Record, more: Any, at: int, at_ms: int, tables: Any) -> None:
    row["obligations"][at]["amount"] = 0.0
    _close_case(row, more, at, at_ms, tables)


def any_refund_ends_it(entry: Record, event: Record) -> bool:
    open_ = entry["kind"] == Obligation.CASE and not int(entry["state"]) & STATE_CLOSED and bool(int(entry["state"]) & STATE_NAMELESS)
    return bool(open_ and (event["kind"] == Kind.CONTACT_RESOLVED or entry["ref"] == event["ref"]))


def a_part_is_all_of_it(promise: Record, taken: float, changed: bool) -> bool:
    return True


def it_must_still_come(promise: Record, taken: float, changed: bool) -> bool:
    """Only a cancellation ends what was promised about an order."""
    return taken == 0.0
