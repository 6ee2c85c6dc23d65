"""The list of what is open between the firm and a person: eight in the row, the others in a second one, none ever evicted.

The row keeps those that weigh most, so a decision reads the row alone; whatever an event is about is brought into the row
before it is changed.
"""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner
from platinum.profile.contacts import find_planned
from platinum.profile.elsewhere import drop_one, key_of, name_one
from platinum.profile.entries import MAX_MORE, MAX_OBLIGATIONS, STATE_BROKEN, STATE_CLOSED, STATE_MOVED
from platinum.profile.pending import find_pending
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Obligation

#: Most that one person can have: from here on, what would open another is refused (``pipeline.kernel``), so that nothing is lost.
MOST_OPEN = MAX_OBLIGATIONS + MAX_MORE - 6
_CASE, _PROMISE, _REQUEST = int(Obligation.CASE), int(Obligation.PROMISE), int(Obligation.REQUEST)
_ANSWER, _OFFER, _ENDED = int(Obligation.ANSWER), int(Obligation.OFFER), int(Obligation.ENDED)
_NOBODY = constant(0)
#: Class of promises and requests, see ``weighs``.
_PROMISED = constant(1)
_FOREVER = constant(1 << 62)


@inner
def weighs(kind: int, state: int, amount: float) -> int:
    """Class of an obligation: smaller stays in the row. Money that is owed weighs as much as an open case.

    So does a promise that was moved after it had been broken: promotion rests because of it, whenever it is due now. Broken once more,
    it is one of those that are broken, or eight old ones would hide the newest.
    """
    if kind == _CASE:
        return 3 if state & STATE_CLOSED and amount <= 0.0 else 0
    if kind == _PROMISE or kind == _REQUEST:
        return 0 if kind == _PROMISE and state & (STATE_MOVED | STATE_BROKEN) == STATE_MOVED else int(_PROMISED)
    if kind == _ANSWER:
        return 2
    if kind == _OFFER:
        return 6 if state & STATE_CLOSED else 4
    return 5


@inner
def _lighter(a: Record, b: Record) -> bool:
    """Whether ``a`` weighs less than ``b``: by class, then by what is due later; of what is broken already, by what was due earlier.

    Promotion rests for a while after a promise was broken: eight old ones must not hide the newest.
    """
    one = weighs(wide(a["kind"]), wide(a["state"]), float(a["amount"]))
    other = weighs(wide(b["kind"]), wide(b["state"]), float(b["amount"]))
    if one != other:
        return one > other
    if wide(a["state"]) & wide(b["state"]) & STATE_BROKEN and one == _PROMISED:
        return bool(a["due_ms"] < b["due_ms"])
    return bool((a["due_ms"] if a["due_ms"] != 0 else _FOREVER) > (b["due_ms"] if b["due_ms"] != 0 else _FOREVER))


@inner
def n_open(row: Record) -> int:
    """How many there are, here and in the second row."""
    return wide(row["n_obligations"]) + wide(row["more_open"])


@inner
def is_it(entry: Record, kind: int, ref: np.uint64, name: int) -> bool:
    """Whether an entry is of this kind and reference, and of this name unless that is 0."""
    return bool(entry["kind"] == kind and entry["ref"] == ref and (name == 0 or entry["name"] == name))


@inner
def n_held(row: Record, more: Record) -> int:
    """How many entries there are to look at, in the row and, where it is there, in the second one."""
    n = wide(row["n_obligations"])
    return n + wide(more[row["more"]]["n"]) if row["more_open"] > 0 and row["more"] > 0 else n


@inner
def held(row: Record, more: Record, i: int) -> Record:
    """Entry ``i`` of ``n_held``: those of the row come first."""
    n = wide(row["n_obligations"])
    return row["obligations"][i] if i < n else more[row["more"]]["entries"][i - n]


