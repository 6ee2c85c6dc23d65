"""Files of a past → one history. Tables through an import map, event files as they are; each event is decoded once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

import msgspec
import numpy as np
import orjson
from numpy.typing import NDArray

from platinum.errors import EventRejected
from platinum.events.bare import STRUCTURED, structured_data
from platinum.events.columns import Columns
from platinum.events.decode import Decoding, RecordTuple, decode
from platinum.events.keys import customer_key
from platinum.hashing import name_hash
from platinum.ops.audit.history import KEPT, ROW, History, assemble
from platinum.ops.line import Line
from platinum.vocabulary.codes import Kind
from platinum.vocabulary.limits import LAST_MS

CHUNK = 20_000
#: An event without a time of its own gets the record's, and is known by it.
_NO_TIME = LAST_MS - 1
_COPIED = ("ref", "message", "amount", "low", "high", "name_a", "name_b", "channel", "code", "kind")
_NAMES = ("name_a", "name_b", "channel")
_KEPT = [int(kind) for kind in KEPT]


class Source(NamedTuple):
    """One file, ready to be read: ``lines`` gives its events; a customer ``""`` is to be read off the event."""

    name: str
    map: str
    lines: Iterator[Line]


@dataclass(slots=True)
class FileReport:
    """What one file gave.

    Attributes
    ----------
    left_out : dict
        Reason → rows or events.
    """

    name: str
    map: str
    events: int = 0
    left_out: dict[str, int] = field(default_factory=dict)

    def leave_out(self, reason: str, count: int = 1) -> None:
        """Count what became no event."""
        self.left_out[reason] = self.left_out.get(reason, 0) + count

    def as_json(self) -> dict[str, object]:
        """The form that ``--json`` prints."""
        return {"file": self.name, "map": self.map, "events": self.events, "left_out": dict(self.left_out)}


def _folded(key: bytes) -> bytes:
    """An address is one person however it is written; any other key is taken as it stands."""
    return key.strip().lower() if b"@" in key else key


class _Aliases(dict[str, tuple[bytes, bytes]]):
    """Customer → (the number that stands for them while decoding, their key as the event writes it)."""

    def __init__(self, numbers: dict[bytes, int]) -> None:
        super().__init__()
        self._numbers = numbers

    def __missing__(self, customer: str) -> tuple[bytes, bytes]:
        number = self._numbers.setdefault(_folded(customer.encode()), len(self._numbers))
        self[customer] = b"~%d" % number, b'"userId":' + orjson.dumps(customer)
        return self[customer]


class _Who(msgspec.Struct):
    """Whose an event is."""

    userId: str | None = None  # noqa: N815 - Segment's own spelling
    anonymousId: str | None = None  # noqa: N815


_who = msgspec.json.Decoder(_Who).decode


def _key_of(value: bytes) -> bytes | None:
    try:
        who = _who(value)
        return customer_key(who.userId, who.anonymousId, allow_personal=True)
    except (msgspec.MsgspecError, EventRejected, UnicodeError, RecursionError):
        return None  # the decoder says what is wrong with it


class Reader:
    """Reads sources one after another and puts them together.

    Parameters
    ----------
    latest_ms : int
        Events later than this are left out: one typing mistake in a year would make every open promise a broken one.
    """

    def __init__(self, latest_ms: int) -> None:
        self.files: list[FileReport] = []
        self._latest_ms = latest_ms
        self._decoding = Decoding(allow_personal_keys=True)
        self._numbers: dict[bytes, int] = {}
        self._aliases = _Aliases(self._numbers)
        self._names: dict[int, str] = {}
        self._parts: list[NDArray[np.void]] = []
        self._counts = np.zeros(64, np.int64)

    def read(self, source: Source, report: FileReport, advance: Callable[[int], None] | None = None) -> None:
        """Take all events of one file; ``advance`` is told how many, chunk by chunk."""
        self.files.append(report)
        while chunk := list(islice(source.lines, CHUNK)):
            self._take(chunk, report)
            if advance:
                advance(len(chunk))

    def history(self) -> History:
        """Everything that was read, as one."""
        counts = {Kind(kind): count for kind, count in enumerate(self._counts.tolist()) if count}
        customers = [key.decode() for key in self._numbers]
        return assemble(self._parts, customers, self._names, counts)

    def _take(self, lines: Sequence[Line], report: FileReport) -> None:
        records = [self._record(i, line) for i, line in enumerate(lines)]
        columns, rejections = decode(records, self._decoding)
        for rejection in rejections:
            report.leave_out(f"{rejection.reason}: {rejection.message}")
        events = columns.events
        timeless, late = events["occurred_ms"] == _NO_TIME, events["occurred_ms"] > self._latest_ms
        for reason, which in (("without a timestamp", timeless), ("in the future", late & ~timeless)):
            if count := int(which.sum()):
                report.leave_out(reason, count)
        rows = self._rows(columns, lines[0].customer != "")[~(timeless | late)]
        report.events += len(rows)
        self._counts += np.bincount(rows["kind"], minlength=64)
        self._parts.append(rows)
        self._learn_names(columns, lines)

    def _record(self, place: int, line: Line) -> RecordTuple:
        """One line for the decoder. An imported one is given under its customer's number: the fast path leaves addresses alone."""
        if line.customer:
            key, written = self._aliases[line.customer]
            return place, key, line.value.replace(written, b'"userId":"' + key + b'"', 1), _NO_TIME, ()
        data = structured_data(line.value)
        return place, _key_of(line.value if data is None else data), line.value, _NO_TIME, () if data is None else STRUCTURED

    def _rows(self, columns: Columns, imported: bool) -> NDArray[np.void]:
        events, numbers = columns.events, self._numbers
        rows = np.zeros(len(events), ROW)
        for name in _COPIED:
            rows[name] = events[name]
        rows["at_ms"] = events["occurred_ms"]
        if imported:
            rows["who"] = [int(key[1:]) for key in columns.keys]
        else:
            rows["who"] = [numbers.setdefault(_folded(key), len(numbers)) for key in columns.keys]
        return rows

    def _learn_names(self, columns: Columns, lines: Sequence[Line]) -> None:
        """Find the text of hashes not met before in the first event that has each."""
        events = columns.events
        kept = np.flatnonzero(np.isin(events["kind"], _KEPT))
        for name in _NAMES:
            distinct, first = np.unique(events[name][kept], return_index=True)
            for hashed, at in zip(distinct.tolist(), kept[first].tolist(), strict=True):
                if hashed and hashed not in self._names:
                    self._names.update((name_hash(text), text) for text in _texts(lines[int(events["offset"][at])].value))
                    self._names.setdefault(hashed, "")


def _texts(line: bytes) -> Iterator[str]:
    """All short texts of one event, wherever they stand, as sent and in lower case."""
    open_ = [orjson.loads(line)]
    while open_:
        one = open_.pop()
        if isinstance(one, str) and len(one) <= 256:
            yield one
            yield one.lower()
        elif isinstance(one, dict):
            open_ += one.values()
        elif isinstance(one, list):
            open_ += one
