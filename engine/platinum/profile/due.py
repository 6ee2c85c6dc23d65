"""When something open becomes due, and what its becoming due does."""

from __future__ import annotations

from platinum.jit import constant, inner
from platinum.policy.tables import Tables
from platinum.profile.call_back_requests import let_any_be
from platinum.profile.cases import end_case
from platinum.profile.elsewhere import account_of, key_of
from platinum.profile.endings import break_one
from platinum.profile.entries import STATE_BROKEN, STATE_CLOSED, STATE_NOTICED
from platinum.profile.gratitude import earn
from platinum.profile.obligations import bring, close, copy_to
from platinum.profile.promised import class_of, grace_ms
from platinum.profile.row import Record, wide
from platinum.profile.trust import case_ended
from platinum.vocabulary.codes import Kind, Obligation

_PROMISE, _REQUEST, _CASE = int(Obligation.PROMISE), int(Obligation.REQUEST), int(Obligation.CASE)
_ANSWER, _OFFER = int(Obligation.ANSWER), int(Obligation.OFFER)
_EARLY, _ENDED = int(Obligation.EARLY), int(Obligation.ENDED)
_PROMISE_DUE, _PROMISE_BROKEN = int(Kind.PROMISE_DUE), int(Kind.PROMISE_BROKEN)
_REQUEST_OVERDUE, _CASE_DUE = int(Kind.REQUEST_OVERDUE), int(Kind.CASE_DUE)
_ANSWER_OWED, _PATIENCE = int(Kind.ANSWER_OWED), int(Kind.PATIENCE_SHOWN)
_NOTHING = constant(0)