@inner
def bring_held(row: Record, more: Record, i: int) -> int:
    """Index in the row of entry ``i`` of ``n_held``, brought there if it was in the second one; -1 stays -1."""
    n = wide(row["n_obligations"])
    return bring(row, more[row["more"]], i - n) if i >= n else i


@inner
def find(row: Record, more: Record, kind: int, ref: np.uint64, name: int) -> int:
    """Index in the row of an obligation, brought there if it was in the second one; -1 when there is none. ``name`` 0 = any."""
    for i in range(wide(row["n_obligations"])):
        if is_it(row["obligations"][i], kind, ref, name):
            return i
    if row["more_open"] > 0 and row["more"] > 0:
        page = more[row["more"]]
        for j in range(wide(page["n"])):
            if is_it(page["entries"][j], kind, ref, name):
                return bring(row, page, j)
    return -1


@inner
def bring(row: Record, page: Record, j: int) -> int:
    """Entry ``j`` of the second row changes places with the lightest of the first; returns where it is now."""
    i = lightest(row)
    swap(row["obligations"][i], page["entries"][j])
    return i


@inner
def lightest(row: Record) -> int:
    """Index of the one that weighs least."""
    entries, at = row["obligations"], 0
    for i in range(1, wide(row["n_obligations"])):
        if _lighter(entries[i], entries[at]):
            at = i
    return at


@inner
def heaviest(page: Record) -> int:
    """Index of the one in a second row that weighs most."""
    at = 0
    for j in range(1, wide(page["n"])):
        if _lighter(page["entries"][at], page["entries"][j]):
            at = j
    return at


@inner
def put_in_order(row: Record, more: Record) -> None:
    """Let the row hold those that weigh most again; decisions look at no others."""
    if row["more_open"] == 0 or row["more"] == 0:
        return
    page = more[row["more"]]
    while n_open(row) >= MOST_OPEN and forget_used(row, page):
        pass
    for _ in range(MAX_OBLIGATIONS):
        i, j = lightest(row), heaviest(page)
        if page["n"] == 0 or not _lighter(row["obligations"][i], page["entries"][j]):
            return
        swap(row["obligations"][i], page["entries"][j])


@inner
def forget_used(row: Record, page: Record) -> bool:
    """Take the used offer or ended promise that would be forgotten first out of a second row. False: there is none.

    What is open needs the room more. Nothing is honoured twice for it: what is not known to be open is not honoured.
    """
    at = -1
    for j in range(wide(page["n"])):
        entry = page["entries"][j]
        used = entry["kind"] == _ENDED or (entry["kind"] == _OFFER and wide(entry["state"]) & STATE_CLOSED != 0)
        if used and (at < 0 or entry["due_ms"] < page["entries"][at]["due_ms"]):
            at = j
    if at < 0:
        return False
    take_out(row, page, at)
    return True


@inner
def take_out(row: Record, page: Record, j: int) -> None:
    """Take entry ``j`` out of a second row; the last one takes its place."""
    last = wide(page["n"]) - 1
    if j != last:
        copy_to(page["entries"][last], page["entries"][j])
    page["n"] = last
    row["more_open"] -= 1


@inner
def copy_to(a: Record, b: Record) -> None:
    """Write ``a`` over ``b``."""
    b["ref"], b["due_ms"], b["made_ms"], b["offset"] = a["ref"], a["due_ms"], a["made_ms"], a["offset"]
    b["name"], b["owner"], b["channel"], b["weight"] = a["name"], a["owner"], a["channel"], a["weight"]
    b["amount"], b["kind"], b["state"] = a["amount"], a["kind"], a["state"]


@inner
def swap(a: Record, b: Record) -> None:
    """Exchange two entries, member by member: kernels cannot allocate a third."""
    a["ref"], b["ref"] = b["ref"], a["ref"]
    a["due_ms"], b["due_ms"] = b["due_ms"], a["due_ms"]
    a["made_ms"], b["made_ms"] = b["made_ms"], a["made_ms"]
    a["offset"], b["offset"] = b["offset"], a["offset"]
    a["name"], b["name"] = b["name"], a["name"]
    a["owner"], b["owner"] = b["owner"], a["owner"]
    a["channel"], b["channel"] = b["channel"], a["channel"]
    a["weight"], b["weight"] = b["weight"], a["weight"]
    a["amount"], b["amount"] = b["amount"], a["amount"]
    a["kind"], b["kind"] = b["kind"], a["kind"]
    a["state"], b["state"] = b["state"], a["state"]


