"""Journeys: contacts of one person about one intent without a pause of seven days (treatment-formulas 3.3).

Which events make one journey is a matter of their own times alone, so any order of arrival within the lateness window gives the
same journeys: an event that lies between two of them makes one of both, and one that is over is kept as long as events may be late.
What is not so: a fifth open journey closes the oldest, a fifth channel is counted with the fourth, and an event that names no intent
joins the journey that was the last then.
"""

from __future__ import annotations

from platinum.jit import constant, inner
from platinum.policy.tables import Tables
from platinum.profile.effort import GAP_MS, add_index, add_sums
from platinum.profile.entries import MAX_JOURNEY_CHANNELS, MAX_JOURNEYS
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Kind

_STARTED, _TRANSFERRED, _RESOLVED = int(Kind.CONTACT_STARTED), int(Kind.CONTACT_TRANSFERRED), int(Kind.CONTACT_RESOLVED)
_REQUEST, _WAITED, _FORM_ERROR = int(Kind.REQUEST_MADE), int(Kind.WAITED), int(Kind.FORM_ERROR)
_SELF_SERVICE, _REFUSED, _AGAIN = int(Kind.SELF_SERVICE_FAILED), int(Kind.REQUEST_REFUSED), int(Kind.ASKED_AGAIN)
_ALL = (_STARTED, _TRANSFERRED, _RESOLVED, _REQUEST, _WAITED, _FORM_ERROR, _SELF_SERVICE, _REFUSED, _AGAIN)
#: Bit mask of the kinds that belong to a journey.
_OF_A_JOURNEY = constant(sum(1 << kind for kind in _ALL))
_UNNAMED = constant(0)
_MOST = constant(255)
_FOREVER_S = constant(0xFFFFFFFF)


