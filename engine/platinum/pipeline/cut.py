"""Cut a fetched batch at policy markers: every segment runs under one policy.

Output never depends on where batches are cut, so cutting more often is always allowed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from types import MappingProxyType

from platinum.errors import Rejected
from platinum.events.record_columns import RecordColumns
from platinum.pipeline.engine_records import (
    MAC_HEADER,
    CustomerRecord,
    ModelActivated,
    PolicyActivated,
    TimerDue,
    header,
    read_engine_record,
)
from platinum.ports import Fetched

_HEADERS = itemgetter(Fetched._fields.index("headers"))


class Poisoned(Rejected):
    """A record that broke the stages and is left out (design 3).

    Attributes
    ----------
    exception : str
        Its type; the text might quote the record.
    stage : str
    """

    def __init__(self, exception: str, stage: str) -> None:
        super().__init__("poison", f"processing this record ended in {exception}; see docs/how-to/work-with-dead-letters.md")
        self.exception, self.stage = exception, stage


_NONE: Mapping[int, Poisoned] = MappingProxyType({})


@dataclass(slots=True)
class Segment:
    """Records of one partition between two markers.

    Attributes
    ----------
    activated : PolicyActivated, ModelActivated or None
        The marker that opens the segment; None for a batch's first segment.
    activated_offset : int
        Offset of that marker.
    disarmed : Fetched or None
        The skipped `timer due` that opens the segment. Nothing would take the timer from its row otherwise, and it would
        fall due for ever.
    records : sequence of Fetched
        Interactions, in order.
    engine : list of (Fetched, CustomerRecord)
        Engine records that concern one customer, in order.
    rejected : list of (Fetched, Rejected)
        Engine records without a valid MAC, and what is skipped.
    """

    activated: PolicyActivated | ModelActivated | None = None
    activated_offset: int = -1
    disarmed: Fetched | None = None
    records: Sequence[Fetched] = ()
    engine: list[tuple[Fetched, CustomerRecord]] = field(default_factory=list)
    rejected: list[tuple[Fetched, Rejected]] = field(default_factory=list)


def cut(records: Sequence[Fetched], secret: bytes, skipped: Mapping[int, Poisoned] = _NONE) -> list[Segment]:
    """Segments of a batch, at least one, in log order.

    Parameters
    ----------
    skipped : mapping of offset to Poisoned
        Records that are left out. A marker is never skipped: nobody knows what would be in force after it.
    """
    special = _special(records, skipped)
    if not special:
        return [Segment(records=records)]
    segments, at = [Segment()], 0
    kept: list[list[int]] = [[]]
    for i in special:
        kept[-1].extend(range(at, i))
        at, record = i + 1, records[i]
        _take_out(record, secret, skipped.get(record.offset), segments)
        kept.extend([] for _ in range(len(segments) - len(kept)))
    kept[-1].extend(range(at, len(records)))
    for segment, places in zip(segments, kept, strict=True):
        segment.records = _taken(records, places)
    return segments


def _special(records: Sequence[Fetched], skipped: Mapping[int, Poisoned]) -> list[int]:
    """Where records with a MAC header are, and those that are skipped."""
    if isinstance(records, RecordColumns):
        special = [i for i in records.with_headers() if header(records[i].headers, MAC_HEADER) is not None]
    else:
        special = [i for i, headers in enumerate(map(_HEADERS, records)) if headers and header(headers, MAC_HEADER) is not None]
    if skipped:
        offsets = records.offsets() if isinstance(records, RecordColumns) else [record.offset for record in records]
        special = sorted({*special, *(i for i, offset in enumerate(offsets) if offset in skipped)})
    return special


def _take_out(record: Fetched, secret: bytes, poison: Poisoned | None, segments: list[Segment]) -> None:
    """Put a record that is no interaction to be applied where it belongs."""
    segment = segments[-1]
    if poison is not None and header(record.headers, MAC_HEADER) is None:
        segment.rejected.append((record, poison))
        return
    try:
        body = read_engine_record(secret, record)
    except Rejected as rejected:
        segment.rejected.append((record, rejected))
        return
    if isinstance(body, PolicyActivated | ModelActivated):
        segments.append(Segment(activated=body, activated_offset=record.offset))
    elif record.key is None:
        segment.rejected.append((record, Rejected("schema", "an engine record about a customer must carry that customer's key", "key")))
    elif poison is None:
        segment.engine.append((record, body))
    else:
        if isinstance(body, TimerDue):
            segments.append(Segment(disarmed=record))
        segments[-1].rejected.append((record, poison))


def _taken(records: Sequence[Fetched], places: Sequence[int]) -> Sequence[Fetched]:
    return records.take(places) if isinstance(records, RecordColumns) else [records[i] for i in places]


def ends_of(records: Sequence[Fetched]) -> tuple[int, int]:
    """First and last offset of a batch; asking columns for two records makes them, which takes 8 µs of a small batch's 800."""
    if isinstance(records, RecordColumns):
        return records.ends()
    return records[0].offset, records[-1].offset


def last_value(records: Sequence[Fetched]) -> bytes:
    """Value of a batch's last record."""
    return records.last_value() if isinstance(records, RecordColumns) else records[-1].value


def since(records: Sequence[Fetched], offset: int) -> Sequence[Fetched]:
    """The records from ``offset`` on; they are in order."""
    if not records or ends_of(records)[0] >= offset:
        return records
    return records.since(offset) if isinstance(records, RecordColumns) else [r for r in records if r.offset >= offset]
