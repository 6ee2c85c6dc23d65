"""Bytes to columns: every record of a batch becomes one EVENT or one rejection.

A payload is accepted if and only if it is strict JSON that obeys ``schemas/event/v1.json`` and the named limits
(``vocabulary.limits``). Two typed passes by msgspec: the envelope, whose properties stay bytes, then the form of the event's
name. What can be done for a whole batch at once (hashes, times, looking for broken text) is one compiled call each.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from platinum.errors import EventRejected
from platinum.events.columns import Columns
from platinum.events.plans import Decoding
from platinum.events.rejection import Rejection
from platinum.events.scan import suspicions
from platinum.events.sheet import RecordTuple, Sheet
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
    gone = set(columns.events["offset"][bad].tolist())
    style = columns.style[[i for i, offset in enumerate(columns.style["offset"].tolist()) if offset not in gone]]
    keys = [key for key, is_bad in zip(columns.keys, bad.tolist(), strict=True) if not is_bad]
    return Columns(columns.events[~bad], columns.items, keys, style), sorted(rejections, key=attrgetter("index"))
