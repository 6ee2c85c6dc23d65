"""Bytes to columns: every record of a batch becomes one EVENT or one rejection.

A payload is accepted if and only if it is strict JSON that obeys ``schemas/event/v1.json`` and the named limits
(``vocabulary.limits``). Most records are written plainly: those are read by one compiled call (``events.fast``), which leaves
whatever is in any way out of the ordinary. That is decoded in two typed passes by msgspec (``events.sheet``): the envelope, whose
properties stay bytes, then the form of the event's name. Only the latter refuses anything; what the former reads, it would too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from platinum.errors import EventRejected
from platinum.events.columns import Columns
from platinum.events.fast.batch import RecordTuple, read_plain
from platinum.events.plans import Decoding
from platinum.events.rejection import Rejection
from platinum.events.scan import suspicions
from platinum.events.sheet import Sheet
from platinum.events.times import BAD_FORM, BAD_RANGE

__all__ = ["Decoding", "RecordTuple", "Rejection", "decode"]


def decode(records: Sequence[RecordTuple], decoding: Decoding) -> tuple[Columns, list[Rejection]]:
    """Decode records of one partition under one policy.

    Parameters
    ----------
    records : sequence of B records
        In log order.

    Returns
    -------
    columns : Columns
        The accepted events, in order.
    rejections : list
        The others, in order.
    """
    if not records:
        return decode_each(records, decoding)
    plain, left = read_plain(records, decoding.fast)
    if not left:
        return plain, []
    columns, rejections = decode_each([records[i] for i in left], decoding)
    rejections = [replace(one, index=left[one.index]) for one in rejections]
    if len(left) == len(records):
        return columns, rejections
    return _merged(plain, left, columns, rejections), rejections


def _merged(plain: Columns, left: list[int], others: Columns, rejections: list[Rejection]) -> Columns:
    """``plain`` with the ``others`` at the positions ``left``, save those that were rejected."""
    events, keys, gone = plain.events, plain.keys, {one.index for one in rejections}
    places = [i for i in left if i not in gone]
    events[places] = others.events
    events["item_start"][places] += len(plain.items)
    for place, key in zip(places, others.keys, strict=True):
        keys[place] = key
    if gone:
        events = np.delete(events, list(gone))
        keys = [key for i, key in enumerate(keys) if i not in gone]
    # Items lie in the order of their events, wherever they come from.
    counts = events["item_count"].astype(np.int64)
    starts = np.cumsum(counts) - counts
    items = np.concatenate([plain.items, others.items])[np.repeat(events["item_start"] - starts, counts) + np.arange(counts.sum())]
    events["item_start"] = starts
    return Columns(events, items, keys)


def decode_each(records: Sequence[RecordTuple], decoding: Decoding) -> tuple[Columns, list[Rejection]]:
    """Decode records one by one: every form there is, and the reasons for what is refused."""
    sheet = Sheet(len(records), decoding)
    refused = sheet.add(records, suspicions([record[2] for record in records]))
    rejections = [Rejection(index, error.reason, str(error), error.field) for index, error in refused]
    columns, parsed = sheet.columns()
    if (parsed <= BAD_FORM).any() and (bad := (parsed == BAD_FORM) | (parsed == BAD_RANGE)).any():
        return _without_bad_times(columns, parsed, bad, rejections)
    return columns, rejections


def _without_bad_times(
    columns: Columns, parsed: NDArray[np.int64], bad: NDArray[np.bool_], rejections: list[Rejection]
) -> tuple[Columns, list[Rejection]]:
    """Take out rows whose ``timestamp`` is none; their items stay behind, unreferenced."""
    refused = {rejection.index for rejection in rejections}
    index_of_row = [i for i in range(len(columns.keys) + len(refused)) if i not in refused]
    for row in np.flatnonzero(bad).tolist():
        if parsed[row] == BAD_FORM:
            error = EventRejected("schema", "timestamp", "an RFC 3339 date-time, or null")
        else:
            error = EventRejected("time_range", "timestamp", "an instant that exists, from 1970 to 2099")
        rejections.append(Rejection(index_of_row[row], error.reason, str(error), error.field))
    keys = [key for key, is_bad in zip(columns.keys, bad.tolist(), strict=True) if not is_bad]
    return Columns(columns.events[~bad], columns.items, keys), sorted(rejections, key=attrgetter("index"))
