"""What stands in the place of a kernel while what is owed is lost. Plain functions: the JIT is off."""

from __future__ import annotations

from typing import Any

from platinum.profile import cases, debts, promises, settling
from platinum.profile.entries import STATE_CLOSED, STATE_NAMELESS, STATE_TOLD
from platinum.vocabulary.codes import Debt, Kind, Obligation

Record = Any

_close_case, _owes = cases.close_case, settling._owes
_keep_by_rule, _debt_of = promises._keep_by_rule, debts.debt_of


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


def the_oldest_is_meant(entry: Record, event: Record, name: int) -> int:
    """Whatever was asked, and whatever was answered."""
    return 0 if entry["kind"] == Obligation.REQUEST and entry["made_ms"] <= event["occurred_ms"] else 2


def a_no_is_none(row: Record, more: Any, event: Record, i: int, tables: Any) -> None:
    if event["kind"] != Kind.REQUEST_REFUSED:
        _keep_by_rule(row, more, event, i, tables)


def told_is_done(entry: Record, now_ms: int, tables: Any) -> int:
    """A word is owed, whatever came of it; one word ends it."""
    if entry["kind"] != Obligation.ANSWER:
        return int(_debt_of(entry, now_ms, tables))
    return int(Debt.ANSWER) if now_ms >= entry["due_ms"] and not int(entry["state"]) & STATE_TOLD else 0
