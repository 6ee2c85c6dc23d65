"""One compiled call per batch: bytes of its records → EVENT registers and ITEMs of those that are plain."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.by_reference import by_reference
from platinum.events.columns import EVENT
from platinum.events.fast import grammar as g
from platinum.events.fast import plans as p
from platinum.events.fast.grammar import Grammar, Room
from platinum.events.fast.plans import Plans
from platinum.events.fast.raw import Raw, byte_at
from platinum.events.fast.registers import clear_slots, take, worth_of
from platinum.events.fast.symbols import hash_of, symbol_of
from platinum.events.fast.tokens import NONE
from platinum.events.fast.walk import walk
from platinum.events.fast.who import has_delete, is_suspect, put_place, put_place_of_traits, text_of
from platinum.events.times import instant
from platinum.jit import constant, inner, int64, kernel
from platinum.vocabulary.limits import MAX_EVENT_BYTES, MAX_ID

_LEFT, _TRAITS_FORM = p.LEFT, p.OF_TRAITS
_ENVELOPE, _PROPERTIES, _CONTEXT, _EVENT_NAME, _MESSAGE, _USER, _ANONYMOUS, _PREVIOUS, _TIMESTAMP, _TYPE = map(
    constant,
    (
        *(g.ENVELOPE, g.PROPERTIES, g.CONTEXT),
        *(g.EVENT_NAME, g.MESSAGE_ID, g.USER_ID, g.ANONYMOUS_ID, g.PREVIOUS_ID, g.TIMESTAMP, g.TYPE),
    ),
)
_PROPERTIES_MEMBER, _CONTEXT_MEMBER, _LOCATION_MEMBER = g.PROPERTIES_MEMBER, g.CONTEXT_MEMBER, g.LOCATION_MEMBER
_TRAITS_MEMBER, _TRACK = g.TRAITS_MEMBER, g.TRACK
_N_ITEMS, _N_LINES, _N_UNPRICED, _N_TRAITS = g.N_ITEMS, g.N_LINES, g.N_UNPRICED, g.N_TRAITS
_LOW, _HIGH, _NAME_A, _NAME_B, _CODE = g.LOW, g.HIGH, g.NAME_A, g.NAME_B, g.CODE
_ACCOUNT, _ROLE = g.ACCOUNT, g.ROLE
_ANON_BYTES = 5
_MAX_ID = constant(MAX_ID)


class Read(NamedTuple):
    """What became of them."""

    events: NDArray[np.void]  # EVENT[B]; only those that were read mean something
    keys: NDArray[np.int64]  # [B, 2]: where in the text the customer's id begins and ends; the end negated if it is anonymous
    was_read: NDArray[np.bool_]  # [B]


by_reference(Read, {"events": (EVENT, 1), "keys": (np.int64, 2), "was_read": (np.bool_, 1)})


@inner
def _are_objects(raw: Raw, room: Room) -> bool:
    """False if properties, context or its location are given, and neither an object nor null."""
    for symbol in (_PROPERTIES_MEMBER, _CONTEXT_MEMBER, _LOCATION_MEMBER):
        scope = _CONTEXT if symbol == _LOCATION_MEMBER else _ENVELOPE
        token = room.tokens[scope, symbol]
        if token["stamp"] == room.opened[scope] and byte_at(raw.text, token["start"]) != 123 and byte_at(raw.text, token["start"]) != 110:
            return False
    return True


@inner
def _plan_of(raw: Raw, grammar: Grammar, plans: Plans, room: Room) -> int:
    """Plan of the event, ``NONE`` if its type or name says nothing."""
    start, end = text_of(raw, _ENVELOPE, _TYPE, _MAX_ID, room)
    call = symbol_of(raw, start, end, grammar) if end > start else NONE
    if call == NONE:
        return NONE
    if call != _TRACK:
        return int64(plans.of_call[call])  # type: ignore[no-any-return]
    start, end = text_of(raw, _ENVELOPE, _EVENT_NAME, _MAX_ID, room)
    if end <= start:
        return NONE
    name = symbol_of(raw, start, end, grammar)
    plan: int = int64(p.OTHER_PLAN) if name == NONE else int64(plans.of_event[name])
    return plan


@inner
def _put_customer(raw: Raw, i: int, read: Read, room: Room) -> bool:
    """Find the customer key; False if it may not be one, or is not the record's."""
    start, end = text_of(raw, _ENVELOPE, _USER, _MAX_ID, room)
    other_start, other_end = text_of(raw, _ENVELOPE, _ANONYMOUS, _MAX_ID, room)
    skipped = 0
    if start == 0:
        start, end = other_start, other_end
        skipped = _ANON_BYTES
    elif has_delete(raw, other_start, other_end):
        return False
    if end <= start or is_suspect(raw, start, end):
        return False
    read.keys[i, 0], read.keys[i, 1] = start, -end if skipped != 0 else end
    length = raw.key_lengths[i]
    if length == NONE:
        return True
    if length != skipped + end - start:
        return False
    key_start = raw.key_starts[i]
    for at in range(skipped):
        if raw.keys[key_start + at] != _PREFIX[at]:
            return False
    for at in range(end - start):
        if raw.keys[key_start + skipped + at] != byte_at(raw.text, start + at):
            return False
    return True


