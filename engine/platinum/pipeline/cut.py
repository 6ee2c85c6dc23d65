"""Cut a fetched batch at policy markers: every segment runs under one policy.

Output never depends on where batches are cut, so cutting more often is always allowed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from types import MappingProxyType

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
    activated : PolicyActivated or None
        The marker that opens the segment; None for a batch's first segment.
    activated_offset : int
        Offset of that marker.
    disarmed : Fetched or None
        The skipped `timer due` that opens the segment. Nothing would take the timer from its row otherwise, and it would
        fall due for ever.
    records : list of Fetched
        Interactions, in order.
    engine : list of (Fetched, TimerDue or DecisionMade)
        Engine records that concern one customer, in order.
    rejected : list of (Fetched, Rejected)
        Engine records without a valid MAC, and what is skipped.
    """

    activated: PolicyActivated | None = None
    activated_offset: int = -1
    disarmed: Fetched | None = None
    records: list[Fetched] = field(default_factory=list)
    engine: list[tuple[Fetched, TimerDue | DecisionMade]] = field(default_factory=list)
    rejected: list[tuple[Fetched, Rejected]] = field(default_factory=list)


def cut(records: Sequence[Fetched], secret: bytes, skipped: Mapping[int, Poisoned] = _NONE) -> list[Segment]:
    """Segments of a batch, at least one, in log order.

    Parameters
    ----------
    skipped : mapping of offset to Poisoned
        Records that are left out. A marker is never skipped: nobody knows what would be in force after it.
    """
    special = [i for i, headers in enumerate(map(_HEADERS, records)) if headers and header(headers, MAC_HEADER) is not None]
    if skipped:
        special = sorted({*special, *(i for i, record in enumerate(records) if record.offset in skipped)})
    if not special:
        return [Segment(records=list(records))]
    segments = [Segment()]
    at = 0
    for i in special:
        segments[-1].records.extend(records[at:i])
        at = i + 1
        _take_out(records[i], secret, skipped.get(records[i].offset), segments)
    segments[-1].records.extend(records[at:])
    return segments


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
    if isinstance(body, PolicyActivated):
        segments.append(Segment(activated=body, activated_offset=record.offset))
    elif record.key is None:
        segment.rejected.append((record, Rejected("schema", "an engine record about a customer must carry that customer's key", "key")))
    elif poison is None:
        segment.engine.append((record, body))
    else:
        if isinstance(body, TimerDue):
            segments.append(Segment(disarmed=record))
        segments[-1].rejected.append((record, poison))
