"""Cut a fetched batch at policy markers: every segment runs under one policy.

Output never depends on where batches are cut, so cutting more often is always allowed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from platinum.errors import Rejected
from platinum.pipeline.engine_records import (
    MAC_HEADER,
    DecisionMade,
    PolicyActivated,
    TimerDue,
    header,
    read_engine_record,
)
from platinum.ports import Fetched

_HEADERS = itemgetter(Fetched._fields.index("headers"))


@dataclass(slots=True)
class Segment:
    """Records of one partition between two markers.

    Attributes
    ----------
    activated : PolicyActivated or None
        The marker that opens the segment; None for a batch's first segment.
    activated_offset : int
        Offset of that marker.
    records : list of Fetched
        Interactions, in order.
    engine : list of (Fetched, TimerDue or DecisionMade)
        Engine records that concern one customer, in order.
    rejected : list of (Fetched, Rejected)
        Engine records without a valid MAC.
    """

    activated: PolicyActivated | None = None
    activated_offset: int = -1
    records: list[Fetched] = field(default_factory=list)
    engine: list[tuple[Fetched, TimerDue | DecisionMade]] = field(default_factory=list)
    rejected: list[tuple[Fetched, Rejected]] = field(default_factory=list)


def cut(records: Sequence[Fetched], secret: bytes) -> list[Segment]:
    """Segments of a batch, at least one, in log order."""
    special = [i for i, headers in enumerate(map(_HEADERS, records)) if headers and header(headers, MAC_HEADER) is not None]
    if not special:
        return [Segment(records=list(records))]
    segments = [Segment()]
    at = 0
    for i in special:
        segment = segments[-1]
        segment.records.extend(records[at:i])
        at = i + 1
        record = records[i]
        try:
            body = read_engine_record(secret, record)
        except Rejected as rejected:
            segment.rejected.append((record, rejected))
            continue
        if isinstance(body, PolicyActivated):
            segments.append(Segment(activated=body, activated_offset=record.offset))
        elif record.key is None:
            segment.rejected.append((record, Rejected("schema", "an engine record about a customer must carry that customer's key", "key")))
        else:
            segment.engine.append((record, body))
    segments[-1].records.extend(records[at:])
    return segments