@inner
def fold_journey(row: Record, event: Record, tables: Tables) -> None:
    """Fold one event into the journey that it belongs to, if it belongs to any."""
    kind, at_ms = wide(event["kind"]), wide(event["occurred_ms"])
    if row["n_journeys"] > 0:
        _close_over(row, wide(event["record_ms"]) - wide(tables.settings[0]["early_ms"]), tables)
    if kind > 62 or _OF_A_JOURNEY >> kind & 1 == 0:
        return
    journey = row["journeys"][_journey_of(row, wide(event["name_a"]), at_ms, at_ms, tables)]
    journey["first_ms"], journey["last_ms"] = min(wide(journey["first_ms"]), at_ms), max(wide(journey["last_ms"]), at_ms)
    _meet_process(row, journey, wide(event["name_b"]), at_ms // 1000)
    k = _place_of(journey, wide(event["channel"]))
    if kind == _STARTED:
        journey["started"][k] = _more(wide(journey["started"][k]), 1)
    elif kind == _REQUEST:
        journey["requests"][k] = _more(wide(journey["requests"][k]), 1)
    elif kind == _WAITED:
        journey["waited_s"] = min(wide(journey["waited_s"]) + wide(min(max(event["low"], 0.0), 1e6) * 60.0 + 0.5), _FOREVER_S)
    else:
        _count_trouble(journey, kind)


@inner
def _count_trouble(journey: Record, kind: int) -> None:
    if kind == _TRANSFERRED:
        journey["transfers"] = _more(wide(journey["transfers"]), 1)
    elif kind == _AGAIN:
        journey["asked_again"] = _more(wide(journey["asked_again"]), 1)
    elif kind == _REFUSED:
        journey["refusals"] = _more(wide(journey["refusals"]), 1)
    elif kind == _SELF_SERVICE:
        journey["self_service"] = _more(wide(journey["self_service"]), 1)
    elif kind == _FORM_ERROR:
        journey["form_errors"] = _more(wide(journey["form_errors"]), 1)


@inner
def _more(count: int, n: int) -> int:
    return min(count + n, wide(_MOST))


@inner
def _meet_process(row: Record, journey: Record, process: int, at_s: int) -> None:
    """The newest process wins, of two in one second the one with the larger hash: the order of arrival does not matter."""
    if process == 0:
        return
    if at_s > journey["process_s"] or (at_s == journey["process_s"] and process > journey["process"]):
        journey["process"], journey["process_s"] = process, at_s
    if at_s > row["last_process_s"] or (at_s == row["last_process_s"] and process > row["last_process"]):
        row["last_process"], row["last_process_s"] = process, at_s


@inner
def _place_of(journey: Record, channel: int) -> int:
    """Place of a channel in a journey; one more than there is room for shares the last."""
    n = wide(journey["n_channels"])
    for k in range(n):
        if journey["channels"][k] == channel:
            return k
    if n == MAX_JOURNEY_CHANNELS:
        return n - 1
    journey["channels"][n] = channel
    journey["n_channels"] = n + 1
    return n


@inner
def _is_near(journey: Record, from_ms: int, to_ms: int) -> bool:
    return bool(from_ms < journey["last_ms"] + GAP_MS and to_ms > journey["first_ms"] - GAP_MS)


@inner
def _journey_of(row: Record, intent: int, from_ms: int, to_ms: int, tables: Tables) -> int:
    """Index of the journey that what happened from one instant to another belongs to; those that it connects become one."""
    at, latest = -1, -1
    for i in range(wide(row["n_journeys"]) - 1, -1, -1):
        journey = row["journeys"][i]
        if not _is_near(journey, from_ms, to_ms):
            continue
        if latest < 0 or journey["last_ms"] > row["journeys"][latest]["last_ms"]:
            latest = i
        if journey["intent"] == intent:
            if at >= 0:
                absorb(journey, row["journeys"][at])
                remove_journey(row, at)
            at = i
    if at < 0 and intent == _UNNAMED:
        at = latest
    return at if at >= 0 else _begin(row, intent, from_ms, tables)


@inner
def _begin(row: Record, intent: int, at_ms: int, tables: Tables) -> int:
    """A new journey; if there is no room, the one whose last event is the oldest is over."""
    at = wide(row["n_journeys"])
    if at == MAX_JOURNEYS:
        at = 0
        for i in range(1, MAX_JOURNEYS):
            if row["journeys"][i]["last_ms"] < row["journeys"][at]["last_ms"]:
                at = i
        close_journey(row, at, tables)
        at = MAX_JOURNEYS - 1
    row["n_journeys"] = at + 1
    journey = row["journeys"][at]
    _empty(journey)
    journey["intent"], journey["first_ms"], journey["last_ms"] = intent, at_ms, at_ms
    return at


@inner
def _empty(journey: Record) -> None:
    journey["process"], journey["process_s"], journey["waited_s"], journey["n_channels"], journey["state"] = 0, 0, 0, 0, 0
    journey["transfers"], journey["asked_again"], journey["refusals"] = 0, 0, 0
    journey["self_service"], journey["form_errors"] = 0, 0
    for k in range(MAX_JOURNEY_CHANNELS):
        journey["channels"][k], journey["started"][k], journey["requests"][k] = 0, 0, 0


@inner
def absorb(journey: Record, other: Record) -> None:
    """Make one journey of two: counts add up, the newest process wins, what was done for one was done for both."""
    journey["first_ms"] = min(wide(journey["first_ms"]), wide(other["first_ms"]))
    journey["last_ms"] = max(wide(journey["last_ms"]), wide(other["last_ms"]))
    same = other["process_s"] == journey["process_s"] and other["process"] > journey["process"]
    if other["process_s"] > journey["process_s"] or same:
        journey["process"], journey["process_s"] = other["process"], other["process_s"]
    journey["waited_s"] = min(wide(journey["waited_s"]) + wide(other["waited_s"]), _FOREVER_S)
    for j in range(wide(other["n_channels"])):
        k = _place_of(journey, wide(other["channels"][j]))
        journey["started"][k] = _more(wide(journey["started"][k]), wide(other["started"][j]))
        journey["requests"][k] = _more(wide(journey["requests"][k]), wide(other["requests"][j]))
    journey["transfers"] = _more(wide(journey["transfers"]), wide(other["transfers"]))
    journey["asked_again"] = _more(wide(journey["asked_again"]), wide(other["asked_again"]))
    journey["refusals"] = _more(wide(journey["refusals"]), wide(other["refusals"]))
    journey["self_service"] = _more(wide(journey["self_service"]), wide(other["self_service"]))
    journey["form_errors"] = _more(wide(journey["form_errors"]), wide(other["form_errors"]))
    journey["state"] = wide(journey["state"]) | wide(other["state"])


@inner
def copy_journey(a: Record, b: Record) -> None:
    """Write ``a`` over ``b``."""
    _empty(b)
    b["intent"], b["first_ms"], b["last_ms"] = a["intent"], a["first_ms"], a["last_ms"]
    absorb(b, a)


@inner
def remove_journey(row: Record, at: int) -> None:
    """Take journey ``at`` out; the last takes its place."""
    last = wide(row["n_journeys"]) - 1
    if at != last:
        copy_journey(row["journeys"][last], row["journeys"][at])
    row["n_journeys"] = last


@inner
def close_journey(row: Record, at: int, tables: Tables) -> None:
    """Journey ``at`` is over: what is left of it is its effort, which fades from its last event on."""
    add_index(row, row["journeys"][at], tables)
    remove_journey(row, at)


@inner
def _close_over(row: Record, now_ms: int, tables: Tables) -> None:
    """Close journeys that no event from ``now_ms`` on could belong to."""
    for i in range(wide(row["n_journeys"]) - 1, -1, -1):
        if row["journeys"][i]["last_ms"] + GAP_MS <= now_ms:
            close_journey(row, i, tables)


@inner
def take_over(row: Record, other: Record, tables: Tables) -> None:
    """Add the journeys of another row of the same person: as if both histories had been folded into one."""
    for i in range(wide(other["n_journeys"])):
        theirs = other["journeys"][i]
        at = _journey_of(row, wide(theirs["intent"]), wide(theirs["first_ms"]), wide(theirs["last_ms"]), tables)
        absorb(row["journeys"][at], theirs)
    add_sums(row, other, tables)
