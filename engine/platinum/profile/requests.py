"""Which request an answer is for, where it does not say so by id: by what was asked for, and not another one."""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner
from platinum.profile.obligations import bring_held, held, n_held
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Kind, Obligation

_REQUEST = int(Obligation.REQUEST)
_K_ANSWERED, _K_REFUSED = constant(Kind.REQUEST_ANSWERED), constant(Kind.REQUEST_REFUSED)
_NO_REF = np.uint64(0)
#: A 32-bit float holds whole numbers of 24 bits.
_BITS, _NOT_NONE = constant(0xFFFFFF), constant(1)
#: How well a request fits: it is about the same, it does not say what it is about, it is about something else.
_SAME, _UNSAID, _OTHER = constant(0), constant(1), constant(2)


@inner
def mark_of(number: int) -> float:
    """24 bits of a hash, kept in ``amount`` of a request (its intent) or of a promise to call back (who asked once more); 0 of none."""
    if number == 0:
        return 0.0
    bits = number & _BITS
    return float(bits) if bits != 0 else float(_NOT_NONE)


@inner
def names_request(event: Record) -> bool:
    """Whether the id of an event is that of a request; contacts have ids of their own."""
    return bool((event["kind"] == _K_ANSWERED or event["kind"] == _K_REFUSED) and event["ref"] != _NO_REF)


@inner
def _fit(entry: Record, event: Record, name: int) -> int:
    if entry["kind"] != _REQUEST or entry["name"] != name or entry["made_ms"] > event["occurred_ms"]:
        return int(_OTHER)
    if names_request(event) and entry["ref"] != _NO_REF:
        return int(_OTHER)  # each has an id, and they differ
    intent = mark_of(wide(event["name_a"]))
    if intent == 0.0 or entry["amount"] == intent:
        return int(_SAME)
    return int(_UNSAID) if entry["amount"] == 0.0 else int(_OTHER)


@inner
def request_for(row: Record, more: Record, event: Record, name: int) -> int:
    """The request of class ``name`` that fits an answer best, of equals the oldest, brought into the row; -1 = none fits."""
    found, fit, made_ms = -1, int(_OTHER), wide(event["occurred_ms"]) + 1
    for i in range(n_held(row, more)):
        entry = held(row, more, i)
        one = _fit(entry, event, name)
        if one < fit or (one == fit and one != _OTHER and entry["made_ms"] < made_ms):
            found, fit, made_ms = i, one, wide(entry["made_ms"])
    return bring_held(row, more, found)
