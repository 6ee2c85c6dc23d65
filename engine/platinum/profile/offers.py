"""Offers: open until they are over, used once, and remembered after that, so that every channel can be told (design 6).

An offer stands under the id of the decision that made it. Offers of one action become one, when they cannot be taken back any more and
when one of them is used: it keeps the id of one of them, and is found by its action under the others.
"""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner
from platinum.profile.contacts import find_planned
from platinum.profile.elsewhere import account_of, is_of
from platinum.profile.entries import STATE_AGAIN, STATE_CLOSED
from platinum.profile.obligations import bring, close, find, open_one, take_out
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Obligation

_OFFER, _ANY, _NO_REF = int(Obligation.OFFER), constant(0), np.uint64(0)
_SETTLED, _IN_HAND = constant(0), constant(1)
_DAY_MS = 86_400_000
#: A used offer without an end is remembered for so long; any, for a day at least: a till that got no answer asks again.
KEPT_MS, KEPT_AT_LEAST_MS = constant(30 * _DAY_MS), constant(_DAY_MS)
_FOREVER = constant(1 << 62)
#: What a redemption found: nothing that holds; an offer that is now used, or was by the same receipt; one that another has used.
NOT_OPEN, USED, USED_BEFORE = constant(0), constant(1), constant(2)


@inner
def is_open(entry: Record, at_ms: int) -> bool:
    """Whether an obligation is an offer that holds at this time: neither used nor over."""
    return bool(entry["kind"] == _OFFER and wide(entry["state"]) & STATE_CLOSED == 0 and (entry["due_ms"] == 0 or entry["due_ms"] > at_ms))


@inner
def _may_mean(row: Record, entry: Record, action: int, when: tuple[int, int]) -> bool:
    """Whether an offer may be meant by another id than its own: it was there, the customer has it, and it is not over."""
    if entry["kind"] != _OFFER or entry["name"] != action or entry["made_ms"] > when[0]:
        return False
    if wide(entry["state"]) & STATE_CLOSED:
        return True
    planned = find_planned(row, entry["ref"])
    return bool(is_open(entry, when[1]) and (planned < 0 or row["planned"][planned]["outbound"] == 0))


@inner
def find_offer(row: Record, more: Record, ref: np.uint64, action: int, when: tuple[int, int]) -> int:
    """Index in the row of the offer, open or used, that decision ``ref`` made, whether or not it became one with others; -1 = none.

    Parameters
    ----------
    action : int
        Name hash of what was offered, 0 = not known. Of several offers of it, the newest that was there when the decision was made
        is meant: one made afterwards is another offer, and may be used besides.
    when : (int, int)
        When the decision was made, and when the offer is used: one that is over is only meant where there is no other.
    """
    at = find(row, more, _OFFER, ref, _ANY)
    if action == 0 or (at >= 0 and (wide(row["obligations"][at]["state"]) & STATE_CLOSED or is_open(row["obligations"][at], when[1]))):
        return at
    newest_ms = -_FOREVER
    for i in range(wide(row["n_obligations"])):
        if _may_mean(row, row["obligations"][i], action, when) and row["obligations"][i]["made_ms"] > newest_ms:
            at, newest_ms = i, wide(row["obligations"][i]["made_ms"])
    if row["more_open"] == 0 or row["more"] == 0:
        return at
    page, there = more[row["more"]], -1
    for j in range(wide(page["n"])):
        if _may_mean(row, page["entries"][j], action, when) and page["entries"][j]["made_ms"] > newest_ms:
            there, newest_ms = j, wide(page["entries"][j]["made_ms"])
    return bring(row, page, there) if there >= 0 else at


@inner
def offer(row: Record, more: Record, ref: np.uint64, made: tuple[int, int, int], action: int, until_ms: int) -> None:
    """An offer was made by decision ``ref``. ``made`` as ``source``.

    Those of the same action that cannot be taken back any more become one, which lives as long as the last of them. (Once the new one
    was merged into the old: when the old one was withdrawn, the new one was gone, although the customer had it.)
    """
    if find(row, more, _OFFER, ref, _ANY) >= 0:
        return  # a repeat: it must not be open again once it was used
    join(row, more, action, _NO_REF, _SETTLED)
    at = open_one(row, more, _OFFER, ref, until_ms, made)
    row["obligations"][at]["name"] = action


