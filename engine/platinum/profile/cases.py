"""Recovery cases: opened by failures, complaints and the firm; closed, confirmed, taken up again (treatment-formulas 3.6)."""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner
from platinum.policy.tables import Tables
from platinum.profile.early import CLOSES, early_at, keep_in_mind
from platinum.profile.elsewhere import is_of, key_of, renamed
from platinum.profile.entries import (
    CASE_BYTES,
    STATE_AGAIN,
    STATE_BROKEN,
    STATE_CLOSED,
    STATE_NAMELESS,
    STATE_NOTICED,
    STATE_OURS,
    STATE_SORRY,
)
from platinum.profile.facts import tell
from platinum.profile.obligations import close, find, open_one, source
from platinum.profile.quarantine import last_closed_ms
from platinum.profile.row import Record, wide
from platinum.profile.trust import case_again, case_confirmed, case_ended, count_from
from platinum.vocabulary.codes import Fact, Kind, Obligation

_CASE_ENDED = int(Fact.CASE_ENDED)
_CASE = int(Obligation.CASE)
_K_OPENED, _K_CLOSED, _K_CONFIRMED = int(Kind.CASE_OPENED), int(Kind.CASE_CLOSED), int(Kind.CASE_CONFIRMED)
_NO_REF, _ANY = np.uint64(0), constant(0)
_PRIVATE = constant(0)
#: ``owner`` of an EARLY whose closing said what is owed.
_SAID = constant(1)
#: Fault as events say it.
_UNKNOWN, _OURS = 0, 1
#: Severity where none is said.
_SEVERITY = 3.0
#: A case that the firm opens is the one that a failure or complaint of the days before has opened already.
_SAME_CASE_MS = 7 * 86_400_000


@inner
def is_open_case(entry: Record) -> bool:
    """Whether an entry is a case that the firm has not closed."""
    return bool(entry["kind"] == _CASE and wide(entry["state"]) & STATE_CLOSED == 0)


@inner
def fold_case(row: Record, more: Record, event: Record, items: Record, tables: Tables) -> None:
    """Fold one event about a failure, a complaint or a case."""
    kind = wide(event["kind"])
    if kind == _K_CLOSED or kind == _K_CONFIRMED:
        _fold_end(row, more, event, tables)
        return
    ours = event["code"] == _UNKNOWN or event["code"] == _OURS
    if kind != _K_OPENED and not ours:
        return  # a mere change of mind, or nobody's fault: heard, and no case
    if kind == _K_OPENED:
        remember_id(row, event, items)
    at = _open(row, more, event, ours, tables)
    if event["ref"] == _NO_REF:
        return
    early = early_at(row, more, event["ref"], CLOSES)
    if early < 0:
        return
    if row["obligations"][early]["made_ms"] >= event["occurred_ms"]:
        closed_ms, owed = wide(row["obligations"][early]["made_ms"]), said_owed(row["obligations"][early])
        close(row, more, early)
        at = find(row, more, _CASE, event["ref"], _ANY)
        if owed >= 0.0:
            row["obligations"][at]["amount"] = owed
        close_case(row, more, at, closed_ms, tables)


@inner
def _fold_end(row: Record, more: Record, event: Record, tables: Tables) -> None:
    """The firm closed a case, or the customer confirmed it; one that has not arrived yet is kept in mind."""
    kind = wide(event["kind"])
    at = find(row, more, _CASE, event["ref"], _ANY)
    if at < 0:
        at = _derived(row, wide(event["occurred_ms"]))
    if at >= 0 and event["occurred_ms"] >= row["obligations"][at]["made_ms"]:
        if event["amount"] >= 0.0:  # they say what is owed from now on
            row["obligations"][at]["amount"] = event["amount"]
        if _forget_paid(row, more, at):
            return
        ours = wide(row["obligations"][at]["state"]) & STATE_OURS
        close_case(row, more, at, wide(event["occurred_ms"]), tables)
        if kind == _K_CONFIRMED and ours != 0:
            case_confirmed(row, more, row["obligations"][at], wide(event["occurred_ms"]), tables)
    else:
        at = early_at(row, more, event["ref"], CLOSES)
        if at < 0:
            at = keep_in_mind(row, more, event, CLOSES, tables)
        if at < 0:
            return
        row["obligations"][at]["made_ms"] = max(wide(row["obligations"][at]["made_ms"]), wide(event["occurred_ms"]))
        if event["amount"] >= 0.0:
            row["obligations"][at]["amount"], row["obligations"][at]["owner"] = event["amount"], _SAID


