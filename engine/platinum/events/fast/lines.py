"""Order lines and traits → items, while the record that carries them is still being read."""

from __future__ import annotations

import math

from platinum.events.fast import grammar as g
from platinum.events.fast.grammar import NAME_END, NAME_START, Grammar, Room
from platinum.events.fast.numbers import amount_of
from platinum.events.fast.plans import LINE_PLAN, Plans
from platinum.events.fast.raw import Raw, byte_at
from platinum.events.fast.registers import clear_slots, take
from platinum.events.fast.symbols import hash_of, name_hash_of
from platinum.jit import constant, inner, int64
from platinum.vocabulary.limits import MAX_NAME, MAX_NUMBER, MAX_PRODUCTS

_LINE = constant(g.LINE)
_LINE_PLAN = constant(LINE_PLAN)
_N_ITEMS, _N_LINES, _N_UNPRICED, _N_TRAITS = g.N_ITEMS, g.N_LINES, g.N_UNPRICED, g.N_TRAITS
_PRICE, _QUANTITY, _NAME, _MAX_TRAITS = g.PRICE, g.QUANTITY, g.NAME_A, g.MAX_FAST_TRAITS


@inner
def _add_item(amount: float, name: int, value_name: int, room: Room) -> bool:
    at = room.state[_N_ITEMS]
    if at >= room.items.shape[0]:
        return False
    item = room.items[at]
    item["amount"], item["name"], item["value_name"] = amount, name, value_name
    room.state[_N_ITEMS] = at + 1
    return True


@inner
def add_line(raw: Raw, grammar: Grammar, plans: Plans, room: Room) -> bool:
    """Count the order line that just ended; one with a category becomes an item. See ``events.fill.add_lines``."""
    slots, state = room.slots, room.state
    clear_slots(_LINE_PLAN, plans, room)
    if not take(raw, plans.plans[_LINE_PLAN], _LINE, grammar, plans, room):
        return False
    amount = slots[_PRICE]
    if math.isnan(amount):
        amount = 0.0
        state[_N_UNPRICED] += 1
    if not math.isnan(slots[_QUANTITY]):
        amount *= slots[_QUANTITY]
    room.sums[0] += amount
    state[_N_LINES] += 1
    if state[_N_LINES] > MAX_PRODUCTS:
        return False
    return slots[_NAME] == 0.0 or _add_item(amount, int64(slots[_NAME]), int64(0), room)


@inner
def is_new_trait(raw: Raw, start: int, end: int, room: Room) -> bool:
    """Remember the name of a trait; False if it came before, where the last one would count, or after too many."""
    count = room.state[_N_TRAITS]
    if count >= _MAX_TRAITS or end - start > MAX_NAME:
        return False
    name = hash_of(raw, start, end)
    for other in range(count):
        if room.traits[other] == name:
            return False
    room.traits[count] = name
    room.state[_N_TRAITS] = count + 1
    room.state[NAME_START], room.state[NAME_END] = start, end
    return True


@inner
def add_trait(raw: Raw, start: int, end: int, plans: Plans, room: Room) -> bool:
    """Make an item of the trait whose value stands from ``start`` to ``end``. See ``events.identify.traits``."""
    first = byte_at(raw.text, start)
    if first == 110:
        return True
    amount, value_name = 0.0, int64(0)
    if first == 34:
        if end - start - 2 > MAX_NAME:
            return False
        value_name = int64(name_hash_of(raw, start + 1, end - 1))
    elif first == 116:
        amount = 1.0
    elif first != 102:
        amount = amount_of(raw, start, end, plans.powers)
        if not (amount >= -MAX_NUMBER and amount <= MAX_NUMBER):
            return False
    name = int64(name_hash_of(raw, room.state[NAME_START], room.state[NAME_END]))
    return name == 0 or _add_item(amount, name, value_name, room)