_PREFIX = np.frombuffer(b"anon:", np.uint8)


@inner
def _put_registers(raw: Raw, plan: int, event: Any, first_item: int, grammar: Grammar, plans: Plans, room: Room) -> bool:
    """Fill what the kind of event fills."""
    how, state, slots = plans.plans[plan], room.state, room.slots
    traits = room.tokens[_ENVELOPE, _TRAITS_MEMBER]
    if how["form"] == _TRAITS_FORM:
        is_given = traits["stamp"] == room.opened[_ENVELOPE] and byte_at(raw.text, traits["start"]) != 110
        if state[_N_LINES] > 0 or (is_given and byte_at(raw.text, traits["start"]) != 123):
            return False
    elif how["has_lines"] == 0:
        state[_N_ITEMS] = first_item  # order lines and traits mean nothing to this event
    elif state[_N_TRAITS] > 0:
        return False
    clear_slots(plan, plans, room)
    if not take(raw, how, _PROPERTIES, grammar, plans, room):
        return False
    amount = worth_of(how, room)
    event["kind"], event["ref"], event["amount"] = how["kind"], room.refs[0], amount
    event["low"], event["high"], event["code"] = slots[_LOW], slots[_HIGH], np.int32(slots[_CODE])
    event["name_a"], event["name_b"] = np.uint32(int64(slots[_NAME_A])), np.uint32(int64(slots[_NAME_B]))
    event["account"], event["role"] = np.uint32(int64(slots[_ACCOUNT])), np.uint32(int64(slots[_ROLE]))
    return not math.isnan(amount)


@inner
def _put_time(raw: Raw, record_ms: int, event: Any, room: Room) -> bool:
    """Fill the times and the message's hash."""
    start, end = text_of(raw, _ENVELOPE, _MESSAGE, _MAX_ID, room)
    event["message"] = hash_of(raw, start, end)
    event["record_ms"] = event["occurred_ms"] = record_ms
    start, end = text_of(raw, _ENVELOPE, _TIMESTAMP, _MAX_ID, room)
    if start == 0:
        return True
    at_ms = instant(raw.text, start, end) if end > start else NONE
    if at_ms < record_ms:  # an event cannot have happened after it was recorded (design 2)
        event["occurred_ms"] = at_ms
    return at_ms >= 0


@inner
def _read(raw: Raw, i: int, grammar: Grammar, plans: Plans, room: Room, read: Read) -> bool:
    """Read one record; False: it is left."""
    state, start = room.state, raw.starts[i]
    for scope in range(room.opened.shape[0]):
        room.opened[scope] = NONE
    state[_N_LINES] = state[_N_UNPRICED] = state[_N_TRAITS] = 0
    room.sums[0] = 0.0
    first_item = state[_N_ITEMS]
    end = start + raw.lengths[i]
    if byte_at(raw.text, start) != 123 or walk(raw, start, end, grammar, plans, room) != end:
        return False
    for symbol in range(_EVENT_NAME, _PREVIOUS + 1):
        id_start, id_end = text_of(raw, _ENVELOPE, symbol, _MAX_ID, room)
        if id_start != 0 and id_end <= id_start:
            return False
    plan = _plan_of(raw, grammar, plans, room)
    if plan == NONE or plans.plans[plan]["form"] == _LEFT or not _are_objects(raw, room):
        return False
    event = read.events[i]
    if not _put_registers(raw, plan, event, first_item, grammar, plans, room) or not _put_customer(raw, i, read, room):
        return False
    if not _put_time(raw, raw.record_ms[i], event, room) or not put_place(raw, event, room):
        return False
    event["offset"], event["flags"] = raw.offsets[i], raw.flags[i]
    event["item_start"], event["item_count"] = first_item, state[_N_ITEMS] - first_item
    return plans.plans[plan]["form"] != _TRAITS_FORM or put_place_of_traits(raw, event, room)


@kernel
def read_batch(raw: Raw, grammar: Grammar, plans: Plans, room: Room, read: Read) -> int:
    """Read every record that is plain; returns how many of ``room.items`` they fill.

    Parameters
    ----------
    room, read : Room, Read
        Overwritten.
    """
    room.state[_N_ITEMS] = 0
    for i in range(raw.lengths.shape[0]):
        n_items = room.state[_N_ITEMS]
        length = raw.lengths[i]
        is_read = raw.flags[i] >= 0 and length <= MAX_EVENT_BYTES
        read.was_read[i] = is_read and _read(raw, i, grammar, plans, room, read)
        if not read.was_read[i]:
            room.state[_N_ITEMS] = n_items
    return room.state[_N_ITEMS]  # type: ignore[no-any-return]
