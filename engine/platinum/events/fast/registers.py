"""Values of members → registers, by the steps of a plan. What breaks a rule is left: ``events.sheet`` says why it is refused."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from platinum.events.fast import grammar as g
from platinum.events.fast import plans as p
from platinum.events.fast.grammar import Grammar, Room
from platinum.events.fast.numbers import amount_of
from platinum.events.fast.plans import Plans
from platinum.events.fast.raw import Raw, byte_at
from platinum.events.fast.symbols import hash_of, name_hash_of, symbol_of
from platinum.events.fast.who import is_suspect
from platinum.events.refs import decision_ref_of
from platinum.events.times import instant
from platinum.jit import inner, int64

_NAME, _ID, _DECISION, _TIME, _CHOICE, _FLAG, _NUMBER, _LIST = p.NAME, p.ID, p.DECISION, p.TIME, p.CHOICE, p.FLAG, p.NUMBER, p.LIST
_FOLDED, _CUSTOMER = p.FOLDED, p.CUSTOMER
_LINE_FORM, _WORTH_FORM = p.PRICE_TIMES_QUANTITY, p.FIRST_WORTH
_AMOUNT, _PRICE, _QUANTITY, _N_LINES, _N_UNPRICED = g.AMOUNT, g.PRICE, g.QUANTITY, g.N_LINES, g.N_UNPRICED


@inner
def take(raw: Raw, plan: Any, scope: int, grammar: Grammar, plans: Plans, room: Room) -> bool:
    """Fill ``room.slots`` and ``room.refs`` from the members of ``scope``; ``plan`` is a PLAN. False: left."""
    room.refs[0] = np.uint64(0)
    for s in range(plan["first_step"], plan["end_step"]):
        step = plans.steps[s]
        token = room.tokens[scope, step["symbol"]]
        if token["stamp"] != room.opened[scope] or byte_at(raw.text, token["start"]) == 110:  # null counts as absent
            if step["required"] != 0:
                return False
            continue
        start, end = token["start"], token["end"]
        how = step["how"]
        if how == _NUMBER:
            taken = _take_number(raw, start, end, step, plans, room)
        elif how == _FLAG:
            taken = _take_flag(raw, start, step, room)
        elif how == _LIST:
            taken = byte_at(raw.text, start) == 91
        else:
            taken = _take_text(raw, start, end, step, grammar, plans, room)
        if not taken:
            return False
    return True


@inner
def _take_number(raw: Raw, start: int, end: int, step: Any, plans: Plans, room: Room) -> bool:
    if byte_at(raw.text, start) != 45 and (byte_at(raw.text, start) < 48 or byte_at(raw.text, start) > 57):
        return False
    value = amount_of(raw, start, end, plans.powers)
    if value >= step["low"] and value <= step["high"]:  # NaN is neither
        room.slots[step["slot"]] = value
        return True
    return False


@inner
def _take_flag(raw: Raw, start: int, step: Any, room: Room) -> bool:
    if byte_at(raw.text, start) == 116:
        room.slots[step["slot"]] = step["high"]
        return True
    room.slots[step["slot"]] = step["low"]
    return byte_at(raw.text, start) == 102


@inner
def _take_text(raw: Raw, start: int, end: int, step: Any, grammar: Grammar, plans: Plans, room: Room) -> bool:
    length = end - start - 2
    # Limits count characters: a text of no more bytes has no more characters either.
    if byte_at(raw.text, start) != 34 or length < step["min_length"] or length > step["max_length"]:
        return False
    first, last, how = start + 1, end - 1, step["how"]
    if how == _FOLDED and not _is_folded(raw, first, last):
        return False
    if how == _CUSTOMER and is_suspect(raw, first, last):
        return False
    if how == _NAME or how == _FOLDED or how == _CUSTOMER:
        room.slots[step["slot"]] = float(int64(name_hash_of(raw, first, last)))
    elif how == _ID:
        made = decision_ref_of(raw.text, first, last)  # a promise of ours bears the id of its decision
        room.refs[0] = made if made != np.uint64(0) else hash_of(raw, first, last)
    elif how == _DECISION:
        room.refs[0] = decision_ref_of(raw.text, first, last)
    elif how == _TIME:
        at_ms = instant(raw.text, first, last)
        room.slots[step["slot"]] = float(at_ms)
        return at_ms >= 0
    else:
        return _take_choice(symbol_of(raw, first, last, grammar), step, plans, room)
    return True


@inner
def _is_folded(raw: Raw, start: int, end: int) -> bool:
    """Whether a name is its own lower case for certain: ASCII without capitals. Hardly any other is ever sent."""
    for at in range(start, end):
        byte = byte_at(raw.text, at)
        if byte >= 128 or (byte >= 65 and byte <= 90):
            return False
    return True


@inner
def _take_choice(symbol: int, step: Any, plans: Plans, room: Room) -> bool:
    for c in range(step["first_choice"], step["end_choice"]):
        if plans.words[c]["symbol"] == symbol:
            room.slots[step["slot"]] = plans.words[c]["number"]
            return True
    return False


@inner
def clear_slots(plan: int, plans: Plans, room: Room) -> None:
    """What slots hold before an event of ``plan`` fills them."""
    for slot in range(room.slots.shape[0]):
        room.slots[slot] = plans.blanks[plan, slot]


@inner
def worth_of(plan: Any, room: Room) -> float:
    """Amount of an event by the form of its plan; NaN if it must have one and has none."""
    slots = room.slots
    if plan["form"] == _LINE_FORM:
        if math.isnan(slots[_PRICE]):
            return 0.0
        return slots[_PRICE] if math.isnan(slots[_QUANTITY]) else slots[_PRICE] * slots[_QUANTITY]  # type: ignore[no-any-return]
    if plan["form"] != _WORTH_FORM:
        return slots[_AMOUNT]  # type: ignore[no-any-return]
    for k in range(3):
        slot = plan["worth"][k]
        if slot >= 0 and not math.isnan(slots[slot]):
            return slots[slot]  # type: ignore[no-any-return]
    if plan["needs_worth"] != 0 and (room.state[_N_LINES] == 0 or room.state[_N_UNPRICED] > 0):
        return math.nan
    return room.sums[0]  # type: ignore[no-any-return]
