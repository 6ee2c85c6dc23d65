"""Contacts that reached the customer and contacts that are planned: what caps count (treatment-formulas 5.7).

A planned contact counts from the decision on until it is dispatched (then it is a contact), aborted, bounced,
withdrawn or expired, so a cap holds before anything was sent. A row keeps, newest first, 8 contacts per (channel,
type) and 32 in all: a cap is exact while its limit is at most 8. Of those that give way, ``given`` keeps when each action
was last given: its ``min_interval`` runs on.
"""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner, kernel
from platinum.profile.claims import find_claim, forget_claim
from platinum.profile.entries import MAX_CONTACTS, MAX_GIVEN, MAX_PLANNED, PENDING_TAKEN
from platinum.profile.pending import find_pending
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import ActionType

#: Contacts kept per (channel, type); the largest limit a cap may have.
PER_GROUP = 8
_THANK_YOU, _SURPRISE = int(ActionType.THANK_YOU), int(ActionType.SURPRISE)
_FIRST = constant(0)
_EVER, _NEVER = constant(-(1 << 62)), constant(1 << 62)
_SECOND_MS = 1000
_TAKEN, _NONE = np.uint32(PENDING_TAKEN), np.uint32(0)


@kernel
def plan(  # noqa: PLR0913 - one planned contact, member by member; a record would have to be allocated
    row: Record, ref: np.uint64, action: int, channel: int, type_: int, outbound: int, now_ms: int, send_ms: int, expires_ms: int
) -> bool:
    """Plan a contact; from now on it counts against caps. False when it was planned before or finds no room.

    ``action`` and ``channel`` are name hashes. In a full row one is taken for sent, or shown, and becomes a contact: the
    oldest inbound one, else the oldest; for an inbound one beside outbound ones only, itself. That is the strict reading
    for caps and intervals. (Once an inbound one was forgotten: whoever asked ten times was thanked twice.)
    """
    drop_expired(row, now_ms)
    if find_planned(row, ref) >= 0:
        return False
    if row["n_planned"] == MAX_PLANNED and not _make_room(row, outbound):
        add_contact(row, channel, type_, outbound, action, send_ms)
        return False
    entry = row["planned"][row["n_planned"]]
    row["n_planned"] += 1
    entry["ref"] = ref
    entry["planned_ms"] = now_ms
    entry["send_ms"] = send_ms
    entry["expires_ms"] = expires_ms
    entry["offset"] = -1  # the stream names itself afterwards (``pipeline.kernel``); nobody withdraws an answer over HTTP
    entry["slot"] = 0
    entry["action"] = action
    entry["channel"] = channel
    entry["type"] = type_
    entry["outbound"] = outbound
    if type_ == _THANK_YOU:
        row["last_thanked_ms"] = max(wide(row["last_thanked_ms"]), send_ms)
    elif type_ == _SURPRISE:
        row["surprised_ms"] = max(wide(row["surprised_ms"]), send_ms)
    return True


@inner
def _make_room(row: Record, outbound: int) -> bool:
    at = _FIRST
    while at < MAX_PLANNED and row["planned"][at]["outbound"] != 0:
        at += 1
    if at == MAX_PLANNED:
        if outbound == 0:
            return False
        at = _FIRST
    gone = row["planned"][at]
    add_contact(row, wide(gone["channel"]), wide(gone["type"]), wide(gone["outbound"]), wide(gone["action"]), gone["send_ms"])
    remove_planned(row, at)
    return True


@kernel
def find_planned(row: Record, ref: np.uint64) -> int:
    """Index of the planned contact of a decision, -1 when there is none."""
    for i in range(wide(row["n_planned"])):
        if row["planned"][i]["ref"] == ref:
            return i
    return -1


@inner
def remove_planned(row: Record, at: int) -> None:
    """Take entry ``at`` out of the plan, and the claim on it; it is left just behind the last one that remains."""
    entries = row["planned"]
    n = wide(row["n_planned"])
    for i in range(at, n - 1):
        _swap(entries[i], entries[i + 1])
    row["n_planned"] = n - 1
    forget_claim(row, entries[n - 1]["ref"])
    if entries[n - 1]["type"] == _THANK_YOU:
        _recall_thanks(row)


