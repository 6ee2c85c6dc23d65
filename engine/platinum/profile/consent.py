"""Consent and objections: the newest statement per purpose and channel, and what follows from all of them."""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner, kernel
from platinum.profile.consent_summary import SUMMARY_DENIED, is_forgotten, is_newer, is_summary, make_room, put_summary, refusal_in
from platinum.profile.entries import MAX_CONSENTS
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Purpose

GRANTED, WITHDRAWN_OBJECTION, DENIED, OBJECTED = 1, 2, -1, -2
_ALL, _PROFILING = int(Purpose.ALL), constant(Purpose.PROFILING)


@inner
def state_consent(row: Record, purpose: int, channel: int, state: int, at_ms: int, offset: int) -> None:
    """Fold one statement; ``channel`` 0 means all channels. Newest event time wins, then the later record.

    A full row gives up grants before anything else, and then sums up a purpose (``consent_summary``): losing detail may only ever lead to
    less contact.
    """
    at_s = max(at_ms, 0) // 1000
    if is_summary(state):
        put_summary(row, purpose, state, at_s, offset)
        return
    if state > 0 and is_forgotten(row, purpose, at_s, offset):
        return
    at = _find(row, purpose, channel)
    if at < 0:
        if row["n_consents"] == MAX_CONSENTS and not make_room(row, state == GRANTED):
            return
        at = wide(row["n_consents"])
        row["n_consents"] += 1
    elif is_newer(wide(row["consents"][at]["at_s"]), wide(row["consents"][at]["evidence_offset"]), at_s, offset):
        return
    entry = row["consents"][at]
    entry["evidence_offset"] = offset
    entry["at_s"] = np.uint32(at_s)
    entry["channel"] = channel
    entry["purpose"] = purpose
    entry["state"] = state


@inner
def _find(row: Record, purpose: int, channel: int) -> int:
    consents = row["consents"]
    for i in range(wide(row["n_consents"])):
        if consents[i]["purpose"] == purpose and consents[i]["channel"] == channel and not is_summary(wide(consents[i]["state"])):
            return i
    return -1


@inner
def _rank(entry: Record, purpose: int, channel: int) -> int:
    """How specifically an entry speaks about (purpose, channel): 4 exactly ... 1 about everything, 0 not at all."""
    if entry["purpose"] != purpose and entry["purpose"] != _ALL:
        return 0
    if is_summary(wide(entry["state"])):
        return 4 if entry["state"] < 0 else 0
    if entry["channel"] != channel and entry["channel"] != 0:
        return 0
    return 1 + 2 * wide(entry["purpose"] == purpose) + wide(entry["channel"] == channel)


@kernel
def standing(row: Record, purpose: int, channel: int) -> tuple[int, int]:
    """What the customer has said about a purpose on a channel (name hash; 0 = in general).

    Returns
    -------
    (int, int)
        1 granted, 0 never said, -1 denied, -2 objected; and the offset of the record that says so (-1 = none).

    Notes
    -----
    Entries for all channels or for purpose ALL speak about this one too. A refusal stands unless a permission that
    is at least as specific is newer, so a general "yes" never lifts an unsubscribe from one channel.
    """
    consents = row["consents"]
    state, evidence, granted = 0, -1, 0
    for i in range(wide(row["n_consents"])):
        rank = _rank(consents[i], purpose, channel)
        if rank == 0:
            continue
        said = refusal_in(wide(consents[i]["state"]))
        if consents[i]["state"] == GRANTED and state == 0 and rank > granted:
            granted, evidence = rank, wide(consents[i]["evidence_offset"])
        if said < state and not _lifted(row, i, rank, purpose, channel):
            state, evidence = said, wide(consents[i]["evidence_offset"])
    if state < 0:
        return state, evidence
    return (1, evidence) if granted > 0 else (0, -1)


@inner
def denied_here(row: Record, purpose: int, channel: int) -> bool:
    """Whether a denial that names this very channel stands: "not here", where one in general is about being contacted.

    A summary counts as one that names every channel.
    """
    consents = row["consents"]
    for i in range(wide(row["n_consents"])):
        rank, state = _rank(consents[i], purpose, channel), wide(consents[i]["state"])
        here = state <= SUMMARY_DENIED or (state == DENIED and consents[i]["channel"] == channel)
        if rank > 0 and here and not _lifted(row, i, rank, purpose, channel):
            return True
    return False


@inner
def may_profile(row: Record, channel: int) -> bool:
    """Whether the person may be scored: no objection to profiling or to everything, no denial of profiling itself.

    A denial of everything on a channel ("unsubscribe") is about being contacted there and says nothing of profiling.
    """
    said, _ = standing(row, _PROFILING, channel)
    if said != DENIED:
        return said != OBJECTED
    for i in range(row["n_consents"]):
        entry = row["consents"][i]
        here = entry["channel"] == channel or entry["channel"] == 0
        if entry["purpose"] == _PROFILING and (entry["state"] == DENIED or entry["state"] == SUMMARY_DENIED) and here:
            return False
    return True


@inner
def _lifted(row: Record, refusal: int, rank: int, purpose: int, channel: int) -> bool:
    """Whether a newer permission that says at least as much about purpose and about channel lifts entry ``refusal``.

    A permission for one purpose on all channels does not outrank a refusal of everything on one channel: neither is
    the more specific. A withdrawn objection lifts objections, it is no consent that was given after all.
    """
    consents = row["consents"]
    no, exact = consents[refusal], rank - 1  # bit 1: says the purpose, bit 0: says the channel
    for i in range(wide(row["n_consents"])):
        yes = consents[i]
        if yes["state"] <= 0 or (yes["state"] == WITHDRAWN_OBJECTION and no["state"] != OBJECTED):
            continue
        newer = is_newer(wide(yes["at_s"]), wide(yes["evidence_offset"]), wide(no["at_s"]), wide(no["evidence_offset"]))
        said = _rank(yes, purpose, channel)
        if newer and said > 0 and (said - 1) & exact == exact:
            return True
    return False