@inner
def join(row: Record, more: Record, action: int, into: np.uint64, which: int) -> int:
    """Make one of the open offers of an action in one role, here and in the second row; its index in the row, -1 = there is none.

    It lives as long as the last of them, is there since the first, and is no decision's alone: a contact that comes to nothing does
    not take it back.

    Parameters
    ----------
    into : uint64
        Id of one that is open, and that the others become one with; 0 = any.
    which : int
        ``_SETTLED``: those that cannot be taken back any more. ``_IN_HAND``: those that the customer has, answers over HTTP included.
    """
    account = account_of(row, into) if into != _NO_REF else wide(row["acting"])
    at = find(row, more, _OFFER, into, _ANY) if into != _NO_REF else _first(row, action, account, which)
    if row["more_open"] > 0 and row["more"] > 0:
        page = more[row["more"]]
        for j in range(wide(page["n"]) - 1, -1, -1):
            if j >= page["n"] or not _is_one(row, page["entries"][j], action, account, which):
                continue
            if at < 0:
                at = bring(row, page, j)
            else:
                _join(page["entries"][j], row["obligations"][at])
                take_out(row, page, j)
    for i in range(wide(row["n_obligations"]) - 1, -1, -1):
        if i != at and _is_one(row, row["obligations"][i], action, account, which):
            _join(row["obligations"][i], row["obligations"][at])
            if at == wide(row["n_obligations"]) - 1:
                at = i  # the last one takes the place of one that is taken out
            close(row, more, i)
    return at


@inner
def _first(row: Record, action: int, account: int, which: int) -> int:
    for i in range(wide(row["n_obligations"])):
        if _is_one(row, row["obligations"][i], action, account, which):
            return i
    return -1


@inner
def _is_one(row: Record, entry: Record, action: int, account: int, which: int) -> bool:
    if entry["kind"] != _OFFER or entry["name"] != action or wide(entry["state"]) & STATE_CLOSED or not is_of(row, entry, account):
        return False
    planned = find_planned(row, entry["ref"])
    return bool(planned < 0 or (which == _IN_HAND and row["planned"][planned]["outbound"] == 0))


@inner
def _join(one: Record, other: Record) -> None:
    until, others = wide(one["due_ms"]), wide(other["due_ms"])
    other["due_ms"] = 0 if until == 0 or others == 0 else max(until, others)
    other["made_ms"] = min(wide(one["made_ms"]), wide(other["made_ms"]))
    other["state"] = wide(other["state"]) | STATE_AGAIN


@inner
def redeem(row: Record, more: Record, event: Record, action: int, offered_ms: int) -> int:
    """An offer was used: ``NOT_OPEN``, ``USED`` or ``USED_BEFORE``; ``action`` and ``offered_ms`` as in ``find_offer``.

    What the customer has of the same action is used with it. What counts is when it was used, so one that was used in time and is told
    of late is used all the same. A used offer keeps, until it is forgotten at ``due_ms``, who used it (``owner``) and when (``channel``,
    in seconds since 1970).
    """
    used_ms = wide(event["occurred_ms"])
    at = find_offer(row, more, event["ref"], action, (offered_ms, used_ms))
    if at < 0:
        return int(NOT_OPEN)
    entry = row["obligations"][at]
    if wide(entry["state"]) & STATE_CLOSED:
        return int(USED if wide(entry["owner"]) == receipt_of(event) else USED_BEFORE)
    if not is_open(entry, used_ms):
        return int(NOT_OPEN)
    at = join(row, more, wide(entry["name"]), np.uint64(entry["ref"]), _IN_HAND)
    entry, now_ms = row["obligations"][at], wide(event["record_ms"])
    due_ms = wide(entry["due_ms"])
    entry["state"] = wide(entry["state"]) | STATE_CLOSED
    entry["owner"], entry["channel"] = receipt_of(event), used_ms // 1000
    entry["due_ms"] = now_ms + KEPT_MS if due_ms == 0 else max(due_ms, now_ms + KEPT_AT_LEAST_MS)
    return int(USED)


@inner
def receipt_of(event: Record) -> int:
    """32 bits that tell one use of an offer from another: ``redeemed_by``, else the message, else the record."""
    if event["name_b"] != 0:
        return wide(event["name_b"])
    message = event["message"]
    folded = (message ^ (message >> np.uint64(32))) & np.uint64(0xFFFFFFFF)
    return wide(folded) if folded != np.uint64(0) else wide(event["offset"]) & 0xFFFFFFFF


@inner
def decline(row: Record, more: Record, ref: np.uint64, action: int) -> None:
    """The customer refused it, and with it what else of the action cannot be taken back: it binds nobody. What was used stays used.

    ``action`` 0 = not known.
    """
    before, at = row["acting"], find(row, more, _OFFER, ref, _ANY)
    if at >= 0:
        action = wide(row["obligations"][at]["name"])
        if wide(row["obligations"][at]["state"]) & STATE_CLOSED == 0:
            close(row, more, at)
    row["acting"] = account_of(row, ref)
    at = join(row, more, action, _NO_REF, _SETTLED) if action != 0 else -1
    row["acting"] = before
    if at >= 0:
        close(row, more, at)


@inner
def take_back_offer(row: Record, more: Record, ref: np.uint64) -> None:
    """Its decision never met the customer. It stays if it was used, or became one with another."""
    at = find(row, more, _OFFER, ref, _ANY)
    if at >= 0 and wide(row["obligations"][at]["state"]) & (STATE_CLOSED | STATE_AGAIN) == 0:
        close(row, more, at)
