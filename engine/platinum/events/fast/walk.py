"""Once over a record, to see that it is strict JSON and where the members stand that somebody may ask for.

Nothing here knows which event it is, because its name may come last. ``NONE`` always means: left to ``events.sheet``.
"""

from __future__ import annotations

from platinum.events.fast import grammar as g
from platinum.events.fast.grammar import Grammar, Room
from platinum.events.fast.lines import add_line, add_trait, is_new_trait
from platinum.events.fast.plans import Plans
from platinum.events.fast.raw import Raw, byte_at
from platinum.events.fast.symbols import UNKNOWN, symbol_of
from platinum.events.fast.tokens import NONE, scalar_end, space_end, string_end
from platinum.jit import constant, inner, int64
from platinum.vocabulary.limits import MAX_DEPTH

_ENTRY, _OUTSIDE, _TRAITS, _LINES, _LINE = map(constant, (g.ENTRY, g.OUTSIDE, g.TRAITS, g.LINES, g.LINE))
_NOWHERE = (constant(NONE), constant(UNKNOWN))


@inner
def _keep(start: int, end: int, scope: int, symbol: int, room: Room) -> bool:
    """Remember where the value of a member stands; False if the member came before."""
    token = room.tokens[scope, symbol]
    if token["stamp"] == room.opened[scope]:
        return False
    token["stamp"], token["start"], token["end"] = room.opened[scope], start, end
    return True


@inner
def _enter(raw: Raw, at: int, scope: int, symbol: int, grammar: Grammar, room: Room) -> int:
    """Scope inside the object or list that begins at ``at`` and is the value of a known member."""
    child = int64(grammar.children[scope, symbol])
    if (child == _LINES) != (byte_at(raw.text, at) == 91):
        child = int64(_OUTSIDE)
    if symbol == _ENTRY:
        if child == _OUTSIDE:
            return NONE  # a record, or an order line, that is no object
    elif not _keep(at, at, scope, symbol, room):
        return NONE
    if child == _OUTSIDE:
        return scope
    room.opened[child] = at + 1
    return child  # type: ignore[no-any-return]


@inner
def _leave(raw: Raw, scope: int, grammar: Grammar, plans: Plans, room: Room) -> int:
    """Scope around the object or list that has just ended."""
    if scope == _LINE and not add_line(raw, grammar, plans, room):
        return NONE
    return int64(grammar.parents[scope])  # type: ignore[no-any-return]


@inner
def _name(raw: Raw, at: int, end: int, scope: int, grammar: Grammar, room: Room) -> tuple[int, int]:
    """Read the name of the member at ``at``; returns where its value stands, and its symbol.

    ``scope`` is ``OUTSIDE`` where nobody asks for members.
    """
    stop = string_end(raw, at + 1, end, scope != _OUTSIDE) if byte_at(raw.text, at) == 34 else NONE
    if stop == NONE:
        return _NOWHERE
    symbol = int64(UNKNOWN)
    if scope != _OUTSIDE:
        symbol = symbol_of(raw, at + 1, stop - 1, grammar)
        if scope == _TRAITS and not is_new_trait(raw, at + 1, stop - 1, room):
            return _NOWHERE
    at = space_end(raw, stop)
    if byte_at(raw.text, at) != 58:
        return _NOWHERE
    return space_end(raw, at + 1), symbol


@inner
def _next(raw: Raw, at: int, end: int, after: tuple[bool, bool], scope: int, grammar: Grammar, room: Room) -> tuple[int, int]:
    """Go to the value of the next member; returns where it stands, and its symbol.

    ``after``: whether an object or list has just begun, and whether it is a list.
    """
    just_begun, is_list = after
    if not just_begun:
        if byte_at(raw.text, at) != 44:
            return _NOWHERE
        at = space_end(raw, at + 1)
    if is_list:
        return at, _ENTRY
    return _name(raw, at, end, scope, grammar, room)


@inner
def _scalar(raw: Raw, at: int, end: int, scope: int, symbol: int, plans: Plans, room: Room) -> int:
    """Read the string, number, flag or null at ``at``; returns where the next token stands."""
    wanted = scope != _OUTSIDE and (symbol != UNKNOWN or scope == _TRAITS)
    stop = scalar_end(raw, at, end, wanted)
    if stop == NONE:
        return NONE
    if wanted:
        if symbol == _ENTRY or (symbol != UNKNOWN and not _keep(at, stop, scope, symbol, room)):
            return NONE
        if scope == _TRAITS and not add_trait(raw, at, stop, plans, room):
            return NONE
    return space_end(raw, stop)


@inner
def walk(raw: Raw, at: int, end: int, grammar: Grammar, plans: Plans, room: Room) -> int:
    """Index after the object that begins at ``at`` and the white space that follows it.

    ``lists`` has a bit for every object (0) and list (1) that is open, the innermost last. Members are known while there are as
    many of these as around the members of ``scope``.
    """
    depth, lists, scope, symbol = int64(0), int64(0), int64(_OUTSIDE), int64(_ENTRY)
    while at < end:
        c = byte_at(raw.text, at)
        known = depth == grammar.depths[scope]
        is_open = c == 123 or c == 91
        if is_open:
            if known and symbol != UNKNOWN:
                scope = _enter(raw, at, scope, symbol, grammar, room)
            depth, lists, at = depth + 1, lists << 1 | (1 if c == 91 else 0), space_end(raw, at + 1)
            if scope == NONE or depth > MAX_DEPTH:
                return NONE
        else:
            at = _scalar(raw, at, end, scope if known else _OUTSIDE, symbol, plans, room)
            if at == NONE:
                return NONE
        while byte_at(raw.text, at) == (93 if lists & 1 else 125):
            if depth == grammar.depths[scope]:
                scope = _leave(raw, scope, grammar, plans, room)
            depth, lists, at, is_open = depth - 1, lists >> 1, space_end(raw, at + 1), False
            if scope == NONE or depth == 0:
                return NONE if scope == NONE else at
        inside = scope if depth == grammar.depths[scope] else _OUTSIDE
        at, symbol = _next(raw, at, end, (is_open, lists & 1 == 1), inside, grammar, room)
        if at == NONE:
            return NONE
    return NONE