@inner
def _swap(a: Record, b: Record) -> None:
    a["ref"], b["ref"] = b["ref"], a["ref"]
    a["planned_ms"], b["planned_ms"] = b["planned_ms"], a["planned_ms"]
    a["send_ms"], b["send_ms"] = b["send_ms"], a["send_ms"]
    a["expires_ms"], b["expires_ms"] = b["expires_ms"], a["expires_ms"]
    a["offset"], b["offset"] = b["offset"], a["offset"]
    a["slot"], b["slot"] = b["slot"], a["slot"]
    a["action"], b["action"] = b["action"], a["action"]
    a["channel"], b["channel"] = b["channel"], a["channel"]
    a["type"], b["type"] = b["type"], a["type"]
    a["outbound"], b["outbound"] = b["outbound"], a["outbound"]


@inner
def _recall_thanks(row: Record) -> None:
    """Find ``last_thanked_ms`` again after a thank-you came to nothing."""
    row["last_thanked_ms"] = _newest_thanks(row, _EVER)


@inner
def _newest_thanks(row: Record, after_ms: int) -> int:
    """Newest thank-you that is known of, 0 = none; planned ones if they expire after ``after_ms``."""
    newest = 0
    for i in range(wide(row["n_contacts"])):
        if row["contacts"][i]["type"] == _THANK_YOU:
            newest = max(newest, wide(row["contacts"][i]["at_ms"]))
    for i in range(wide(row["n_planned"])):
        if row["planned"][i]["type"] == _THANK_YOU and row["planned"][i]["expires_ms"] > after_ms:
            newest = max(newest, wide(row["planned"][i]["send_ms"]))
    return newest


@kernel
def last_thanked_ms(row: Record, now_ms: int) -> int:
    """Newest thank-you given or still planned, 0 = none: what expired unsent thanked nobody, though nothing was folded since."""
    for i in range(wide(row["n_planned"])):
        if row["planned"][i]["type"] == _THANK_YOU and row["planned"][i]["expires_ms"] <= now_ms:
            return _newest_thanks(row, now_ms)
    return wide(row["last_thanked_ms"])


@inner
def drop_expired(row: Record, now_ms: int) -> None:
    """Forget planned contacts whose time is over; they stopped counting at ``expires_ms``.

    One that was claimed is taken for sent when it was claimed, until a report says what became of it: channel systems that report at
    night sent four a day under a cap of two.
    """
    for i in range(wide(row["n_planned"]) - 1, -1, -1):
        if row["planned"][i]["expires_ms"] <= now_ms:
            at = find_claim(row, row["planned"][i]["ref"])
            if at >= 0:
                _take_for_sent(row, row["planned"][i], wide(row["claims"][at]["at_s"]) * 1000)
            remove_planned(row, i)


@inner
def _take_for_sent(row: Record, planned: Record, at_ms: int) -> None:
    add_contact(row, wide(planned["channel"]), wide(planned["type"]), wide(planned["outbound"]), wide(planned["action"]), at_ms)
    at = find_pending(row, planned["ref"])
    if at >= 0:
        row["pending"][at]["flags"] |= _TAKEN


@inner
def forget_taken(row: Record, at: int) -> None:
    """Pending decision ``at`` was taken for sent, and now it is known what became of it: its contact counts no more."""
    entry = row["pending"][at]
    if (entry["flags"] & _TAKEN) != _NONE:
        entry["flags"] &= ~_TAKEN
        unsend(row, entry, _NEVER)


@inner
def dispatch(row: Record, ref: np.uint64, at_ms: int) -> int:
    """A planned contact was sent or shown at ``at_ms``: it becomes a contact. Returns its type, -1 if not planned."""
    at = find_planned(row, ref)
    if at < 0:
        return -1
    entry = row["planned"][at]
    type_ = wide(entry["type"])
    add_contact(row, wide(entry["channel"]), type_, wide(entry["outbound"]), wide(entry["action"]), at_ms)
    remove_planned(row, at)
    return type_