@inner
def said_owed(early: Record) -> float:
    """What the closing of a case that has not arrived yet says is owed, -1 = it says nothing."""
    return float(early["amount"]) if early["owner"] == _SAID else -1.0


@inner
def _forget_paid(row: Record, more: Record, at: int) -> bool:
    """Whether a case was open for its money alone, and is gone now because nothing of it is owed."""
    entry = row["obligations"][at]
    if wide(entry["state"]) & STATE_CLOSED == 0 or entry["due_ms"] != 0:
        return False
    if entry["amount"] <= 0.0:
        close(row, more, at)
    return True


@inner
def remember_id(row: Record, event: Record, items: Record) -> None:
    """Keep the id of a case as it was sent, eight bytes per item (``events.fill.case``): decisions name it."""
    row["case_ref"] = event["ref"]
    for i in range(CASE_BYTES):
        row["case_text"][i] = 0
    for i in range(wide(event["item_count"])):
        item = items[wide(event["item_start"]) + i]
        for k in range(4):
            row["case_text"][8 * i + k] = wide(item["name"]) >> (8 * k) & 0xFF
            row["case_text"][8 * i + 4 + k] = wide(item["value_name"]) >> (8 * k) & 0xFF


@inner
def _known(row: Record, more: Record, event: Record, named: bool) -> int:
    """The case that an event opens once more, or gives its id to; -1 = it opens another."""
    at = find(row, more, _CASE, event["ref"], _ANY) if event["ref"] != _NO_REF else -1
    if at >= 0 or not named:
        return at
    at, at_ms = _derived(row, wide(event["occurred_ms"]) + 1), wide(event["occurred_ms"])
    return -1 if at >= 0 and at_ms - row["obligations"][at]["made_ms"] > _SAME_CASE_MS else at


@inner
def _open(row: Record, more: Record, event: Record, ours: bool, tables: Tables) -> int:
    """Open a case, adopt the one that a failure opened, or take a closed one up again."""
    kind, at_ms = wide(event["kind"]), wide(event["occurred_ms"])
    named = kind == _K_OPENED
    at = _known(row, more, event, named)
    severity = event["low"] if event["low"] > 0.0 else _SEVERITY
    if at < 0:
        at = open_one(row, more, _CASE, event["ref"], 0, source(event))
        row["obligations"][at]["state"] = 0 if named else STATE_NAMELESS
        row["obligations"][at]["channel"] = 0  # no channel: when it was opened last
    entry = row["obligations"][at]
    state = wide(entry["state"])
    if at_ms < entry["made_ms"]:
        count_from(row, entry, at_ms, tables)
    if state & STATE_CLOSED and at_ms // 1000 > closed_ms(row, entry, tables) // 1000:
        case_again(row, more, entry, at_ms, tables)
        state = wide(entry["state"])
        state = (state & ~(STATE_CLOSED | STATE_NOTICED | STATE_BROKEN | STATE_SORRY)) | STATE_AGAIN
        entry["due_ms"] = 0
    if named and event["ref"] != _NO_REF:
        before = key_of(entry)
        entry["ref"] = event["ref"]
        renamed(row, before, entry)
        state &= ~STATE_NAMELESS
    if not named or event["code"] != _UNKNOWN or entry["offset"] == event["offset"]:
        state = state | STATE_OURS if ours else state & ~STATE_OURS
    entry["state"] = state
    entry["weight"] = max(float(entry["weight"]), severity)
    entry["amount"] += max(event["amount"], 0.0)
    if named and event["name_b"] != 0:
        entry["owner"] = event["name_b"]
    if event["name_a"] != 0:
        entry["name"] = event["name_a"]
    newest = not is_opened_after(entry, at_ms)
    if newest:
        entry["channel"] = at_ms // 1000
    if state & STATE_CLOSED == 0 and (newest or state & STATE_AGAIN == 0):
        deadline_ms = at_ms + _time_for(float(entry["weight"]) if state & STATE_AGAIN else severity, tables)
        entry["due_ms"] = deadline_ms if entry["due_ms"] == 0 else min(wide(entry["due_ms"]), deadline_ms)
    return at


