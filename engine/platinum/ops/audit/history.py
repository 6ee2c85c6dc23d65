"""A firm's past as columns: one row per event, sorted by customer and time, with the names behind the hashes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.vocabulary.codes import Kind

#: Kinds that no rule reads only tell how far the history goes: they are counted, and not kept.
KEPT = frozenset(
    {
        Kind.ORDER_COMPLETED, Kind.ORDER_CANCELLED, Kind.ORDER_REFUNDED, Kind.ORDER_DELIVERED, Kind.REQUEST_MADE, Kind.REQUEST_ANSWERED,
        Kind.REQUEST_REFUSED, Kind.ASKED_AGAIN, Kind.CONTACT_RESOLVED, Kind.COMPLAINT_MADE, Kind.FAILURE_REPORTED, Kind.PROMISE_MADE,
        Kind.PROMISE_KEPT, Kind.PROMISE_RENEGOTIATED, Kind.CASE_OPENED, Kind.CASE_CLOSED, Kind.CASE_CONFIRMED, Kind.PREFERENCE_STATED,
        Kind.CONSENT_CHANGED, Kind.OBJECTION_MADE, Kind.UNSUBSCRIBED, Kind.CONTACT_DISPATCHED, Kind.CONTACT_MARKED_SPAM,
    }
)  # fmt: skip

#: Columns that rules read; ``who`` is the customer's number, the others are EVENT's.
ROW = np.dtype(
    [
        ("at_ms", "<i8"),
        ("ref", "<u8"),
        ("message", "<u8"),
        ("amount", "<f8"),
        ("low", "<f8"),
        ("high", "<f8"),
        ("who", "<i4"),
        ("name_a", "<u4"),
        ("name_b", "<u4"),
        ("channel", "<u4"),
        ("code", "<i4"),
        ("kind", "<i2"),
        ("rank", "<i2"),  # of events of one instant
    ]
)
_SAYING = (Kind.CONSENT_CHANGED, Kind.OBJECTION_MADE, Kind.UNSUBSCRIBED, Kind.CONTACT_MARKED_SPAM)
_ENDINGS = (
    Kind.ORDER_REFUNDED, Kind.REQUEST_ANSWERED, Kind.REQUEST_REFUSED, Kind.CASE_CLOSED, Kind.CASE_CONFIRMED, Kind.CONTACT_RESOLVED,
)  # fmt: skip
#: Of events of one instant: what ends something comes after what begins it, a "no" after a "yes", and a contact after all that was
#: known when it was sent.
_BEGINS, _ENDS, _REFUSES, _SENT = range(4)


@dataclass(slots=True)
class History:
    """Events in the order in which each customer lived them.

    Attributes
    ----------
    rows : ROW[B]
        Sorted by customer, then time; without duplicates.
    customers : list of str
        Key of each customer, by number.
    names : dict
        Hash → text of the names in ``rows``.
    counts : dict
        Events of each kind, those included that no rule reads.
    first_ms, end_ms : int
        Times of the oldest and the newest event; ``end_ms`` is as far as anybody can know.
    duplicates : int
        Events that were told twice and count once.
    """

    rows: NDArray[np.void]
    customers: list[str]
    names: dict[int, str]
    counts: dict[Kind, int]
    first_ms: int
    end_ms: int
    duplicates: int = 0
    _of: dict[frozenset[Kind], NDArray[np.void]] = field(default_factory=dict)

    def of(self, *kinds: Kind) -> NDArray[np.void]:
        """Rows of some kinds, in order; ROW[*]."""
        wanted = frozenset(kinds)
        if wanted not in self._of:
            self._of[wanted] = self.rows[np.isin(self.rows["kind"], [int(kind) for kind in wanted])]
        return self._of[wanted]

    def has(self, *kinds: Kind) -> bool:
        """Whether the history tells anything of these kinds."""
        return any(self.counts.get(kind, 0) for kind in kinds)

    def name(self, hashed: int) -> str:
        """The name behind a hash, ``""`` for none."""
        return self.names.get(hashed, "")


class Columns:
    """The columns of a batch of rows as lists, which plain Python reads faster than arrays."""

    def __init__(self, rows: NDArray[np.void], names: Sequence[str]) -> None:
        self._lists = [rows[name].tolist() for name in names]

    def __iter__(self) -> Any:
        return iter(zip(*self._lists, strict=True))


def assemble(parts: Iterable[NDArray[np.void]], customers: list[str], names: dict[int, str], counts: dict[Kind, int]) -> History:
    """One history from the rows of all files, in the order in which they were read."""
    listed = list(parts)
    rows = np.concatenate(listed) if listed else np.zeros(0, ROW)
    first_ms = int(rows["at_ms"].min()) if rows.size else 0
    end_ms = int(rows["at_ms"].max()) if rows.size else 0
    rows = rows[np.isin(rows["kind"], [int(kind) for kind in KEPT])]
    rows["rank"] = _rank(rows)
    # Stable: what is of one instant and rank keeps the order of the files.
    rows = rows[np.lexsort((rows["rank"], rows["at_ms"], rows["who"]))]
    kept = _without_duplicates(rows)
    return History(kept, customers, names, counts, first_ms, end_ms, len(rows) - len(kept))


def _rank(rows: NDArray[np.void]) -> NDArray[np.int16]:
    kind = rows["kind"]
    rank = np.full(len(rows), _BEGINS, np.int16)
    rank[np.isin(kind, [int(one) for one in _ENDINGS])] = _ENDS
    rank[np.isin(kind, [int(one) for one in _SAYING]) & (rows["low"] <= 0)] = _REFUSES
    rank[kind == int(Kind.CONTACT_DISPATCHED)] = _SENT
    return rank


def _without_duplicates(rows: NDArray[np.void]) -> NDArray[np.void]:
    """The first of equal message ids of a customer, and the first of orders under one number."""
    again = _repeated(rows, rows["message"], rows["message"] != 0)
    is_order = (rows["kind"] == int(Kind.ORDER_COMPLETED)) & (rows["ref"] != 0)
    return rows[~(again | _repeated(rows, rows["ref"], is_order & ~again))]


def _repeated(rows: NDArray[np.void], key: NDArray[np.uint64], among: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """True where an earlier one ``among`` the rows has the same customer and key."""
    at = np.flatnonzero(among)
    order = at[np.lexsort((at, key[at], rows["who"][at]))]
    same = (key[order][1:] == key[order][:-1]) & (rows["who"][order][1:] == rows["who"][order][:-1])
    found = np.zeros(len(rows), np.bool_)
    found[order[1:][same]] = True
    return found