@inner
def notice_ms(entry: Record, tables: Tables) -> int:
    """So long before it is due a promise must be kept or spoken of; a short one, half of its time before."""
    index = class_of(entry["name"], tables)
    notice = wide(tables.promises[index]["notice_ms"]) if index >= 0 else wide(tables.settings[0]["notice_ms"])
    return min(notice, max(0, (wide(entry["due_ms"]) - wide(entry["made_ms"])) // 2))


@inner
def next_ms(entry: Record, tables: Tables) -> int:
    """Instant at which the entry changes by itself, 0 = never."""
    kind, state, due_ms = wide(entry["kind"]), wide(entry["state"]), wide(entry["due_ms"])
    if due_ms == 0 or kind == _EARLY or kind == _ENDED or kind == _OFFER:
        return 0  # those that are over are left out when the row is next folded
    if kind == _PROMISE or kind == _REQUEST:
        if state & STATE_BROKEN:
            return due_ms + wide(tables.settings[0]["write_off_ms"])
        if kind == _PROMISE and state & STATE_NOTICED == 0:
            return due_ms - notice_ms(entry, tables)
        return int(due_ms + grace_ms(class_of(entry["name"], tables), tables) + 1)
    if kind == _CASE and state & STATE_CLOSED:
        return due_ms
    return 0 if state & STATE_BROKEN else due_ms


@inner
def first_ms(row: Record, more: Record, tables: Tables) -> int:
    """Earliest ``next_ms`` of all that is open, 0 = none."""
    first = 0
    for i in range(wide(row["n_obligations"])):
        at_ms = next_ms(row["obligations"][i], tables)
        if at_ms != 0 and (first == 0 or at_ms < first):
            first = at_ms
    if row["more_open"] > 0 and row["more"] > 0:
        page = more[row["more"]]
        for j in range(wide(page["n"])):
            at_ms = next_ms(page["entries"][j], tables)
            if at_ms != 0 and (first == 0 or at_ms < first):
                first = at_ms
    return first


@inner
def fall_due(row: Record, more: Record, i: int, now_ms: int, tables: Tables) -> int:
    """Let entry ``i``, whose ``next_ms`` has come, change; returns the kind of trigger that this is, 0 = none."""
    entry = row["obligations"][i]
    kind, state = wide(entry["kind"]), wide(entry["state"])
    if kind == _PROMISE or kind == _REQUEST:
        if state & STATE_BROKEN:
            let_any_be(row, more, i, now_ms, tables)  # written off: it stays counted as broken
            return int(_NOTHING)
        if kind == _PROMISE and state & STATE_NOTICED == 0 and now_ms <= entry["due_ms"]:
            entry["state"] = state | STATE_NOTICED
            return _PROMISE_DUE
        entry["state"] = state | STATE_NOTICED
        break_one(row, more, i, tables)
        return _PROMISE_BROKEN if kind == _PROMISE else _REQUEST_OVERDUE
    if kind == _CASE and state & STATE_CLOSED:
        patience = float(tables.settings[0]["thank_patience"])
        earn(row, patience, wide(entry["due_ms"]), tables)
        end_case(row, more, i)
        return _PATIENCE
    if kind == _CASE:
        case_ended(row, more, entry, 0, False, tables)
        state = wide(entry["state"])
    entry["state"] = state | STATE_BROKEN
    return _CASE_DUE if kind == _CASE else _ANSWER_OWED


@inner
def graver(a: int, b: int) -> int:
    """The trigger that a decision is made for when two things fall due at once."""
    if a == 0 or b == 0:
        return max(a, b)
    return a if _gravity(a) <= _gravity(b) else b


@inner
def _gravity(kind: int) -> int:
    if kind == _CASE_DUE:
        return 0
    if kind == _PROMISE_BROKEN:
        return 1
    if kind == _REQUEST_OVERDUE:
        return 2
    if kind == _PROMISE_DUE:
        return 3
    return 4 if kind == _ANSWER_OWED else 5


@inner
def fall_due_in_role(row: Record, more: Record, i: int, now_ms: int, before: tuple[int, int], tables: Tables) -> tuple[int, int]:
    """``fall_due`` in the role in which the entry stands; (gravest trigger, account of its role) of it and what fell due before."""
    account = account_of(row, key_of(row["obligations"][i])) if row["n_elsewhere"] > 0 else int(_NOTHING)
    row["acting"] = account
    kind = fall_due(row, more, i, now_ms, tables)
    row["acting"] = 0
    gravest = graver(before[0], kind)
    return gravest, account if gravest == kind and gravest != before[0] else before[1]


@inner
def all_due(row: Record, more: Record, now_ms: int, tables: Tables) -> tuple[int, int]:
    """Let everything change whose time has come; returns the gravest trigger, 0 = none, and the account in whose role it is (0 = none)."""
    found = (int(_NOTHING), int(_NOTHING))
    for i in range(wide(row["n_obligations"]) - 1, -1, -1):
        at_ms = next_ms(row["obligations"][i], tables)
        if at_ms != 0 and at_ms <= now_ms:
            found = fall_due_in_role(row, more, i, now_ms, found, tables)
    if row["more_open"] == 0 or row["more"] == 0:
        return found
    page = more[row["more"]]
    for j in range(wide(page["n"]) - 1, -1, -1):
        if j < page["n"]:
            at_ms = next_ms(page["entries"][j], tables)
            if at_ms != 0 and at_ms <= now_ms:
                found = fall_due_in_role(row, more, bring(row, page, j), now_ms, found, tables)
    return found


@inner
def _is_over(entry: Record, now_ms: int, late_ms: int) -> bool:
    if entry["kind"] == _ENDED:  # ``offset`` is when it ended: word from before then comes so late at most
        return bool(entry["offset"] + late_ms <= now_ms)
    return bool((entry["kind"] == _OFFER or entry["kind"] == _EARLY) and entry["due_ms"] != 0 and entry["due_ms"] <= now_ms)


@inner
def drop_over(row: Record, more: Record, now_ms: int, tables: Tables) -> None:
    """Take out offers that are over, and what was kept in mind for events that never came."""
    late_ms = wide(tables.settings[0]["early_ms"])
    if row["more_open"] > 0 and row["more"] > 0:
        page = more[row["more"]]
        for j in range(wide(page["n"]) - 1, -1, -1):
            if _is_over(page["entries"][j], now_ms, late_ms):
                page["n"] -= 1
                row["more_open"] -= 1
                if j != page["n"]:
                    copy_to(page["entries"][wide(page["n"])], page["entries"][j])
    for i in range(wide(row["n_obligations"]) - 1, -1, -1):
        if _is_over(row["obligations"][i], now_ms, late_ms):
            close(row, more, i)
