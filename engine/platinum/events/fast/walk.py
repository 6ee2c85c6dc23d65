"""Once over a record, to see that it is strict JSON and where the members stand that somebody may ask for.

Nothing here knows which event it is, because its name may come last. ``NONE`` always means: left to ``events.sheet``.
"""

from __future__ import annotations

from platinum.events.fast import grammar as g
from platinum.events.fast.grammar import DEPTH, LISTS, NAME_END, NAME_START, SCOPE, SYMBOL, Grammar, Room
from platinum.events.fast.lines import add_line, add_trait, is_new_trait
from platinum.events.fast.plans import Plans
from platinum.events.fast.raw import Raw, byte_at
from platinum.events.fast.symbols import UNKNOWN, symbol_of
from platinum.events.fast.tokens import NONE, scalar_end, space_end, string_end
from platinum.jit import inner, int64
from platinum.vocabulary.limits import MAX_DEPTH

_ENTRY, _OUTSIDE, _TRAITS, _LINES, _LINE = g.ENTRY, g.OUTSIDE, g.TRAITS, g.LINES, g.LINE


@inner
def _is_known(grammar: Grammar, room: Room) -> bool:
    """True inside an object or list whose members are looked at."""
    state = room.state
    return state[DEPTH] == grammar.depths[state[SCOPE]]  # type: ignore[no-any-return]


@inner
def _in_list(room: Room) -> bool:
    return (room.state[LISTS] >> room.state[DEPTH]) & 1 == 1  # type: ignore[no-any-return]


@inner
def _keep(start: int, end: int, room: Room) -> bool:
    """Remember where the value of the current member stands; False if the member came before."""
    scope = room.state[SCOPE]
    token = room.tokens[scope, room.state[SYMBOL]]
    if token["stamp"] == room.opened[scope]:
        return False
    token["stamp"], token["start"], token["end"] = room.opened[scope], start, end
    return True


@inner
def _open(raw: Raw, at: int, grammar: Grammar, room: Room) -> int:
    """Enter the object or list that begins at ``at``; returns where its first member or its end stands."""
    state = room.state
    is_list = byte_at(raw.text, at) == 91
    if state[SYMBOL] != UNKNOWN and _is_known(grammar, room):
        child = int64(grammar.children[state[SCOPE], state[SYMBOL]])
        if (child == _LINES) != is_list:
            child = int64(_OUTSIDE)
        if state[SYMBOL] == _ENTRY:
            if child == _OUTSIDE:
                return NONE
        elif not _keep(at, at, room):
            return NONE
        if child != _OUTSIDE:
            state[SCOPE] = child
            room.opened[child] = at + 1
    state[DEPTH] += 1
    if state[DEPTH] > MAX_DEPTH:
        return NONE
    bit = int64(1) << state[DEPTH]
    state[LISTS] = state[LISTS] | bit if is_list else state[LISTS] & ~bit
    return space_end(raw, at + 1)


@inner
def _close(raw: Raw, at: int, grammar: Grammar, plans: Plans, room: Room) -> int:
    """Leave the object or list that ends at ``at``; returns where the next token stands."""
    state = room.state
    if _is_known(grammar, room):
        if state[SCOPE] == _LINE and not add_line(raw, grammar, plans, room):
            return NONE
        state[SCOPE] = grammar.parents[state[SCOPE]]
    state[DEPTH] -= 1
    return space_end(raw, at + 1)


@inner
def _member(raw: Raw, at: int, end: int, grammar: Grammar, room: Room) -> int:
    """Read the name of the member at ``at`` (entries of lists have none); returns where its value stands."""
    state = room.state
    state[SYMBOL] = _ENTRY
    if _in_list(room):
        return at
    known = _is_known(grammar, room)
    stop = string_end(raw, at + 1, end, known) if byte_at(raw.text, at) == 34 else NONE
    if stop == NONE:
        return NONE
    if known:
        state[SYMBOL] = symbol_of(raw, at + 1, stop - 1, grammar)
        state[NAME_START], state[NAME_END] = at + 1, stop - 1
        if state[SCOPE] == _TRAITS and not is_new_trait(raw, room):
            return NONE
    at = space_end(raw, stop)
    return space_end(raw, at + 1) if byte_at(raw.text, at) == 58 else NONE


@inner
def _scalar(raw: Raw, at: int, end: int, grammar: Grammar, plans: Plans, room: Room) -> int:
    """Read the string, number, flag or null at ``at``; returns where the next token stands."""
    state = room.state
    of_traits = state[SCOPE] == _TRAITS
    wanted = (state[SYMBOL] != UNKNOWN or of_traits) and _is_known(grammar, room)
    stop = scalar_end(raw, at, end, wanted)
    if stop == NONE:
        return NONE
    if wanted:
        if state[SYMBOL] == _ENTRY or (state[SYMBOL] != UNKNOWN and not _keep(at, stop, room)):
            return NONE
        if of_traits and not add_trait(raw, at, stop, plans, room):
            return NONE
    return space_end(raw, stop)


@inner
def walk(raw: Raw, at: int, end: int, grammar: Grammar, plans: Plans, room: Room) -> int:
    """Index after the record that begins at ``at`` and the white space that follows it."""
    state = room.state
    state[DEPTH], state[SCOPE], state[SYMBOL] = 0, _OUTSIDE, _ENTRY
    while at < end:
        if byte_at(raw.text, at) == 123 or byte_at(raw.text, at) == 91:
            at = _open(raw, at, grammar, room)
            if at == NONE:
                return NONE
            if byte_at(raw.text, at) != (93 if _in_list(room) else 125):
                at = _member(raw, at, end, grammar, room)
                if at == NONE:
                    return NONE
                continue
        else:
            at = _scalar(raw, at, end, grammar, plans, room)
            if at == NONE:
                return NONE
        while byte_at(raw.text, at) == (93 if _in_list(room) else 125):
            at = _close(raw, at, grammar, plans, room)
            if at == NONE or state[DEPTH] == 0:
                return at
        if byte_at(raw.text, at) != 44:
            return NONE
        at = _member(raw, space_end(raw, at + 1), end, grammar, room)
        if at == NONE:
            return NONE
    return NONE
