"""Who has asked to be called back, and which answers are known, among what is kept in mind (``early.ASKED``, ``early.KEEPS``)."""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner
from platinum.profile.early import ASKED, KEEPS, early_at
from platinum.profile.obligations import bring_held, held, is_it, n_held
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Obligation

_EARLY = int(Obligation.EARLY)
_NO_REF, _EVER, _NOT_YET = np.uint64(0), constant(1 << 62), constant(-1)


@inner
def answered_since(row: Record, more: Record, ref: np.uint64, from_ms: int) -> int:
    """When the request was answered, as far as word of that has come; -1 = there is none, or it was asked once more since."""
    at = early_at(row, more, ref, KEEPS) if ref != _NO_REF else -1
    kept_ms = wide(row["obligations"][at]["made_ms"]) if at >= 0 else wide(_NOT_YET)
    return kept_ms if kept_ms >= from_ms else wide(_NOT_YET)


@inner
def next_asked(row: Record, more: Record, after_ms: int, now_ms: int) -> int:
    """The first request for a call-back that is kept in mind at ``now_ms`` and was made after ``after_ms``, brought here; -1 = none."""
    found, made_ms = -1, wide(_EVER)
    for i in range(n_held(row, more)):
        entry = held(row, more, i)
        asked = entry["kind"] == _EARLY and entry["name"] == ASKED and entry["due_ms"] > now_ms
        if asked and after_ms < entry["made_ms"] < made_ms:
            found, made_ms = i, wide(entry["made_ms"])
    return bring_held(row, more, found)


@inner
def first_answer_ms(row: Record, more: Record, from_ms: int) -> int:
    """The first answer to any request for a call-back that was made at ``from_ms`` or later, as far as is known; -1 = none."""
    first_ms = wide(_NOT_YET)
    for i in range(n_held(row, more)):
        asked = held(row, more, i)
        if asked["kind"] != _EARLY or asked["name"] != ASKED or asked["made_ms"] < from_ms:
            continue
        for j in range(n_held(row, more)):
            one = held(row, more, j)
            if is_it(one, _EARLY, asked["ref"], KEEPS) and one["made_ms"] >= asked["made_ms"] and not 0 <= first_ms <= one["made_ms"]:
                first_ms = wide(one["made_ms"])
    return first_ms


@inner
def asked_at(row: Record, more: Record, ref: np.uint64) -> int:
    """Which entry of ``n_held`` keeps a request for a call-back in mind, -1 = none."""
    for i in range(n_held(row, more)):
        if is_it(held(row, more, i), _EARLY, ref, ASKED):
            return i
    return -1


@inner
def asked_after(row: Record, more: Record, at_ms: int) -> bool:
    """Whether a request for a call-back that is kept in mind was made after ``at_ms``."""
    for i in range(n_held(row, more)):
        entry = held(row, more, i)
        if entry["kind"] == _EARLY and entry["name"] == ASKED and entry["made_ms"] > at_ms:
            return True
    return False
