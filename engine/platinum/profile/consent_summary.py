"""What a full list of consents cannot tell apart any more: one summary per purpose stands for what was said about it.

A summary refuses every channel, as though each had been named with exactly this purpose, and nothing but a newer grant of exactly that
purpose and channel lifts it there. So it is at least as strict as each of the statements that it stands for. Of a permission that it
stands for nothing is left but the time: an older word that arrives late does not come back to life.
"""

from __future__ import annotations

import numpy as np

from platinum.jit import inner
from platinum.profile.entries import MAX_CONSENTS
from platinum.profile.row import Record, wide

#: ``CONSENT.state`` of a summary, the strictest last: of withdrawn objections alone; with a denial; with an objection among them.
SUMMARY_SILENT, SUMMARY_DENIED, SUMMARY_OBJECTED = 3, -3, -4
_GRANTED, _DENIED = 1, -1


@inner
def is_summary(state: int) -> bool:
    """Whether an entry of this state is a summary."""
    return state >= SUMMARY_SILENT or state <= SUMMARY_DENIED


@inner
def refusal_in(state: int) -> int:
    """-1 = an entry of this state is a denial, -2 = an objection, 0 = neither; a summary is what is strictest in it."""
    if state <= SUMMARY_DENIED:
        return state - SUMMARY_DENIED + _DENIED
    return min(state, 0)


@inner
def is_newer(at_s: int, offset: int, other_s: int, other_offset: int) -> bool:
    """Whether the first of two statements counts: newest event time, of two in one second the later record."""
    return at_s > other_s or (at_s == other_s and offset > other_offset)


@inner
def is_forgotten(row: Record, purpose: int, at_s: int, offset: int) -> bool:
    """Whether a permission is as old as what the summary of its purpose stands for, which may have been a newer word about it."""
    at = _find_summary(row, purpose)
    if at < 0:
        return False
    entry = row["consents"][at]
    return not is_newer(at_s, offset, wide(entry["at_s"]), wide(entry["evidence_offset"]))


@inner
def make_room(row: Record, for_grant: bool) -> bool:
    """Make room for another statement in a full list; False = there is none for a grant.

    The oldest grant goes first, and a grant finds room in no other way. Where there is none, the purpose about which most was said is
    summed up: 16 entries are about 7 purposes at most, so this always frees some.
    """
    at = _oldest_grant(row)
    if at >= 0:
        _take_out(row, at)
    elif not for_grant:
        _sum_up(row, _most_said(row))
    return bool(row["n_consents"] < MAX_CONSENTS)


@inner
def put_summary(row: Record, purpose: int, state: int, at_s: int, offset: int) -> None:
    """Enter a summary that another row of the same person has: permissions that are no newer may be what it has forgotten."""
    for i in range(wide(row["n_consents"]) - 1, -1, -1):
        entry = row["consents"][i]
        permits = entry["state"] > 0 and entry["state"] < SUMMARY_SILENT
        newer = is_newer(wide(entry["at_s"]), wide(entry["evidence_offset"]), at_s, offset)
        if entry["purpose"] == purpose and permits and not newer:
            _take_out(row, i)
    full = _find_summary(row, purpose) < 0 and row["n_consents"] == MAX_CONSENTS
    if full and not make_room(row, False):
        return
    at = _find_summary(row, purpose)
    if at < 0:
        at = wide(row["n_consents"])
        row["n_consents"] += 1
    else:
        held = row["consents"][at]
        state = min(state, wide(held["state"]))
        if not is_newer(at_s, offset, wide(held["at_s"]), wide(held["evidence_offset"])):
            at_s, offset = wide(held["at_s"]), wide(held["evidence_offset"])
    _write(row["consents"][at], purpose, state, at_s, offset)


@inner
def _sum_up(row: Record, purpose: int) -> None:
    """Make one summary of every entry about ``purpose``, as strict and as new as any of them."""
    state, at_s, offset = SUMMARY_SILENT, 0, -1
    for i in range(wide(row["n_consents"]) - 1, -1, -1):
        entry = row["consents"][i]
        if entry["purpose"] != purpose:
            continue
        refusal = refusal_in(wide(entry["state"]))
        if refusal != 0:
            state = min(state, refusal - _DENIED + SUMMARY_DENIED)
        if is_newer(wide(entry["at_s"]), wide(entry["evidence_offset"]), at_s, offset):
            at_s, offset = wide(entry["at_s"]), wide(entry["evidence_offset"])
        _take_out(row, i)
    at = wide(row["n_consents"])
    row["n_consents"] += 1
    _write(row["consents"][at], purpose, state, at_s, offset)


@inner
def _write(entry: Record, purpose: int, state: int, at_s: int, offset: int) -> None:
    entry["evidence_offset"] = offset
    entry["at_s"] = np.uint32(at_s)
    entry["channel"] = 0
    entry["purpose"] = purpose
    entry["state"] = state


@inner
def _find_summary(row: Record, purpose: int) -> int:
    consents = row["consents"]
    for i in range(wide(row["n_consents"])):
        if consents[i]["purpose"] == purpose and is_summary(wide(consents[i]["state"])):
            return i
    return -1


@inner
def _oldest_grant(row: Record) -> int:
    consents = row["consents"]
    best = -1
    for i in range(wide(row["n_consents"])):
        if consents[i]["state"] == _GRANTED and (best < 0 or consents[i]["at_s"] < consents[best]["at_s"]):
            best = i
    return best


@inner
def _most_said(row: Record) -> int:
    """The purpose of which there are most entries; of several the first."""
    consents, n = row["consents"], wide(row["n_consents"])
    purpose, most = wide(consents[0]["purpose"]), 0
    for i in range(n):
        same = 0
        for j in range(n):
            same += wide(consents[j]["purpose"] == consents[i]["purpose"])
        if same > most:
            purpose, most = wide(consents[i]["purpose"]), same
    return purpose


@inner
def _take_out(row: Record, at: int) -> None:
    """Take entry ``at`` out; the last one takes its place."""
    row["n_consents"] -= 1
    taken, last = row["consents"][at], row["consents"][wide(row["n_consents"])]
    taken["evidence_offset"] = last["evidence_offset"]
    taken["at_s"] = last["at_s"]
    taken["channel"] = last["channel"]
    taken["purpose"] = last["purpose"]
    taken["state"] = last["state"]