@inner
def is_opened_after(case: Record, at_ms: int) -> bool:
    """Whether a case was opened, or taken up again, later than ``at_ms``: what ended it then does not end it now."""
    return bool(wide(case["channel"]) > at_ms // 1000)


@inner
def closed_ms(row: Record, case: Record, tables: Tables) -> int:
    """When a closed case was closed last; one of which only money is open was closed before everything that is heard now."""
    newest_ms = last_closed_ms(row)
    return min(wide(case["due_ms"]) - wide(tables.settings[0]["quarantine_ms"]), newest_ms) if case["due_ms"] != 0 else newest_ms


@inner
def _time_for(severity: float, tables: Tables) -> int:
    return wide(tables.settings[0]["case_deadline_ms"][_step(severity)])


@inner
def _step(severity: float) -> int:
    """Index of a severity from 1 to 5."""
    return min(4, max(0, int(severity + 0.5) - 1))


@inner
def _derived(row: Record, before_ms: int) -> int:
    """The oldest open case of the role in hand without an id of its own, opened before ``before_ms``; -1 = none.

    One of another role would bear, and show there, the id of what was said in this one.
    """
    at, made_ms, account = -1, before_ms, wide(row["acting"])
    for i in range(wide(row["n_obligations"])):
        entry = row["obligations"][i]
        if is_open_case(entry) and wide(entry["state"]) & STATE_NAMELESS and entry["made_ms"] < made_ms and is_of(row, entry, account):
            at, made_ms = i, wide(entry["made_ms"])
    return at


@inner
def close_case(row: Record, more: Record, at: int, at_ms: int, tables: Tables) -> None:
    """The firm closed a case, or the customer confirmed it; one of ours goes on as quarantine, the others are gone.

    Money that is owed stays owed: such a case stays, closed as it is, until it is paid. Of several closings the last one counts, and one
    of which word comes after the case was taken up again ends nothing.
    """
    entry = row["obligations"][at]
    state = wide(entry["state"])
    if state & STATE_CLOSED:
        if entry["due_ms"] != 0 and at_ms > closed_ms(row, entry, tables):
            entry["due_ms"] = at_ms + wide(tables.settings[0]["quarantine_ms"])
            _note_closing(row, entry, at_ms)
        return
    if is_opened_after(entry, at_ms):
        _was_closed(row, more, entry, at_ms, tables)
        return
    in_time = at_ms <= entry["due_ms"]
    tell(more, _CASE_ENDED, entry, at_ms, 1.0, 1.0 if in_time else 0.0)
    if state & STATE_OURS == 0:
        end_case(row, more, at)
        return
    case_ended(row, more, entry, at_ms, in_time, tables)
    state = wide(entry["state"])
    entry["state"] = (state | STATE_CLOSED) & ~(STATE_NOTICED | STATE_BROKEN)
    entry["due_ms"] = at_ms + wide(tables.settings[0]["quarantine_ms"])
    _note_closing(row, entry, at_ms)


@inner
def _note_closing(row: Record, case: Record, at_ms: int) -> None:
    """Remember the newest closing, of cases of their own and of those in accounts' roles apart: what is known of one shows in no other."""
    if is_of(row, case, int(_PRIVATE)):
        row["case_closed_ms"] = max(wide(row["case_closed_ms"]), at_ms)
    else:
        row["closed_elsewhere_ms"] = max(wide(row["closed_elsewhere_ms"]), at_ms)


@inner
def _was_closed(row: Record, more: Record, entry: Record, at_ms: int, tables: Tables) -> None:
    """A case of ours that is open had been closed at ``at_ms``, and was taken up again: its time runs from then."""
    if at_ms < entry["made_ms"] or wide(entry["state"]) & STATE_OURS == 0:
        return
    _note_closing(row, entry, at_ms)
    due_ms = 1000 * wide(entry["channel"]) + _time_for(float(entry["weight"]), tables)
    if wide(entry["state"]) & STATE_AGAIN and due_ms == entry["due_ms"]:
        return
    in_time = at_ms <= entry["due_ms"]
    tell(more, _CASE_ENDED, entry, at_ms, 1.0, 1.0 if in_time else 0.0)
    case_ended(row, more, entry, at_ms, in_time, tables)
    case_again(row, more, entry, at_ms, tables)
    entry["state"] = (wide(entry["state"]) & ~(STATE_NOTICED | STATE_BROKEN | STATE_SORRY)) | STATE_AGAIN
    entry["due_ms"] = due_ms


@inner
def end_case(row: Record, more: Record, at: int) -> None:
    """Nothing is left of case ``at``, unless money is owed for it: then that alone is, without a time."""
    entry = row["obligations"][at]
    if entry["amount"] <= 0.0:
        close(row, more, at)
        return
    entry["state"] = (wide(entry["state"]) | STATE_CLOSED) & ~(STATE_NOTICED | STATE_BROKEN)
    entry["due_ms"] = 0


@inner
def gravest(row: Record) -> int:
    """Index of the gravest open case, of two the older; -1 = none is open."""
    at = -1
    for i in range(wide(row["n_obligations"])):
        if is_open_case(row["obligations"][i]) and (at < 0 or row["obligations"][i]["weight"] > row["obligations"][at]["weight"]):
            at = i
    return at