@inner
def add_contact(row: Record, channel: int, type_: int, outbound: int, action: int, at_ms: int) -> None:
    """Insert a contact by time, newest first; the oldest of its (channel, type) gives way from the ninth on."""
    if type_ == _THANK_YOU:
        row["last_thanked_ms"] = max(wide(row["last_thanked_ms"]), at_ms)
    elif type_ == _SURPRISE:
        row["surprised_ms"] = max(wide(row["surprised_ms"]), at_ms)
    same, last = 0, _FIRST
    for i in range(wide(row["n_contacts"])):
        if row["contacts"][i]["channel"] == channel and row["contacts"][i]["type"] == type_:
            same, last = same + 1, i
    if same >= PER_GROUP:
        if row["contacts"][last]["at_ms"] >= at_ms:
            outlast(row, action, at_ms)
            return
        _give_way(row, last)
    elif row["n_contacts"] == MAX_CONTACTS:
        _give_way(row, _last_of_largest_group(row))
    at = wide(row["n_contacts"])
    entries = row["contacts"]
    while at > 0 and entries[at - 1]["at_ms"] < at_ms:
        entries[at] = entries[at - 1]
        at -= 1
    row["n_contacts"] += 1
    entries[at]["at_ms"] = at_ms
    entries[at]["channel"] = channel
    entries[at]["type"] = type_
    entries[at]["outbound"] = outbound
    entries[at]["action"] = action


@inner
def _give_way(row: Record, at: int) -> None:
    """Take contact ``at`` out of the list; that its action was given is kept."""
    action, at_ms = wide(row["contacts"][at]["action"]), wide(row["contacts"][at]["at_ms"])
    remove_contact(row, at)
    outlast(row, action, at_ms)


@inner
def outlast(row: Record, action: int, at_ms: int) -> None:
    """Keep when an action was given, unless a contact that is kept says later; of 25 actions, the one given longest ago is forgotten."""
    for i in range(wide(row["n_contacts"])):
        if row["contacts"][i]["action"] == action and row["contacts"][i]["at_ms"] >= at_ms:
            return
    n, at = wide(row["n_given"]), _FIRST
    entries = row["given"]
    for i in range(n):
        if entries[i]["action"] == action:
            entries[i]["at_ms"] = max(wide(entries[i]["at_ms"]), at_ms)
            return
        if entries[i]["at_ms"] < entries[at]["at_ms"]:
            at = i
    if n < MAX_GIVEN:
        at = n
        row["n_given"] = n + 1
    elif entries[at]["at_ms"] >= at_ms:
        return
    entries[at]["at_ms"] = at_ms
    entries[at]["action"] = action


@inner
def remove_contact(row: Record, at: int) -> None:
    """Take contact ``at`` out of the list."""
    for i in range(at, wide(row["n_contacts"]) - 1):
        row["contacts"][i] = row["contacts"][i + 1]
    row["n_contacts"] -= 1


@inner
def _last_of_largest_group(row: Record) -> int:
    """Oldest contact of the (channel, type) that has most of them: what is rare (a card a year) stays."""
    best, most = 0, 0
    entries = row["contacts"]
    for i in range(wide(row["n_contacts"])):
        same = 0
        for j in range(i + 1):
            same += int(entries[j]["channel"] == entries[i]["channel"] and entries[j]["type"] == entries[i]["type"])
        if same >= most:
            best, most = i, same
    return best


@inner
def unsend(row: Record, pending: Record, at_ms: int) -> int:
    """The contact of a pending decision bounced: forget it; its type, -1 if there is none of its action and channel up to ``at_ms``.

    Contacts do not say of which decision they are. Its own was made after it was decided, so the oldest such one is taken: where two
    of one action were under way, the newest was the other one's, whose place in the caps was free then (a card that came back after
    the next one had left). A claim's time is kept in whole seconds.
    """
    channel, action, since_ms = pending["channel"], pending["action"], wide(pending["decided_ms"]) - _SECOND_MS
    found = -1
    for i in range(wide(row["n_contacts"])):
        entry = row["contacts"][i]
        if entry["channel"] == channel and entry["action"] == action and entry["at_ms"] <= at_ms:
            found = i if found < 0 or entry["at_ms"] > since_ms else found
    if found < 0:
        return -1
    type_ = wide(row["contacts"][found]["type"])
    remove_contact(row, found)
    if type_ == _THANK_YOU:
        _recall_thanks(row)
    return type_


@kernel
def contacts_within(row: Record, channel: int, types: int, since_ms: int, now_ms: int) -> int:
    """Contacts with ``since_ms`` < time ≤ ``now_ms`` whose type is in the bit mask; channel 0 = all outbound ones."""
    n = 0
    for i in range(wide(row["n_contacts"])):
        entry = row["contacts"][i]
        if since_ms < entry["at_ms"] <= now_ms and _counts(entry, channel, types):
            n += 1
    return n


@inner
def _counts(entry: Record, channel: int, types: int) -> bool:
    if ((types >> entry["type"]) & 1) == 0:
        return False
    if channel == 0:
        return bool(entry["outbound"] == 1)
    return bool(entry["channel"] == channel)
