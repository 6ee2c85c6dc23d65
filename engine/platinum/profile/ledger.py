"""What an event does to the ledger of what the firm owes this person (design 6; treatment-formulas 3.4, 3.6, 3.17)."""

from __future__ import annotations

from platinum.jit import constant, inner
from platinum.policy.tables import Tables
from platinum.profile.by_name import fold_said
from platinum.profile.call_back_requests import answer_call_back, fold_call_back
from platinum.profile.cases import fold_case
from platinum.profile.due import drop_over
from platinum.profile.early import make_room
from platinum.profile.elsewhere import MOST
from platinum.profile.letting_go import let_go
from platinum.profile.loops import fold_loop
from platinum.profile.obligations import MOST_OPEN, forget_settled, n_open
from platinum.profile.promises import derive
from platinum.profile.row import Record, wide
from platinum.profile.settling import settle
from platinum.vocabulary.codes import Kind

_FAILURE, _COMPLAINT = int(Kind.FAILURE_REPORTED), int(Kind.COMPLAINT_MADE)
_MADE, _MOVED = int(Kind.PROMISE_MADE), int(Kind.PROMISE_RENEGOTIATED)
_OPENED, _CONFIRMED = int(Kind.CASE_OPENED), int(Kind.CASE_CONFIRMED)
_SURVEY, _ACTED, _TOLD = int(Kind.SURVEY_ANSWERED), int(Kind.FEEDBACK_ACTED_ON), int(Kind.FEEDBACK_REPORTED_BACK)
_CANCELLED, _REFUNDED, _RESOLVED = int(Kind.ORDER_CANCELLED), int(Kind.ORDER_REFUNDED), int(Kind.CONTACT_RESOLVED)
#: Bits of ``Tables.ledger``: an event of this kind may open something; is about something open.
OPENS, TOUCHES = constant(1), constant(2)


@inner
def is_full(row: Record, more: Record, event: Record, tables: Tables) -> bool:
    """Whether the event would open something and there is no room for it: then it is refused, and nothing is lost.

    What is only kept in mind makes room first. (Deliveries of 250 orders that nobody had heard of kept a complaint out.)
    """
    if tables.ledger[event["kind"]] & OPENS == 0:
        return False
    if event["account"] != 0 and row["n_elsewhere"] >= MOST:
        forget_settled(row, more)
        if row["n_elsewhere"] >= MOST:
            return True
    if n_open(row) < MOST_OPEN:
        return False
    drop_over(row, more, wide(event["record_ms"]), tables)
    make_room(row, more)
    return n_open(row) >= MOST_OPEN


@inner
def fold_ledger(row: Record, more: Record, event: Record, items: Record, tables: Tables) -> None:
    """Fold one event into the ledger."""
    kind = wide(event["kind"])
    if row["n_obligations"] > 0:
        drop_over(row, more, wide(event["record_ms"]), tables)
    if tables.ledger[kind] == 0:
        return
    if _MADE <= kind <= _MOVED:
        fold_said(row, more, event, tables)
    elif kind == _FAILURE or kind == _COMPLAINT or _OPENED <= kind <= _CONFIRMED:
        fold_case(row, more, event, items, tables)
    elif kind == _SURVEY or kind == _ACTED or kind == _TOLD:
        fold_loop(row, more, event, tables)
    elif kind == _CANCELLED or kind == _REFUNDED:
        let_go(row, more, event, tables)
    if kind == _REFUNDED or kind == _RESOLVED:
        settle(row, more, event, tables)
    answer_call_back(row, more, event, tables)
    if not fold_call_back(row, more, event, tables):
        derive(row, more, event, tables)