@inner
def source(event: Record) -> tuple[int, int, int]:
    """What made something: (event time, offset, channel) of an event."""
    return wide(event["occurred_ms"]), wide(event["offset"]), wide(event["channel"])


@inner
def open_one(row: Record, more: Record, kind: int, ref: np.uint64, due_ms: int, made: tuple[int, int, int]) -> int:
    """A new entry, whose remaining members are 0; returns its index in the row. ``made`` as ``source``.

    A full row sends its lightest to the second one. Where there are no second rows (``NO_MORE``: a copy that is thrown
    away), it is gone from the copy.
    """
    at = wide(row["n_obligations"])
    if at == MAX_OBLIGATIONS:
        at = lightest(row)
        _put_away(row, more, at)
    else:
        row["n_obligations"] = at + 1
    entry = row["obligations"][at]
    entry["ref"], entry["due_ms"], entry["made_ms"], entry["offset"] = ref, due_ms, made[0], made[1]
    entry["name"], entry["owner"], entry["channel"], entry["weight"] = 0, 0, made[2], 0.0
    entry["amount"], entry["kind"], entry["state"] = 0.0, kind, 0
    name_one(row, key_of(entry))
    return at


@inner
def forget_settled(row: Record, more: Record) -> None:
    """Name no longer what is neither open, nor kept in mind, nor a decision of which word may still come (``elsewhere``)."""
    if row["n_elsewhere"] == 0 or (row["more_open"] > 0 and row["more"] == 0):
        return  # of a copy without its second row nobody knows what is settled
    for i in range(wide(row["n_elsewhere"]) - 1, -1, -1):
        ref = row["owed_elsewhere"][i]["ref"]
        still = find_planned(row, ref) >= 0 or find_pending(row, ref) >= 0
        for j in range(n_held(row, more)):
            still = still or key_of(held(row, more, j)) == ref
        if not still:
            drop_one(row, i)


@inner
def _put_away(row: Record, more: Record, at: int) -> None:
    """Move entry ``at`` to the second row."""
    row["more_open"] += 1
    if row["more"] == 0:
        row["more"] = _new_page(more)
    if row["more"] == 0:
        return
    page = more[row["more"]]
    n = wide(page["n"])
    if n < MAX_MORE:
        copy_to(row["obligations"][at], page["entries"][n])
        page["n"] = n + 1


@inner
def _new_page(more: Record) -> int:
    """Number of an empty second row, 0 when there is none left: callers provide for one per event (``profile.table``)."""
    number, fresh = wide(more[0]["next"]), wide(more[0]["n"])
    if number != _NOBODY:
        more[0]["next"] = more[number]["next"]
    elif 0 < fresh < more.shape[0]:
        number = fresh
        more[0]["n"] = fresh + 1
    if number != _NOBODY:
        more[number]["n"] = 0
    return number


@inner
def close(row: Record, more: Record, at: int) -> None:
    """Take entry ``at`` of the row out; the weightiest of the second row takes its place."""
    n = wide(row["n_obligations"]) - 1
    if at != n:
        copy_to(row["obligations"][n], row["obligations"][at])
    row["n_obligations"] = n
    if row["more_open"] == 0 or row["more"] == 0:
        return
    page = more[row["more"]]
    j, last = heaviest(page), wide(page["n"]) - 1
    copy_to(page["entries"][j], row["obligations"][n])
    if j != last:
        copy_to(page["entries"][last], page["entries"][j])
    page["n"] = last
    row["n_obligations"] = n + 1
    row["more_open"] -= 1
