"""Trust: did we keep our word, say our terms clearly and make right what went wrong (treatment-formulas 3.7).

T = (kept · terms · recovery)^⅓, a geometric mean: where one is lacking, the others do not make up for it. Each part is drawn to the
rate of all customers with a weight of 5, and none is known before the firm has 20 observations of it (``pipeline.learned``).
"""

from __future__ import annotations

import numpy as np

from platinum.jit import inner, kernel
from platinum.policy.tables import Tables
from platinum.profile.decay import add_decayed, decayed
from platinum.profile.entries import STATE_AGAIN, STATE_COUNTED, STATE_IN_TIME, STATE_OURS, STATE_RIGHT
from platinum.profile.facts import tell, tell_of
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import ActionType, Fact

_OFFER = int(ActionType.OFFER)
_RECOVERY, _TERMS = int(Fact.RECOVERY), int(Fact.TERMS)
#: Weight of what is known of everybody, against what is known of this person.
WEIGHT = 5.0
#: A part, or the index, that is not known yet.
UNKNOWN = -1.0
#: From 1 down to 1e-6 Newton's steps for a cube root need at most so many.
_STEPS = 60


@inner
def _add(row: Record, terms: tuple[float, float], cases: tuple[float, float], at_ms: int, tables: Tables) -> None:
    """Add to the four sums, which share one clock."""
    half_life_ms, as_of_ms = tables.settings[0]["promise_half_life_ms"], wide(row["trust_as_of_ms"])
    row["offers"] = add_decayed(row["offers"], as_of_ms, terms[0], at_ms, half_life_ms)
    row["clarity"] = add_decayed(row["clarity"], as_of_ms, terms[1], at_ms, half_life_ms)
    row["cases"] = add_decayed(row["cases"], as_of_ms, cases[0], at_ms, half_life_ms)
    row["righted"] = add_decayed(row["righted"], as_of_ms, cases[1], at_ms, half_life_ms)
    row["trust_as_of_ms"] = max(as_of_ms, at_ms)


@inner
def read_terms(row: Record, more: Record, action: Record, n: float, at_ms: int, tables: Tables) -> None:
    """An offer met the customer (``n`` 1), or came back (−1): how clear its terms are counts."""
    if action["type"] != _OFFER:
        return
    clear = n * float(action["clarity"])
    _add(row, (n, clear), (0.0, 0.0), at_ms, tables)
    tell_of(more, _TERMS, wide(action["name"]), at_ms, n, clear)


@inner
def _count_case(row: Record, more: Record, entry: Record, ended_ms: int, said: float, right: float, tables: Tables) -> None:
    _add(row, (0.0, 0.0), (said, right), wide(entry["made_ms"]), tables)
    tell(more, _RECOVERY, entry, ended_ms, said, right)


@inner
def case_ended(row: Record, more: Record, entry: Record, at_ms: int, in_time: bool, tables: Tables) -> None:
    """A case of ours was closed, or (``in_time`` false) its deadline came: from now on it counts, as not made right so far."""
    state = wide(entry["state"])
    if state & STATE_OURS == 0:
        return
    if state & STATE_COUNTED == 0:
        _count_case(row, more, entry, at_ms, 1.0, 0.0, tables)
    entry["state"] = state | STATE_COUNTED | (STATE_IN_TIME if in_time and state & STATE_AGAIN == 0 else 0)


@inner
def count_from(row: Record, entry: Record, made_ms: int, tables: Tables) -> None:
    """A case turns out to be older than what was heard of it first: what counts of it counts from ``made_ms``."""
    state = wide(entry["state"])
    n, right = 1.0 if state & STATE_COUNTED else 0.0, 1.0 if state & STATE_RIGHT else 0.0
    if n > 0.0:
        _add(row, (0.0, 0.0), (-n, -right), wide(entry["made_ms"]), tables)
        _add(row, (0.0, 0.0), (n, right), made_ms, tables)
    entry["made_ms"] = made_ms


@inner
def case_confirmed(row: Record, more: Record, entry: Record, at_ms: int, tables: Tables) -> None:
    """The customer says that it is right: it was, if it was closed in time and had not been closed once before."""
    state = wide(entry["state"])
    if state & STATE_IN_TIME == 0 or state & STATE_RIGHT != 0:
        return
    _count_case(row, more, entry, at_ms, 0.0, 1.0, tables)
    entry["state"] = state | STATE_RIGHT


@inner
def case_again(row: Record, more: Record, entry: Record, at_ms: int, tables: Tables) -> None:
    """It was opened once more: it had not been right."""
    state = wide(entry["state"])
    if state & STATE_RIGHT != 0:
        _count_case(row, more, entry, at_ms, 0.0, -1.0, tables)
    entry["state"] = state & ~(STATE_IN_TIME | STATE_RIGHT)


@inner
def _part(class_rate: float, n: float, good: float) -> float:
    return float((WEIGHT * class_rate + good) / (WEIGHT + n) if class_rate >= 0.0 else UNKNOWN)


@kernel
def kept_part(row: Record, now_ms: int, tables: Tables) -> float:
    """SDR: share of promises kept; ``UNKNOWN`` before the firm knows its own."""
    life_ms, as_of_ms = tables.settings[0]["promise_half_life_ms"], wide(row["said_as_of_ms"])
    said, kept = decayed(row["said"], as_of_ms, now_ms, life_ms), decayed(row["kept"], as_of_ms, now_ms, life_ms)
    return _part(tables.settings[0]["trust_kept"], said, kept)


@kernel
def terms_part(row: Record, now_ms: int, tables: Tables) -> float:
    """TT: mean clarity of the terms of what this person was offered."""
    life_ms, as_of_ms = tables.settings[0]["promise_half_life_ms"], wide(row["trust_as_of_ms"])
    n, clear = decayed(row["offers"], as_of_ms, now_ms, life_ms), decayed(row["clarity"], as_of_ms, now_ms, life_ms)
    return _part(tables.settings[0]["trust_terms"], n, clear)


@kernel
def recovery_part(row: Record, now_ms: int, tables: Tables) -> float:
    """RR: share of cases of ours that were closed in time and that the customer confirmed."""
    life_ms, as_of_ms = tables.settings[0]["promise_half_life_ms"], wide(row["trust_as_of_ms"])
    n, right = decayed(row["cases"], as_of_ms, now_ms, life_ms), decayed(row["righted"], as_of_ms, now_ms, life_ms)
    return _part(tables.settings[0]["trust_recovery"], n, right)


@kernel
def cube_root(x: float) -> float:
    """x^⅓ of 0 ≤ x ≤ 1 by Newton's steps: + × / alone give the same bits everywhere."""
    if x < 1e-18:
        return 0.0
    y = 1.0
    for _ in range(_STEPS):
        y = (2.0 * y + x / (y * y)) / 3.0
    return y


@kernel
def trust_index(kept: float, terms: float, recovery: float) -> float:
    """T of three parts, ``UNKNOWN`` while one of them is."""
    if kept < 0.0 or terms < 0.0 or recovery < 0.0:
        return UNKNOWN
    return cube_root(kept * terms * recovery)


@kernel
def trust_field(row: Record, now_ms: int, tables: Tables) -> float:
    """T for conditions: NaN while it is unknown."""
    index = trust_index(kept_part(row, now_ms, tables), terms_part(row, now_ms, tables), recovery_part(row, now_ms, tables))
    return index if index >= 0.0 else np.nan
