"""What is owed now: the debts that actions pay, and the numbers that conditions ask for (design 7, lane 1)."""

from __future__ import annotations

import numpy as np

from platinum.jit import inner, kernel
from platinum.policy.tables import Tables
from platinum.profile.care import needs_care
from platinum.profile.cases import is_open_case
from platinum.profile.due import notice_ms
from platinum.profile.effort import ease, effort_debt
from platinum.profile.elsewhere import account_of, is_in, is_of
from platinum.profile.entries import STATE_ACTED, STATE_BROKEN, STATE_CLOSED, STATE_MOVED, STATE_OURS, STATE_SORRY, STATE_TOLD
from platinum.profile.obligations import close
from platinum.profile.offers import is_open
from platinum.profile.promised import is_over
from platinum.profile.row import Record, wide
from platinum.profile.say_do import say_do
from platinum.profile.zones import DAY_MS
from platinum.vocabulary.codes import Debt, Field, Obligation

_PROMISE, _REQUEST, _CASE = int(Obligation.PROMISE), int(Obligation.REQUEST), int(Obligation.CASE)
_ANSWER = int(Obligation.ANSWER)
_D_APOLOGY, _D_CASE, _D_DUE, _D_BROKEN = int(Debt.APOLOGY), int(Debt.CASE), int(Debt.PROMISE_DUE), int(Debt.PROMISE_BROKEN)
_D_PENDING = int(Debt.ANSWER_PENDING)
_D_REQUEST, _D_ANSWER, _D_MONEY, _D_EFFORT = int(Debt.REQUEST), int(Debt.ANSWER), int(Debt.MONEY), int(Debt.EFFORT)
_OPEN_CASES, _SEVERITY, _OPEN_PROMISES = int(Field.OPEN_CASES), int(Field.CASE_SEVERITY), int(Field.OPEN_PROMISES)
_BROKEN, _HOURS, _OPEN_REQUESTS = int(Field.BROKEN_PROMISES), int(Field.HOURS_TO_PROMISE), int(Field.OPEN_REQUESTS)
_OPEN_OFFERS, _OPEN_ANSWERS, _MONEY = int(Field.OPEN_OFFERS), int(Field.OPEN_ANSWERS), int(Field.MONEY_OWED)
_VULNERABLE = int(Field.VULNERABLE)
_SAY_DO, _SINCE_CASE = int(Field.SAY_DO), int(Field.DAYS_SINCE_CASE)
_HOUR_MS = 3_600_000.0


@inner
def debt_of(entry: Record, now_ms: int, tables: Tables) -> int:
    """Bits of ``Debt`` that one obligation stands for now."""
    kind, state = wide(entry["kind"]), wide(entry["state"])
    sorry = 0 if state & STATE_SORRY else _D_APOLOGY
    if kind == _CASE:
        if state & STATE_CLOSED:
            return _D_MONEY if entry["amount"] > 0.0 else 0
        debt = _D_CASE | (sorry if state & STATE_OURS else 0)
        return debt | (_D_MONEY if entry["amount"] > 0.0 else 0)
    spoken = state & STATE_ACTED != 0
    if kind == _PROMISE:
        if is_over(entry, now_ms, tables):
            return sorry if spoken else _D_BROKEN | sorry
        soon = entry["due_ms"] != 0 and now_ms >= entry["due_ms"] - notice_ms(entry, tables)
        return (_D_DUE if soon and state & STATE_TOLD == 0 else 0) | (sorry if state & STATE_MOVED else 0)
    if kind == _REQUEST:
        return _D_REQUEST if is_over(entry, now_ms, tables) and not spoken else 0
    if kind != _ANSWER:
        return 0
    if not spoken:  # told or not, nothing has come of it
        return _D_PENDING if now_ms >= entry["due_ms"] else 0
    return _D_ANSWER if now_ms >= entry["due_ms"] and state & STATE_TOLD == 0 else 0


