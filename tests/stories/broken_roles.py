"""What stands in the place of a kernel while roles are broken. Plain functions: the JIT is off."""

from __future__ import annotations

from typing import Any

from platinum.decide import caps, resting
from platinum.decide.record import FREE
from platinum.policy.tables import Tables
from platinum.profile import elsewhere, fold, quarantine, roles, withdraw
from tests.stories.breaking import Break
from tests.stories.broken_kernels import always

Record = Any
_fold_statement = fold.fold_statement
_stand = roles.stand


def in_it_for_good(row: Record, account: int, now_ms: int) -> int:
    """Whoever was in a role once is in it for good."""
    return int(roles.IN_FORCE)


def at_work_only(row: Record, event: Record, items: Record, tables: Tables, more: Record) -> None:
    """Statements are folded where they are made for themselves."""
    if event["account"] == 0:
        _fold_statement(row, event, items, tables, more)


def always_in_trouble(row: Record, event: Record) -> None:
    """An account has an open case whatever its record says."""
    _stand(row, event)
    at = roles.find_role(row, int(event["account"]))
    if at >= 0:
        row["roles"][at]["open_cases"] = 1


def as_poor_as_they_are(row: Record, event: Record) -> None:
    """An account is told as if nothing was ever bought for it."""
    _stand(row, event)
    at = roles.find_role(row, int(event["account"]))
    if at >= 0:
        row["roles"][at]["tier"] = 0


BREAKS = (
    Break("accounts", "a colleague's trouble is their own", [(resting.rests_in_role, always(False))]),
    Break("accounts", "an account is always in trouble", [(roles.stand, always_in_trouble)]),
    Break("accounts", "contacts count for the person alone", [(resting.is_full_in_role, always(False))]),
    Break("accounts", "everybody's tier is what they bought themselves", [(roles.stand, as_poor_as_they_are)]),
    Break("roles", "what is bought for a firm is their own", [(fold.is_own, always(True))]),
    Break("roles", "everything is seen everywhere", [(roles.has_roles, always(False))]),
    Break("roles", "nobody ever leaves", [(roles.state_in, in_it_for_good)]),
    Break("one-letter-box", "each role has caps of its own", [(caps.cap_release, always(FREE))]),
    Break("one-letter-box", "what was planned for a firm stays planned", [(withdraw.withdraw_in_role, always(0))]),
    Break("one-letter-box", "what was planned at home was planned for the firm", [(elsewhere.is_in, always(True))]),
    Break("one-letter-box", "what is said at work holds at work", [(fold.fold_statement, at_work_only)]),
    Break("roles", "a case is forgotten elsewhere", [(quarantine.quarantine_end_ms, always(-1))]),
)
