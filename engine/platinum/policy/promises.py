"""``promises``: classes, and the events of the firm's own from which promises are derived."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from platinum.policy import tables as t
from platinum.policy.arrays import records
from platinum.policy.declared import Names, Values, kept
from platinum.policy.problems import Problems
from platinum.policy.promise_classes import LATE_MS, NOTICE_MS, classes_of
from platinum.policy.yaml_tree import Path
from platinum.vocabulary.codes import N_KINDS, Kind
from platinum.vocabulary.table import BY_NAME, SNAKE

_OPENS, _TOUCHES = 1, 2
#: Events that are about something open whatever the policy says: kind → ``Tables.ledger``.
_ALWAYS = {
    Kind.PROMISE_MADE: _OPENS | _TOUCHES,
    Kind.PROMISE_KEPT: _TOUCHES,
    Kind.PROMISE_RENEGOTIATED: _TOUCHES,
    Kind.FAILURE_REPORTED: _OPENS | _TOUCHES,
    Kind.COMPLAINT_MADE: _OPENS | _TOUCHES,
    Kind.CASE_OPENED: _OPENS | _TOUCHES,
    Kind.CASE_CLOSED: _TOUCHES,
    Kind.CASE_CONFIRMED: _TOUCHES,
    Kind.SURVEY_ANSWERED: _OPENS | _TOUCHES,
    Kind.FEEDBACK_ACTED_ON: _TOUCHES,
    Kind.FEEDBACK_REPORTED_BACK: _TOUCHES,
    Kind.ORDER_CANCELLED: _TOUCHES,
    Kind.ORDER_REFUNDED: _TOUCHES,
    Kind.CONTACT_RESOLVED: _TOUCHES,
}


def promises(values: Values, names: Names, problems: Problems) -> tuple[tuple[str, ...], NDArray[np.void]]:
    """Names of the classes, and PROMISE[*]."""
    rows = []
    for name, spec in classes_of(values).items():
        at: Path = ("promises", name)
        kind, from_event = _made_by(spec, (*at, "made_by"), problems)
        if kind and not from_event and "within" not in spec:
            problems.add(at, "lacks 'within': how long after the event it is due, such as 24h")
        rows.append(
            {
                "within_ms": spec.get("within", 0),
                "grace_ms": spec.get("grace", 0),
                "notice_ms": spec.get("notice", NOTICE_MS),
                "kept_by": sum(1 << Kind[event.upper()] for event in dict.fromkeys(kept(spec.get("kept_by")))),
                "late_ms": spec.get("late", LATE_MS),
                "weight": spec.get("weight", 1.0),
                "name": names.add(name, at),
                "owner": names.add(spec["owner"], (*at, "owner")) if "owner" in spec else 0,
                "made_by": kind,
                "from_event": from_event,
            }
        )
    return tuple(classes_of(values)), records(t.PROMISE, rows)


def _made_by(spec: Values, at: Path, problems: Problems) -> tuple[int, int]:
    """(kind, whether the event says when it is due); (0, 0) when no event makes it."""
    event, _, prop = str(spec.get("made_by", "")).partition(".")
    if not event:
        return 0, 0
    if event not in SNAKE:
        problems.unknown(at, event, SNAKE, "event")
        return 0, 0
    known = BY_NAME[SNAKE[event]].properties
    if prop and not any(one.name == prop and one.how == "epoch_ms" and one.register == "high" for one in known):
        times = [one.name for one in known if one.how == "epoch_ms"]
        problems.unknown(at, prop, times, f"time of {SNAKE[event]}")
        return 0, 0
    return int(Kind[event.upper()]), int(bool(prop))


def ledger_kinds(rows: NDArray[np.void], calls_back: bool = False) -> NDArray[np.uint8]:
    """``Tables.ledger``; ``calls_back``: a request may be one to be called back."""
    found = np.zeros(N_KINDS, np.uint8)
    for kind, bits in _ALWAYS.items():
        found[kind] = bits
    if calls_back:
        found[Kind.REQUEST_MADE] |= _OPENS | _TOUCHES
        found[Kind.REQUEST_ANSWERED] |= _TOUCHES
    for row in rows:
        if row["made_by"]:
            found[row["made_by"]] |= _OPENS | _TOUCHES
        for number in range(63):
            if int(row["kept_by"]) >> number & 1:
                found[number] |= _TOUCHES
    return found