@kernel
def owed_debts(row: Record, now_ms: int, tables: Tables) -> int:
    """Bits of ``Debt`` of everything open that the row holds; what is in the second row weighs less than all of it."""
    debts = effort_debt(row, now_ms, tables)
    for i in range(wide(row["n_obligations"])):
        debts |= debt_of(row["obligations"][i], now_ms, tables)
    if debts == 0:
        return 0
    for i in range(wide(row["n_planned"])):
        planned = row["planned"][i]
        if planned["expires_ms"] > now_ms and is_in(row, planned["ref"], wide(row["acting"])):  # on its way, in this role
            debts &= ~pays_of(planned["action"], tables)
    return debts


@inner
def pays_of(action: int, tables: Tables) -> int:
    """Bits of ``Debt`` that an action (name hash) pays; 0 for one that left the policy."""
    for a in range(tables.actions.shape[0]):
        if tables.actions[a]["name"] == action:
            return wide(tables.actions[a]["pays"])
    return 0


@inner
def pay(row: Record, more: Record, ref: np.uint64, pays: int, now_ms: int, tables: Tables) -> None:
    """Decision ``ref``, which pays these debts, met the customer: what was said is not owed again; what is to be done stays open.

    In its own role: who was told sorry at home was not told at work.
    """
    if pays == 0:
        return
    account = account_of(row, ref)
    if pays & _D_EFFORT:
        ease(row, now_ms, tables)
    for i in range(wide(row["n_obligations"]) - 1, -1, -1):
        entry = row["obligations"][i]
        if not is_of(row, entry, account):
            continue
        paid, state = debt_of(entry, now_ms, tables) & pays, wide(entry["state"])
        if paid & _D_APOLOGY:
            state |= STATE_SORRY
        if paid & (_D_DUE | _D_ANSWER):
            state |= STATE_TOLD
        if paid & (_D_BROKEN | _D_REQUEST):
            state |= STATE_ACTED
        if paid & _D_PENDING:  # a word that it is worked on holds as long as the first wait did
            state &= ~STATE_BROKEN
            entry["due_ms"] = now_ms + wide(tables.settings[0]["answer_ms"])
        entry["state"] = state
        if paid & _D_ANSWER and state & STATE_ACTED:
            close(row, more, i)


@inner
def ledger_field(field: int, row: Record, now_ms: int, tables: Tables) -> float:
    """Fields about the ledger; all count what the row holds, and counts what is in the second row as well."""
    if field == _VULNERABLE:
        return 1.0 if needs_care(row, now_ms) else 0.0
    if field == _SAY_DO:
        return say_do(row, now_ms, tables)
    if field == _SINCE_CASE:
        closed_ms = wide(row["case_closed_ms"])
        return (now_ms - closed_ms) / float(DAY_MS) if closed_ms > 0 else np.nan
    if field == _HOURS:
        return _hours_to_promise(row, now_ms)
    total = 0.0
    for i in range(wide(row["n_obligations"])):
        one = _share(field, row["obligations"][i], now_ms, tables)
        total = max(total, one) if field == _SEVERITY else total + one
    return total


@inner
def _share(field: int, entry: Record, now_ms: int, tables: Tables) -> float:
    kind = wide(entry["kind"])
    if field == _MONEY:
        return float(entry["amount"]) if kind == _CASE else 0.0
    if field == _OPEN_CASES or field == _SEVERITY:
        if not is_open_case(entry):
            return 0.0
        return 1.0 if field == _OPEN_CASES else float(entry["weight"])
    if field == _OPEN_PROMISES or field == _BROKEN:
        counted = kind == _PROMISE and (field == _OPEN_PROMISES or is_over(entry, now_ms, tables))
        return 1.0 if counted else 0.0
    if field == _OPEN_OFFERS:
        return 1.0 if is_open(entry, now_ms) else 0.0
    wanted = _REQUEST if field == _OPEN_REQUESTS else _ANSWER
    return 1.0 if kind == wanted else 0.0


@inner
def _hours_to_promise(row: Record, now_ms: int) -> float:
    """Hours until the first promise is due; unknown where there is none."""
    hours = np.nan
    for i in range(wide(row["n_obligations"])):
        entry = row["obligations"][i]
        if entry["kind"] == _PROMISE and entry["due_ms"] != 0:
            left = (wide(entry["due_ms"]) - now_ms) / _HOUR_MS
            if np.isnan(hours) or left < hours:
                hours = left
    return hours
